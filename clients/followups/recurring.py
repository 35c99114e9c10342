"""On which days a recurring follow-up comes (rules F15). Reads only."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import rruleset, rrulestr

from clients.followups.hours import Hours, due_day_of
from clients.followups.models import Channel, Every, Trigger

_PARTS = {
    Every.WEEK: "FREQ=WEEKLY",
    Every.FORTNIGHT: "FREQ=WEEKLY;INTERVAL=2",
    Every.MONTH: "FREQ=MONTHLY",
    Every.QUARTER: "FREQ=MONTHLY;INTERVAL=3",
    Every.YEAR: "FREQ=YEARLY",
}
_IN_EVERY_MONTH = 28  # days that every month has


def rrule_of(every: str, begins_on: date, *, until: date | None = None, times=None) -> str:
    """The RRULE of a plain choice; a day that a month lacks is its last day."""
    parts = [_PARTS[Every(every)]]
    if begins_on.day > _IN_EVERY_MONTH and every in (Every.MONTH, Every.QUARTER, Every.YEAR):
        days = ",".join(str(day) for day in range(_IN_EVERY_MONTH, begins_on.day + 1))
        parts += [f"BYMONTH={begins_on.month}"] if every == Every.YEAR else []
        parts += [f"BYMONTHDAY={days}", "BYSETPOS=-1"]
    if until:
        parts.append(f"UNTIL={until:%Y%m%d}T000000")
    elif times:
        parts.append(f"COUNT={times}")
    return ";".join(parts)


def days_of(series) -> rruleset:
    """Its days with the exceptions: left-out ones (EXDATE), and those they moved to (RDATE)."""
    days = rruleset()
    days.rrule(rrulestr(series.rule, dtstart=_midnight(series.begins_on)))
    for left_out, moved_to in series.exceptions.items():
        days.exdate(_midnight(date.fromisoformat(left_out)))
        if moved_to:
            days.rdate(_midnight(date.fromisoformat(moved_to)))
    return days


def next_day(series, *, after: date | None, today: date) -> date | None:
    """The next day from today on that comes after the last one made; None where all are over."""
    first = max(today, after + timedelta(days=1) if after else today)
    return next(coming(series, first=first), None)


def coming(series, *, first: date, number: int = 1) -> Iterator[date]:
    """Its next days from one on."""
    found = days_of(series).xafter(_midnight(first), inc=True)
    return (moment.date() for moment in islice(found, number))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def due_day(series, client, day: date, *, today: date, hours: Hours) -> date:
    """When an occurrence of a day is due: an hour that was agreed stays on its day (rules F2).

    But nobody meets at an outlet that is closed (rules F9).
    """
    agreed = bool(series.from_time) and series.channel != Channel.VISIT
    how = {"channel": series.channel, "trigger": Trigger.RECURRING, "agreed_time": agreed}
    return due_day_of(client, day, **how, today=today, hours=hours)
