"""Book follow-ups, put them off, take them back, and move them."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.followups import rules, standards, triggers
from clients.followups.actions import cadence, days, programmes, series, steps
from clients.followups.actions.steps import State
from clients.followups.hours import due_day_of
from clients.followups.models import NEXT, REMAINING, Channel, FollowUp, Start, Trigger
from crm import bank, words
from crm.lib import clock
from crm.lib.db import lock, lock_many
from crm.lib.errors import RuleBroken
from crm.workdays import work_calendar
from managers.audit.actions import record


@transaction.atomic
def schedule(
    client,
    *,
    channel,
    due_on,
    by,
    at,
    trigger=Trigger.MANUAL,
    purpose="",
    from_time=None,
    to_time=None,
    owner=None,
) -> FollowUp:
    """Book a follow-up for the client's owner, or for `owner` if the client's file is open to them.

    `due_on` moves to a working day unless a time is agreed (rules F2). Raises RuleBroken for a
    client who is left in peace, a day that is over, a call by night, a second one for the same
    reason and day, and for people whose client it is not.
    """
    client = lock(client)
    if by is not None and not rules.may_book(by, client, on=clock.local(at).date()):
        raise RuleBroken(_("Only the client's manager books follow-ups."))
    return steps.book(
        client,
        owner=owner,
        channel=channel,
        due_on=due_on,
        trigger=trigger,
        purpose=purpose,
        from_time=from_time,
        to_time=to_time,
        by=by,
        at=at,
    )


@transaction.atomic
def first_call(client, at, *, start=Start.ASSIGNED) -> FollowUp | None:
    """Promise the first call of whoever has just received the client (rules F2).

    One that an earlier owner left undone begins anew. None for a client who is left in peace. With
    the call a programme begins whose start this is (rules F14).
    """
    client = lock(client)
    call = _first_call(client, at=at)
    programmes.begin_by_event(client, start, first=call, at=at)
    return call


def _first_call(client, *, at) -> FollowUp | None:
    today = clock.local(at).date()
    rule = triggers.rule_of("new-client", on=today)
    if not rule.is_on or not rule.fits(client):
        return None
    due_on = triggers.due_on(rule, today)
    standing = FollowUp.objects.open().filter(client=client, trigger=Trigger.NEW_CLIENT)
    for follow_up in standing.filter(due_on__lt=due_on):
        follow_up.first_due_on, follow_up.snoozes = due_on, 0
        steps.due_later(follow_up, due_on)
        days.make_way([client], today=today)
        steps.keep_next_due(client)
    if follow_up := standing.first():
        return follow_up
    if not rules.is_contactable(client, Trigger.NEW_CLIENT):
        return None
    asked = {"channel": rule.channel, "purpose": rule.purpose, "priority": rule.priority}
    return steps.book(
        client, due_on=due_on, trigger=rule.trigger, rule=rule.code, **asked, by=None, at=at
    )


@transaction.atomic
def tell_of_owner(client, *, by, at) -> FollowUp | None:
    """Promise that the new owner tells the client who serves them now (rules E8).

    None where a first call is promised anyway, and for a client who is left in peace.
    """
    client, today = lock(client), clock.local(at).date()
    if FollowUp.objects.open().filter(client=client, trigger=Trigger.NEW_CLIENT).exists():
        return _first_call(client, at=at)
    days = bank.read("reassignment.tell_days", on=today)
    due_on = work_calendar().add_working_days(today, days)
    try:
        rules.check_contactable(client, Trigger.NEW_OWNER)
        rules.check_single(client, Trigger.NEW_OWNER, due_on)
    except RuleBroken:
        return None
    return steps.book(
        client, channel=Channel.CALL, due_on=due_on, trigger=Trigger.NEW_OWNER, by=by, at=at
    )


@transaction.atomic
def take_back_telling(client, *, by, at) -> int:
    """Nobody new is to be told of any more; returns how many promises were taken back."""
    client = lock(client)
    rows = FollowUp.objects.open().filter(client=client, trigger=Trigger.NEW_OWNER)
    promised = lock_many(FollowUp, rows.values_list("pk", flat=True))
    for follow_up in promised:
        steps.call_off(follow_up, _("The reassignment was undone."), by=by, at=at)
    steps.keep_next_due(client)
    return len(promised)


@transaction.atomic
def snooze(follow_up, *, to, by, at, version=None, with_later=False) -> FollowUp:
    """Put a follow-up off to a later day, within the limits of rules F7.

    The step of a programme moves along, and the later ones as well where the person asks.
    """
    follow_up = steps.locked(follow_up, version)
    client, today = follow_up.client, clock.local(at).date()
    if not rules.may_work(by, follow_up, on=today):
        raise RuleBroken(_("Only the client's manager or the deputy puts this off."))
    wanted, how = to, {"channel": follow_up.channel, "trigger": follow_up.trigger}
    to = due_day_of(client, wanted, **how, today=today)
    rules.check_snooze(follow_up, to, on=today)
    rules.check_single(client, follow_up.trigger, to, event_key=follow_up.event_key)
    was = follow_up.due_on
    follow_up.snoozes += 1
    steps.due_later(follow_up, to, wanted=wanted)
    if follow_up.trigger == Trigger.PROGRAMME:
        programmes.shift(follow_up.step, to, with_later=with_later)
    days.make_way([client], today=today)
    steps.keep_next_due(client)
    record("follow_up.snoozed", follow_up, by=by, at=at, client=client.pk, was=was, now=to)
    return follow_up


@transaction.atomic
def cancel(follow_up, *, reason, by, at, version=None) -> FollowUp:
    """Take a follow-up back and say why (rules F7)."""
    follow_up, today = steps.locked(follow_up, version), clock.local(at).date()
    if not rules.may_cancel(by, follow_up, on=today):
        raise RuleBroken(_("Only the client's manager or the head cancels this."))
    if not reason.strip():
        sentence = _("Please say why.")
        raise RuleBroken(sentence, fields={"reason": sentence})
    steps.call_off(follow_up, reason.strip(), by=by, at=at)
    programmes.pass_step(follow_up, at=at)
    if follow_up.trigger in NEXT:
        # whoever takes a regular contact back means the next one
        is_step = follow_up.trigger == Trigger.PROGRAMME
        later = None if is_step else standards.a_gap_later(follow_up.client, on=today)
        cadence.keep(follow_up.client, at=at, begin=True, not_before=later)
    series.follow(follow_up, at=at)
    steps.keep_next_due(follow_up.client)
    return follow_up


@transaction.atomic
def reassign(follow_up, *, to, by, at, version=None) -> FollowUp:
    """A head gives a follow-up to a colleague who may open the client's file (rules A5)."""
    follow_up = steps.locked(follow_up, version)
    if not rules.may_direct(by, follow_up.client):
        raise RuleBroken(_("Only the head of the client's outlet reassigns follow-ups."))
    if to.pk == follow_up.excluded_id:
        name = {"name": words.plain_name(to)}
        raise RuleBroken(_("%(name)s must not make this contact.") % name)
    steps.check_reader(to, follow_up.client)
    steps.move(follow_up, to=to, by=by, at=at)
    return follow_up


