"""Record what came of talking to a client, and what follows from it."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from clients.followups import rules, standards
from clients.followups.actions import cadence, days, planning, programmes, series, steps
from clients.followups.actions.steps import State
from clients.followups.hours import due_day_of
from clients.followups.models import NEXT, SPOKE, Channel, Contact, FollowUp, Outcome, Trigger
from clients.followups.programmes import NOT_MADE
from clients.followups.queries import answered_by_talk
from crm import words
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from crm.workdays import work_calendar
from managers.audit.actions import record
from managers.competition.actions import credit
from managers.competition.models import Metric
from managers.people.models import Sequence

# What came of it says how it happened, whatever was planned.
CHANNEL_OF = {Outcome.VISITED: Channel.VISIT, Outcome.MESSAGE_REPLIED: Channel.MESSAGE}
# What it is called that a client heard an answer this way.
TOLD_BY = {
    Channel.CALL: Outcome.REACHED,
    Channel.VISIT: Outcome.VISITED,
    Channel.OUTSIDE: Outcome.VISITED,
    Channel.MESSAGE: Outcome.MESSAGE_REPLIED,
}


@transaction.atomic
def complete(
    follow_up,
    *,
    outcome,
    by,
    at,
    notes="",
    next_step="",
    next=None,  # noqa: A002 - the word that people use for it
    also=(),
    version=None,
) -> Contact:
    """Record what came of a follow-up, close it, and book the next one in the same transaction.

    `also` are the ids of what else is due and was answered, if they spoke (`queries.answered_too`).

    `next` is None or a dict of `schedule`'s channel, due_on, from_time, to_time and purpose.
    `version` is the one that the person saw. Raises Stale when a colleague was faster, RuleBroken
    for people whose follow-up it is not and for "call later" without a day (rules F4).
    """
    follow_up = steps.locked(follow_up, version)
    client = follow_up.client
    if not rules.may_work(by, follow_up, on=clock.local(at).date()):
        raise RuleBroken(_("Only the client's manager or the deputy records this."))
    if outcome == Outcome.CALL_LATER and not next:
        sentence = _("Please say when to call again.")
        raise RuleBroken(sentence, fields={"due_on": sentence})
    steps.close(follow_up, State.DONE, at=at)
    contact = _log(
        client,
        follow_up=follow_up,
        channel=_channel(follow_up.channel, outcome),
        outcome=outcome,
        notes=notes,
        next_step=next_step or _in_words(next),
        by=by,
        at=at,
    )
    record("follow_up.done", follow_up, by=by, at=at, client=client.pk, contact=contact.pk)
    if next:
        _book_next(follow_up, outcome, next, by=by, at=at)
    if outcome not in NOT_MADE:
        programmes.pass_step(follow_up, at=at)
    series.follow(follow_up, at=at)
    _answer_too(also, contact, by=by, at=at)
    begin = contact.is_valid or follow_up.trigger in NEXT
    _keep_planned(client, contact, begin=begin, at=at)
    return contact


def _answer_too(also, contact, *, by, at) -> None:
    """Close what else the talk answered. Raises RuleBroken where something is not open any more."""
    if contact.outcome not in SPOKE or not also:
        return
    due = answered_by_talk(contact.client_id, by, on=clock.local(at).date())
    answered = [other for other in due if other.pk in also]
    if len(answered) < len({*also}):
        sentence = _("Something else was answered or moved meanwhile. Please look again.")
        raise RuleBroken(sentence, code="conflict")
    for other in answered:
        other.client = contact.client  # the locked one
        steps.close(other, State.DONE, at=at)
        record("follow_up.done", other, by=by, at=at, client=other.client_id, contact=contact.pk)
        programmes.pass_step(other, at=at)
        series.follow(other, at=at)


def unanswered(follow_up, *, by, at, notes="", version=None) -> Contact:
    """Nobody answered: try the next working day, later by message, who may be contacted (F4)."""
    today, client = clock.local(at).date(), follow_up.client
    tried = rules.unanswered_days(client) | {today}
    day = work_calendar().add_working_days(today, 1)
    if follow_up.trigger in NEXT:
        day = rules.free_day(day, likes=None, taken=days.taken([client])[client.pk])
    channel = Channel.MESSAGE if rules.should_write(tried, on=today) else Channel.CALL
    may_try = rules.is_contactable(client, follow_up.trigger)
    again = {"channel": channel, "due_on": day} if may_try else None
    said = {"outcome": Outcome.NO_ANSWER, "notes": notes, "next": again}
    return complete(follow_up, **said, by=by, at=at, version=version)


@transaction.atomic
def log_contact(client, *, channel, outcome, notes, by, at, next_step="", also=()) -> Contact:
    """Record a contact that nobody had planned (rules F4).

    `also` are the ids of what is due and was answered, if they spoke (`queries.answered_by_talk`).
    """
    client = lock(client)
    if not rules.may_book(by, client, on=clock.local(at).date()):
        raise RuleBroken(_("Only the client's manager records contacts."))
    contact = _log(
        client,
        channel=channel,
        outcome=outcome,
        notes=notes,
        next_step=next_step,
        by=by,
        at=at,
    )
    _answer_too(also, contact, by=by, at=at)
    _keep_planned(client, contact, begin=contact.is_valid, at=at)
    return contact


@transaction.atomic
def log_visit(client, *, channel, notes, by, at, next=None, next_step="") -> Contact:  # noqa: A002
    """Record the contact that a booked visit was, and book what comes next (rules F4, F10).

    Whoever calls has asked whether the person may: who takes part need not own the client.
    """
    client = lock(client)
    contact = _log(
        client,
        channel=channel,
        outcome=Outcome.VISITED,
        notes=notes,
        next_step=next_step or _in_words(next),
        by=by,
        at=at,
    )
    if next:
        steps.book(client, trigger=Trigger.MANUAL, by=by, at=at, **next)
    _keep_planned(client, contact, begin=contact.is_valid, at=at)
    return contact


@transaction.atomic
def log_answer(client, *, channel, notes, next_step, by, at) -> Contact:
    """Record the contact in which a client heard the answer to a request (rules F4, F11).

    Whoever calls has asked whether the person may: who is in charge need not own the client.
    """
    client = lock(client)
    outcome = TOLD_BY[channel]
    contact = _log(
        client, channel=channel, outcome=outcome, notes=notes, next_step=next_step, by=by, at=at
    )
    _keep_planned(client, contact, begin=contact.is_valid, at=at)
    return contact


@transaction.atomic
def book_after(contact, *, by, at, **step) -> FollowUp:
    """Book what follows from a contact: `step` as `schedule` takes it.

    A contact of today for which none was named has its next step by that, and may now count (F4).
    """
    item = planning.schedule(contact.client, **step, by=by, at=at)
    client, contact = lock(contact.client), lock(contact)
    today = clock.local(at).date()
    if contact.next_step or clock.local(contact.happened_at).date() != today:
        return item
    contact.next_step = _in_words(step)
    contact.is_valid = _counts(client, contact, on=today)
    contact.save(update_fields=["next_step", "is_valid"])
    valid = contact.is_valid
    record("contact.step_named", contact, by=by, at=at, client=client.pk, valid=valid)
    if valid:
        _count(client, by=by, at=contact.happened_at)
        _keep_planned(client, contact, begin=True, at=at)
    return item


def _log(client, *, channel, outcome, notes, next_step, by, at, follow_up=None) -> Contact:
    """Append a contact with a locked client, and what follows from it."""
    second_refusal = outcome == Outcome.REFUSED and rules.refused_before(client)
    contact = Contact(
        client=client,
        staff=by,
        follow_up=follow_up,
        channel=channel,
        outcome=outcome,
        notes=notes.strip(),
        next_step=next_step.strip(),
        happened_at=at,
        recorded_at=at,
    )
    contact.is_valid = valid = _counts(client, contact, on=clock.local(at).date())
    contact.save()
    record("contact.logged", contact, by=by, at=at, client=client.pk, outcome=outcome, valid=valid)
    if valid:
        _count(client, by=by, at=at)
    if second_refusal and not client.do_not_contact:
        _leave_in_peace(client, by=by, at=at)
    return contact


def _counts(client, contact, *, on) -> bool:
    """Whether a contact is valid, and by a channel that counts for the client (rules F1, F4)."""
    valid = rules.is_valid(contact.outcome, contact.notes, contact.next_step, on=on)
    return valid and standards.counts(client, contact, on=on)


def _count(client, *, by, at) -> None:
    client.last_contact_at = max(client.last_contact_at, at)
    client.save(update_fields=["last_contact_at"])
    _credit(client, by=by, at=at)


def _keep_planned(client, contact, *, begin, at) -> None:
    """Who has just been tried is not tried again today; after a refusal a whole gap passes."""
    today = clock.local(at).date()
    again = work_calendar().add_working_days(today, 1)
    if contact.outcome == Outcome.REFUSED:
        again = standards.a_gap_later(client, on=today) or again
    cadence.keep(client, at=at, begin=begin, not_before=again)


def _channel(planned: str, outcome: str) -> str:
    if outcome == Outcome.REACHED and planned in (Channel.VISIT, Channel.OUTSIDE):
        return Channel.CALL  # who was met is "visited"
    if planned == Channel.OUTSIDE and outcome == Outcome.VISITED:
        return planned
    return CHANNEL_OF.get(outcome, planned)


def _credit(client, *, by, at) -> None:
    """A valid contact counts once a client and day, for relationship managers (rules H7)."""
    day = clock.local(at).date()
    posting = by.postings.on(day).first()
    if posting is None or posting.sequence != Sequence.RM:
        return
    source = f"contact:{client.pk}:{day}"
    credit(by, Decimal(1), metric=Metric.CONTACT, source=source, day=day, at=at, by=by)


def _leave_in_peace(client, *, by, at) -> None:
    """After a second refusal nobody contacts the client; callbacks remain (rules F3)."""
    client.do_not_contact = True
    client.version += 1
    client.save(update_fields=["do_not_contact", "version"])
    record("client.left_in_peace", client, by=by, at=at, client=client.pk)
    standing = FollowUp.objects.open().filter(client=client).exclude(trigger=Trigger.CALLBACK)
    for follow_up in standing:
        steps.call_off(follow_up, _("The client refused twice."), by=by, at=at)


def _book_next(done, outcome, wanted, *, by, at) -> None:
    """An attempt that reached nobody is made again for the same reason, else a promise is new."""
    trigger = Trigger.MANUAL
    if outcome in rules.RETRY:
        trigger, key = done.trigger, done.event_key
        wanted = {**wanted, "purpose": wanted.get("purpose") or done.purpose}
        today, agreed = clock.local(at).date(), bool(wanted.get("from_time"))
        how = {"channel": wanted["channel"], "trigger": trigger, "agreed_time": agreed}
        due_on = due_day_of(done.client, wanted["due_on"], **how, today=today)
        if rules.twins(done.client, trigger, due_on, event_key=key).exists():
            return  # the other one on that day is the next attempt
        step = done.step if trigger == Trigger.PROGRAMME else None
        wanted |= {"step": step, "series": done.series, "priority": done.priority, "event_key": key}
        if done.excluded_id:
            wanted |= {"excluded": done.excluded, "owner": done.owner}
    steps.book(done.client, trigger=trigger, by=by, at=at, **wanted)


def _in_words(wanted) -> str:
    """The booked next step, to stand beside the contact."""
    if not wanted:
        return ""
    step = {"channel": Channel(wanted["channel"]).label, "day": words.day(wanted["due_on"])}
    return wanted.get("purpose") or _("%(channel)s, %(day)s") % step
