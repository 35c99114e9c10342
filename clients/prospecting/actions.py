"""Everything that changes leads: lists, stages, and what the first visit told."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.appointments.models import Slot
from clients.followups.actions import cancel, keep, schedule
from clients.followups.models import FollowUp, Trigger
from clients.followups.standards import a_gap_later
from clients.prospecting import rules
from clients.prospecting.models import FirstVisit, Lead, LeadList, Stage
from clients.prospecting.queries import route
from crm.lib import clock
from crm.lib.db import lock, lock_many
from crm.lib.errors import RuleBroken, Stale
from managers.audit.actions import record
from managers.inbox.actions import notify

_EARLY = (Stage.NEW, Stage.CONTACTED)


@transaction.atomic
def give_list(*, to, name, quota, due_on, by, at) -> LeadList:
    """A head asks a marketing RM for so many prospects by a day (rules E10)."""
    today = clock.local(at).date()
    if not rules.may_give_leads(by):
        raise RuleBroken(_("Heads give lists of leads."), code="forbidden")
    unit = rules.check_taker(to, by, on=today)
    if due_on < today:
        sentence = _("This day is over already.")
        raise RuleBroken(sentence, fields={"due_on": sentence})
    made = LeadList.objects.create(
        name=name.strip(),
        unit=unit,
        given_by=by,
        given_to=to,
        quota=quota,
        due_on=due_on,
        given_at=at,
    )
    record("leads.given", made, by=by, at=at, to=to.pk, quota=quota)
    notify("leads-given", to=to, about=made, key=made.pk, at=at)
    return made


@transaction.atomic
def advance(client, *, stage, by, at, next_step=None, reason="", lead_list=None) -> Lead:
    """A prospect is so far now; what comes next is booked with a date (rules E10).

    `next_step` is None or a dict of `followups.schedule`'s channel, due_on, from_time and purpose.
    Whoever shows no interest is called no more: open follow-ups are taken back and none is planned,
    until somebody tries again.
    """
    client = lock(client)
    if not rules.may_win(by, client, on=clock.local(at).date()):
        raise RuleBroken(_("Only who works the prospect does this."), code="forbidden")
    if lead_list is not None and lead_list.given_to_id != client.owner_id:
        raise RuleBroken(_("This list was given to somebody else."))
    rules.check_step(client, stage, next_step=next_step, reason=reason)
    lead = _lead_of(client)
    if lead.stage != stage:
        lead.stage, lead.since = stage, at
    lead.lost_reason = reason.strip() if stage == Stage.LOST else ""
    lead.lead_list = lead_list or lead.lead_list
    lead.save()
    record("lead.advanced", lead, by=by, at=at, client=client.pk, stage=Stage(stage).value)
    if stage == Stage.LOST:
        _give_up(client, by=by, at=at)
        return lead
    if next_step:
        schedule(client, **next_step, by=by, at=at)
    if client.given_up_at:
        _try_again(client, at=at)
    return lead


def _give_up(client, *, by, at) -> None:
    """Nothing is planned any more; what is open is taken back, but for callbacks."""
    client.given_up_at = client.given_up_at or at
    client.save(update_fields=["given_up_at"])
    standing = FollowUp.objects.open().filter(client=client).exclude(trigger=Trigger.CALLBACK)
    for item in standing.order_by("pk"):
        cancel(item, reason=_("The prospect has no interest."), by=by, at=at)


def _try_again(client, *, at) -> None:
    """The regular contact is planned anew beside the next step, a whole gap from now."""
    client, later = lock(client), a_gap_later(client, on=clock.local(at).date())
    client.given_up_at = None
    client.save(update_fields=["given_up_at"])
    keep(client, at=at, begin=True, not_before=later)


@transaction.atomic
def record_first_visit(client, *, met_on, by, at, **words) -> FirstVisit:
    """Keep what the prospect told; a new or contacted one has been visited by it."""
    client, today = lock(client), clock.local(at).date()
    if not rules.may_win(by, client, on=today):
        raise RuleBroken(_("Only who works the prospect does this."), code="forbidden")
    if met_on > today:
        sentence = _("This day has not come yet.")
        raise RuleBroken(sentence, fields={"met_on": sentence})
    told = {name: text.strip() for name, text in words.items() if name in FirstVisit.WORDS}
    known = {"met_on": met_on, "recorded_by": by, **told}
    visit, _is_new = FirstVisit.objects.update_or_create(client=client, defaults=known)
    lead = _lead_of(client)
    if lead.stage in _EARLY:
        lead.stage, lead.since = Stage.VISITED, at
    lead.save()
    record("lead.visited", visit, by=by, at=at, client=client.pk)
    return visit


@transaction.atomic
def order_route(ids, *, by, day) -> None:
    """Keep in which order a person means to make a day's visits outside (rules E10).

    `ids` are those of the appointments; with none, the way goes by time again. Raises Stale where
    the day's visits are others by now.
    """
    mine = Slot.objects.filter(staff=by, appointment__in=route(by, day=day).values("pk"))
    slots = lock_many(Slot, mine.values_list("pk", flat=True))
    stops = {pk: stop for stop, pk in enumerate(ids, start=1)}
    if stops and {slot.appointment_id for slot in slots} != set(stops):
        raise Stale(_("Your visits have changed meanwhile; this is the way as it is now."))
    for slot in slots:
        slot.stop = stops.get(slot.appointment_id)
    Slot.objects.bulk_update(slots, ["stop"])


def exchange_leads(one, other) -> None:
    """Each of two files takes the other's lead, for whoever makes one of them (rules C5)."""
    leads = Lead.objects.filter(client__in=[one, other])
    if len(leads) == 2:
        first, second = leads
        for name in ("lead_list", "stage", "since", "lost_reason"):
            mine, theirs = getattr(first, name), getattr(second, name)
            setattr(first, name, theirs)
            setattr(second, name, mine)
    for lead in leads:
        if len(leads) == 1:
            lead.client = other if lead.client_id == one.pk else one
        lead.save()


def _lead_of(client) -> Lead:
    found = Lead.objects.filter(client=client).first()
    return found or Lead(client=client, since=client.responsible_since)