@transaction.atomic
def move_open(client, *, to, by, at) -> int:
    """Open follow-ups go with the client to the new owner; returns how many (rules E8).

    One that the new owner must not make goes to a head, or stays where it is (rules F2).
    """
    client = lock(client)
    rows = FollowUp.objects.open().filter(client=client).exclude(owner=to)
    moved = lock_many(FollowUp, rows.values_list("pk", flat=True))
    for follow_up in moved:
        is_barred = follow_up.excluded_id == to.pk
        taker = steps.instead_of(to, client, at=at) if is_barred else to
        if taker and taker.pk != follow_up.owner_id:
            steps.move(follow_up, to=taker, by=by, at=at)
    cadence.keep(client, at=at, anew=True)
    return len(moved)


@transaction.atomic
def call_off_ordinary(client, *, reason, at) -> int:
    """Cancel what a dormant or lost client gets no more (rules F2); returns how many."""
    client = lock(client)
    rows = FollowUp.objects.open().filter(client=client).exclude(trigger__in=REMAINING)
    ordinary = lock_many(FollowUp, rows.values_list("pk", flat=True))
    for follow_up in ordinary:
        steps.call_off(follow_up, reason, by=None, at=at)
    steps.keep_next_due(client)
    return len(ordinary)


@transaction.atomic
def call_off_all(client, *, reason, by, at) -> int:
    """Cancel every open follow-up of a client whose file nobody uses any more (rules J7)."""
    client = lock(client)
    rows = FollowUp.objects.open().filter(client=client)
    standing = lock_many(FollowUp, rows.values_list("pk", flat=True))
    for follow_up in standing:
        steps.call_off(follow_up, reason, by=by, at=at)
    steps.keep_next_due(client)
    return len(standing)


def mark_missed(*, at) -> int:
    """Close what nobody did within the days of rules F7; returns how many.

    Each client is a transaction of its own, so that a stop in between loses nothing.
    """
    last_day = rules.missed_when_due_by(clock.local(at).date())
    late = FollowUp.objects.open().filter(due_on__lte=last_day)
    clients = late.order_by("client").values_list("client", flat=True).distinct()
    return sum(_miss(pk, last_day, at=at) for pk in list(clients))


@transaction.atomic
def _miss(client_id, last_day, *, at) -> int:
    [client] = lock_many(Client, [client_id])
    late = list(FollowUp.objects.open().filter(client=client, due_on__lte=last_day))
    for follow_up in late:
        steps.close(follow_up, State.MISSED, at=at)
        programmes.pass_step(follow_up, at=at)
        record("follow_up.missed", follow_up, by=None, at=at, client=client.pk)
        follow_up.client = client
        series.follow(follow_up, at=at)
    cadence.keep(client, at=at, begin=any(row.trigger in NEXT for row in late))
    return len(late)
