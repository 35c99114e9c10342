"""When clients are called, met at the outlet, and left in peace (rules F3, F9). Reads only."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, time
from functools import cached_property

from django.utils.translation import gettext as _

from clients.followups import rules
from clients.followups.models import Channel
from crm import bank, words
from crm.lib.errors import RuleBroken
from crm.workdays import work_calendar
from managers.people.models import OpeningHours, ruling

Span = tuple[time, time]
_NONE = (None, None)


class Hours:
    """Days and hours by channel and outlet, from a day on, for many clients; at most one query."""

    def __init__(self, *, on: date):
        self.on = on

    @cached_property
    def _own(self) -> dict[int, list[OpeningHours]]:
        found = defaultdict(list)
        for row in OpeningHours.objects.touching(self.on):
            found[row.unit_id].append(row)
        return found

    def of(self, channel: str, outlet_id: int, day: date) -> Span:
        """Within which a client of this outlet is contacted this way on a day."""
        if channel != Channel.VISIT:
            return calling_hours(on=day)
        return _hours_of(self._row(outlet_id, day), day)

    def opens(self, channel: str, outlet_id: int) -> Callable[[date], bool] | None:
        """What says of a day whether the outlet receives clients; None where nobody comes there.

        Without days of its own it does on working days.
        """
        if channel != Channel.VISIT:
            return None
        return lambda day: _is_open(self._row(outlet_id, day), day)

    def why_closed(self, outlet_id: int, day: date) -> str:
        """The holiday, or else the outlet's own reason; "" where there is neither."""
        holiday = "" if work_calendar().is_workday(day) else words.holiday(day)
        row = self._row(outlet_id, day)
        return holiday or (row.reason if row else "")

    def _row(self, outlet_id: int, day: date) -> OpeningHours | None:
        return ruling(self._own.get(outlet_id, ()), day)


def due_day_of(
    client, wanted: date, *, channel, trigger, today, agreed_time=False, hours: Hours | None = None
) -> date:
    """The day of a contact with this client (`rules.due_day`), whose outlet opens if it is there.

    Whoever asks for many clients names the `hours` to look at; else it costs a query for a meeting.
    """
    opens = (hours or Hours(on=today)).opens(channel, client.outlet_id)
    how = {"trigger": trigger, "agreed_time": agreed_time, "today": today}
    return rules.due_day(wanted, **how, opens=opens)


def calling_hours(*, on: date) -> Span:
    """Outside these nobody is called, written to, or visited (rules F3)."""
    return _setting("calls.hours", on)


def opening_hours(unit, *, on: date) -> Span:
    """When an outlet receives clients if it opens that day: its own hours, else the bank's."""
    return Hours(on=on).of(Channel.VISIT, unit.pk, on)


def _hours_of(row: OpeningHours | None, day: date) -> Span:
    if row and row.opens_at:
        return row.opens_at, row.closes_at
    return _setting("appointments.hours", day)


def _is_open(row: OpeningHours | None, day: date) -> bool:
    return row.is_open(day) if row else work_calendar().is_workday(day)


def planned_hours(likes, hours: Span) -> tuple[time | None, time | None]:
    """The client's own hours as far as they lie within these; none where they said nothing.

    Of two parts before and after the hours in which the client is left in peace, the longer one.
    """
    if not likes or not likes.from_time or not likes.to_time:
        return _NONE
    first, last = max(likes.from_time, hours[0]), min(likes.to_time, hours[1])
    parts = [(first, last)]
    if likes.quiet_from:
        parts = [(first, min(last, likes.quiet_from)), (max(first, likes.quiet_to), last)]
    longest = max(parts, key=lambda part: _minutes(part[1]) - _minutes(part[0]))
    return longest if longest[0] < longest[1] else _NONE


def check_hours(
    client, channel: str, day: date, from_time: time | None, to_time: time | None, *, likes, on
) -> None:
    """Raise RuleBroken for a window that ends before it begins, or in which nobody does this.

    Nobody is called by night, or when the client wants to be left in peace (rules F3), or meets
    clients at an outlet that is closed (rules F9).
    """
    if to_time and not from_time:
        raise _wrong("from_time", _("Please say from when."))
    if from_time and to_time and to_time <= from_time:
        raise _wrong("to_time", _("The end must be later than the beginning."))
    if channel == Channel.OUTSIDE or not from_time:
        return
    if channel == Channel.VISIT:
        _check_open(client.outlet, day, from_time, to_time or from_time)
        return
    first, last = calling_hours(on=on)
    if not all(first <= t <= last for t in (from_time, to_time or from_time)):
        sentence = _("Nobody is called before %(first)s or after %(last)s.")
        raise _wrong("from_time", sentence % {"first": f"{first:%H:%M}", "last": f"{last:%H:%M}"})
    if likes and disturbs(likes, from_time, to_time):
        quiet = {"first": f"{likes.quiet_from:%H:%M}", "last": f"{likes.quiet_to:%H:%M}"}
        sentence = _("The client is not called from %(first)s to %(last)s.") % quiet
        raise _wrong("from_time", sentence)


def _check_open(unit, day: date, from_time: time, to_time: time) -> None:
    check_open_day(unit, day, field="due_on")
    opens, closes = opening_hours(unit, on=day)
    if from_time < opens or to_time > closes:
        told = {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
        sentence = _("The outlet receives clients from %(opens)s to %(closes)s.")
        raise _wrong("from_time", sentence % told)


def closed(unit, day: date) -> str:
    """That an outlet receives nobody on a day, and why; "" where it opens."""
    hours = Hours(on=day)
    if hours.opens(Channel.VISIT, unit.pk)(day):
        return ""
    told = {"day": words.day(day), "why": hours.why_closed(unit.pk, day)}
    if told["why"]:
        return _("The outlet is closed on %(day)s: %(why)s.") % told
    return _("The outlet is closed on %(day)s.") % told


def check_open_day(unit, day: date, *, field: str) -> None:
    """Raise RuleBroken for a day on which the outlet is closed."""
    if sentence := closed(unit, day):
        raise _wrong(field, sentence)


def disturbs(likes, from_time: time | None, to_time: time | None) -> bool:
    """Whether a minute or a window lies, even in part, where the client is left in peace."""
    if not from_time or not likes.quiet_from:
        return False
    begins_before = likes.quiet_from < to_time if to_time else likes.quiet_from <= from_time
    return begins_before and from_time < likes.quiet_to


def _setting(key: str, on: date) -> Span:
    first, last = (time.fromisoformat(text) for text in bank.read(key, on=on))
    return first, last


def _minutes(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def _wrong(field: str, sentence: str) -> RuleBroken:
    return RuleBroken(sentence, fields={field: sentence})
