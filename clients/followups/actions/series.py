"""Begin recurring follow-ups, open their next occurrence, change days and end them (rules F15)."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.file.models import Preferences
from clients.followups import recurring, rules, standards
from clients.followups.actions import days, steps
from clients.followups.hours import Hours, check_hours, due_day_of
from clients.followups.models import FollowUp, Series, Trigger
from crm.lib import clock
from crm.lib.db import lock, lock_many
from crm.lib.errors import RuleBroken
from managers.audit.actions import record

MOST = 120  # occurrences that may be asked for


@transaction.atomic
def repeat(client, *, every, due_on, by, at, until=None, times=None, **what) -> FollowUp:
    """Book a follow-up that recurs from `due_on` on; returns its first occurrence.

    `what` are `schedule`'s channel, purpose, from_time and to_time. Raises RuleBroken as `schedule`
    does, and for an end before the beginning.
    """
    client, today = lock(client), clock.local(at).date()
    if not rules.may_book(by, client, on=today):
        raise RuleBroken(_("Only the client's manager books follow-ups."))
    if client.owner_id is None:
        raise RuleBroken(_("The client has no relationship manager yet."))
    rules.check_contactable(client, Trigger.RECURRING)
    rules.check_day(due_on, today=today)
    likes = Preferences.objects.filter(client=client).first()
    hours = what.get("from_time"), what.get("to_time")
    check_hours(client, what["channel"], due_on, *hours, likes=likes, on=today)
    _check_end(due_on, until)
    series = Series.objects.create(
        client=client,
        every=every,
        rule=recurring.rrule_of(every, due_on, until=until, times=times),
        begins_on=due_on,
        created_by=by,
        created_at=at,
        **what,
    )
    record("series.begun", series, by=by, at=at, client=client.pk, every=every)
    return open_next(series, client, at=at)


def open_next(series, client, *, at) -> FollowUp | None:
    """Open the next occurrence for a locked client, unless one is open or the client is in peace.

    Days that passed while an earlier one stood open are not made up. After the last one it ends.
    """
    if series.ended_at or client.owner_id is None:
        return None
    mine = FollowUp.objects.filter(series=series, client=client)
    if mine.open().exists():
        return None
    if not rules.is_contactable(client, Trigger.RECURRING):
        return None
    today = clock.local(at).date()
    last = mine.aggregate(last=Max("event_on"))["last"]
    day = recurring.next_day(series, after=last, today=today)
    if day is None:
        _end(series, at=at)
        return None
    return _open(series, client, day, today=today, at=at)


def _open(series, client, day: date, *, today: date, at) -> FollowUp:
    hours = Hours(on=today)
    due_on = recurring.due_day(series, client, day, today=today, hours=hours)
    while rules.twins(client, Trigger.RECURRING, due_on).exists():
        later = due_on + timedelta(days=1)
        how = {"channel": series.channel, "trigger": Trigger.RECURRING, "hours": hours}
        due_on = due_day_of(client, later, **how, today=later)
    item = FollowUp.objects.create(
        client=client,
        owner_id=client.owner_id,
        trigger=Trigger.RECURRING,
        series=series,
        rule=series.code,
        event_on=day,
        channel=series.channel,
        purpose=series.purpose,
        from_time=series.from_time,
        to_time=series.to_time,
        due_on=due_on,
        first_due_on=due_on,
        wanted_on=day if day != due_on else None,
        due_at=rules.due_moment(due_on, series.from_time, series.to_time),
        created_by_id=series.created_by_id,
        created_at=at,
    )
    days.make_way([client], today=today)
    steps.keep_next_due(client)
    record("follow_up.booked", item, by=None, at=at, client=client.pk, due_on=due_on)
    return item


def follow(follow_up, *, at) -> None:
    """After an occurrence of a locked client was closed comes the next one."""
    if follow_up.series_id:
        open_next(follow_up.series, follow_up.client, at=at)


@transaction.atomic
def change_day(series, *, day: date, by, at, to: date | None = None) -> Series:
    """Leave one coming day out, or move it `to` another one.

    Raises RuleBroken for a day that is none of its own, is open already, or moves into the past.
    """
    [client] = lock_many(Client, [series.client_id])
    series, today = lock(series), clock.local(at).date()
    _check(series, client, by=by, on=today)
    if day not in recurring.coming(series, first=day) or day < today:
        sentence = _("It does not come on this day.")
        raise RuleBroken(sentence, fields={"day": sentence})
    if FollowUp.objects.filter(client=client, series=series, event_on=day).exists():
        sentence = _("This day is booked already; put the follow-up off or cancel it.")
        raise RuleBroken(sentence, fields={"day": sentence})
    if to:
        rules.check_day(to, today=today, field="to")
    moved = {first: "" if then == str(day) else then for first, then in series.exceptions.items()}
    series.exceptions = moved | {str(day): str(to or "")}
    series.save(update_fields=["exceptions"])
    record("series.changed", series, by=by, at=at, client=client.pk, day=day, to=to)
    return series


@transaction.atomic
def change_rule(series, *, every, begins_on, by, at, until=None, times=None) -> Series:
    """Let it recur by another rule from `begins_on` on; `until` or `times` end it anew.

    What is booked stays, days of the old rule that were left out or moved are forgotten. Raises
    RuleBroken for a day that is over, an end before the beginning, and others' clients.
    """
    [client] = lock_many(Client, [series.client_id])
    series, today = lock(series), clock.local(at).date()
    _check(series, client, by=by, on=today)
    rules.check_day(begins_on, today=today, field="begins_on")
    _check_end(begins_on, until)
    series.every, series.begins_on, series.exceptions = every, begins_on, {}
    series.rule = recurring.rrule_of(every, begins_on, until=until, times=times)
    series.save(update_fields=["every", "begins_on", "exceptions", "rule"])
    record("series.changed", series, by=by, at=at, client=client.pk, every=every, day=begins_on)
    open_next(series, client, at=at)
    return series


@transaction.atomic
def end(series, *, by, at) -> Series:
    """No further occurrence comes; the open one is called off."""
    [client] = lock_many(Client, [series.client_id])
    series = lock(series)
    _check(series, client, by=by, on=clock.local(at).date())
    _end(series, at=at)
    for item in FollowUp.objects.open().filter(series=series, client=client):
        steps.call_off(item, _("The recurring follow-up has ended."), by=by, at=at)
    steps.keep_next_due(client)
    record("series.ended", series, by=by, at=at, client=client.pk)
    return series


def plan_series(*, at) -> int:
    """Open what is missing, such as for a client who is back; returns how many.

    Each client is a transaction of its own; again, or two at once, opens nothing twice.
    """
    mine = {"series": OuterRef("pk"), "client": OuterRef("client")}
    standing = FollowUp.objects.open().filter(**mine)
    waiting = Series.objects.filter(
        standards.contacted("client__"), ended_at__isnull=True, client__owner__isnull=False
    )
    pks = list(waiting.exclude(Exists(standing)).order_by("pk").values_list("pk", flat=True))
    return sum(_plan(pk, at=at) for pk in pks)


@transaction.atomic
def _plan(pk, *, at) -> bool:
    series = Series.objects.get(pk=pk)
    [client] = lock_many(Client, [series.client_id])
    return open_next(lock(series), client, at=at) is not None


def _check(series, client, *, by, on) -> None:
    if not rules.may_book(by, client, on=on):
        raise RuleBroken(_("Only the client's manager changes this."))
    if series.ended_at:
        raise RuleBroken(_("This recurring follow-up has ended already."))


def _check_end(begins_on: date, until: date | None) -> None:
    if until and until < begins_on:
        sentence = _("It ends before it begins.")
        raise RuleBroken(sentence, fields={"until": sentence})


def _end(series, *, at) -> None:
    series.ended_at = at
    series.save(update_fields=["ended_at"])
