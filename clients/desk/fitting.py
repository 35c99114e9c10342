"""Fit my day: calls of today between visits and in the hours that clients like (rules F17).

A proposal and nothing else: nobody is booked, and what is done or put off makes room for the rest.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from clients.file.models import Preferences
from clients.file.wording import best_time
from clients.followups.models import Channel, FollowUp
from crm import bank
from crm.lib import clock

_STEP = 5  # minutes: nobody plans a call for 10:03


@dataclass(frozen=True)
class Stretch:
    """Calls without a pause between them, in the order to make them; local times."""

    begins: datetime
    ends: datetime
    calls: list[FollowUp]


@dataclass(frozen=True)
class LeftOut:
    """A call that is not offered, and why, in words."""

    item: FollowUp
    why: str


@dataclass(frozen=True)
class Fitted:
    """What is offered, the earliest first, and what is not, in working order."""

    stretches: list[Stretch]
    left_out: list[LeftOut]


@dataclass(frozen=True)
class Span:
    """A part of the day, from `begins` until just before `ends`."""

    begins: datetime
    ends: datetime

    def without(self, other: "Span") -> list["Span"]:
        """What is left of it beside another one."""
        before = Span(self.begins, min(self.ends, other.begins))
        after = Span(max(self.begins, other.ends), self.ends)
        return [part for part in (before, after) if part.begins < part.ends]

    def first(self, length: timedelta, wish: "Span") -> "Span | None":
        """The earliest part of this length that lies in the wish as well."""
        begins = max(self.begins, wish.begins)
        ends = begins + length
        return Span(begins, ends) if ends <= min(self.ends, wish.ends) else None


@dataclass(frozen=True)
class Wish:
    """When a client likes to be called today; `why_not` says why today is no day for it.

    In the `quiet` part nobody calls (rules F3).
    """

    span: Span
    hours: str = ""
    why_not: str = ""
    quiet: Span | None = None


def fit_my_day(items, visits, *, at: datetime) -> Fitted:
    """Where the calls among these follow-ups of today fit, and which do not; one query.

    `visits` are the appointments of the day. A call that was promised for a minute stays there; a
    window that was agreed, or else the client's own hours, is kept unless it has passed. On a day
    that is none of the client's own only what was agreed for it is offered. Nobody is called twice.
    """
    calls = [item for item in items if item.channel == Channel.CALL]
    length = timedelta(minutes=bank.read("day.call_minutes", on=clock.local(at).date()))
    now = _rounded(clock.local(at))
    free = _free(calls, visits, length, now=now)
    wishes = _wishes(calls, now=now)
    placed: list[tuple[Span, FollowUp]] = []
    order = {item.pk: place for place, item in enumerate(calls)}
    called = {item.client_id for item in calls if _is_promised(item, now.date())}
    why_not: dict[int, LeftOut] = {}
    for item in sorted(calls, key=lambda item: (wishes[item.pk].span.ends, order[item.pk])):
        wish = wishes[item.pk]
        if item.client_id in called:
            continue  # it is spoken of in the same call
        span = None if wish.why_not else _take(free, length, wish)
        if span:
            placed.append((span, item))
            called.add(item.client_id)
        else:
            why_not.setdefault(item.client_id, LeftOut(item, wish.why_not or _no_room(wish)))
    left_out = [one for client, one in why_not.items() if client not in called]
    return Fitted(
        _stretches(sorted(placed, key=lambda pair: pair[0].begins)),
        sorted(left_out, key=lambda one: order[one.item.pk]),
    )


def _take(free: list[Span], length: timedelta, wish: Wish) -> Span | None:
    """Cut the earliest part of this length out of the free ones; None where none is left."""
    for place, gap in enumerate(free):
        for part in gap.without(wish.quiet) if wish.quiet else [gap]:
            if span := part.first(length, wish.span):
                free[place : place + 1] = gap.without(span)
                return span
    return None


def _no_room(wish: Wish) -> str:
    if wish.hours:
        return _("no time is free within %(hours)s") % {"hours": wish.hours}
    return _("no time is free today any more")


def _free(calls, visits, length, *, now) -> list[Span]:
    """The bank's hours for calls that are still to come, without visits and promised minutes."""
    day = now.date()
    hours = bank.read("calls.windows", on=day)
    free = [Span(*(clock.at_time(day, time.fromisoformat(end)) for end in ends)) for ends in hours]
    taken = [Span(clock.start_of_day(day), now)]
    taken += [Span(visit.starts_at, visit.ends_at) for visit in visits]
    promised = [clock.at_time(day, item.from_time) for item in calls if _is_promised(item, day)]
    taken += [Span(begins, begins + length) for begins in promised]
    for busy in taken:
        free = [part for gap in free for part in gap.without(busy)]
    return [Span(clock.local(gap.begins), clock.local(gap.ends)) for gap in free]


def _wishes(calls, *, now) -> dict[int, Wish]:
    """What each client likes today; the whole day where nothing is known or left."""
    whole = Span(now, clock.local(clock.end_of_day(now.date())))
    rows = Preferences.objects.filter(client__in={item.client_id for item in calls})
    likes = {row.client_id: row for row in rows}
    return {item.pk: _wish(item, likes.get(item.client_id), whole) for item in calls}


def _wish(item, likes, whole: Span) -> Wish:
    day = whole.begins.date()
    is_agreed = item.due_on == day and item.from_time and item.to_time
    spoken = item.client.last_contact_at >= clock.start_of_day(day)
    if spoken and not is_agreed and not _is_promised(item, day):
        return Wish(whole, why_not=_("was spoken to today already"))
    if likes is None:
        return _within(item.from_time, item.to_time, whole) if is_agreed else Wish(whole)
    if is_agreed:
        wish = _within(item.from_time, item.to_time, whole)
    elif likes.days and day.isoweekday() not in likes.days:
        return Wish(whole, why_not=_("likes to be called: %(when)s") % {"when": best_time(likes)})
    else:
        wish = _within(likes.from_time, likes.to_time, whole)
    return replace(wish, quiet=_part(day, likes.quiet_from, likes.quiet_to))


def _part(day: date, begins: time | None, ends: time | None) -> Span | None:
    return Span(clock.at_time(day, begins), clock.at_time(day, ends)) if begins and ends else None


def _within(from_time: time | None, to_time: time | None, whole: Span) -> Wish:
    if not from_time or not to_time:
        return Wish(whole)
    part = _part(whole.begins.date(), from_time, to_time)
    if part.ends <= whole.begins:
        return Wish(whole)
    return Wish(part, hours=f"{from_time:%H:%M}–{to_time:%H:%M}")


def _is_promised(item, day: date) -> bool:
    return item.due_on == day and bool(item.from_time and not item.to_time)


def _rounded(moment: datetime) -> datetime:
    over = timedelta(
        minutes=moment.minute % _STEP, seconds=moment.second, microseconds=moment.microsecond
    )
    return moment - over + timedelta(minutes=_STEP) if over else moment


def _stretches(placed) -> list[Stretch]:
    found: list[Stretch] = []
    for span, item in placed:
        if found and found[-1].ends == span.begins:
            last = found.pop()
            found.append(Stretch(last.begins, span.ends, [*last.calls, item]))
        else:
            found.append(Stretch(span.begins, span.ends, [item]))
    return found
