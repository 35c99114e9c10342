"""What pages and programs ask about appointments."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from django.db.models import Q

from clients.appointments import rules
from clients.appointments.models import Appointment, Room, Slot
from clients.book.models import Client
from clients.followups.hours import Hours, Span
from clients.followups.models import Channel, FollowUp, Trigger
from crm.lib import clock
from crm.workdays import work_calendar
from managers.people import scope
from managers.people.models import RM_POSTS, Absence, OrgUnit, Staff
from managers.people.scope import Reach, Right

HALF = timedelta(minutes=30)
_FIRST_HALF = 16  # the calendar begins at 08:00
_HALVES = 26  # and ends at 21:00
_YEAR = 366


def call_after(pk: int) -> FollowUp | None:
    """The call that is booked because the client did not come; none where the rule is off."""
    missed = Appointment.objects.filter(pk=pk, state=Appointment.State.NO_SHOW).first()
    if missed is None:
        return None
    rows = FollowUp.objects.open().filter(client=missed.client_id, trigger=Trigger.NO_SHOW)
    return rows.filter(event_on=clock.local(missed.closed_at).date()).first()


@dataclass(frozen=True)
class Entry:
    """A visit in a calendar; without `visit` only that the time is taken, and by whom."""

    slot: Slot
    visit: Appointment | None
    is_readable: bool = False
    for_whom: Staff | None = None  # the colleague whom the reader covers

    @property
    def row(self) -> int:
        """The half hour in which it begins, the calendar's first being 1."""
        local = clock.local(self.slot.starts_at)
        half = local.hour * 2 + local.minute // 30 - _FIRST_HALF + 1
        return min(max(half, 1), _HALVES)

    @property
    def rows(self) -> int:
        """How many half hours it lasts, at least one."""
        return min(max(round((self.slot.ends_at - self.slot.starts_at) / HALF), 1), 8)


@dataclass(frozen=True)
class Column:
    """A day of somebody, or a room on a day, with what takes its time.

    Clients are received there within these `hours`; none on a closed day, `why` if that is known.
    """

    entries: list[Entry]
    day: date
    hours: Span | None
    why: str = ""
    room: Room | None = None


@dataclass(frozen=True)
class Calendar:
    """The columns of a page, and the days to go to."""

    columns: list[Column]
    first: date
    earlier: date
    later: date
    people: list[Staff] = field(default_factory=list)


def told_in_full(person, rows) -> set[int]:
    """Ids of those appointments whose purpose a person may read: an open file, or taking part."""
    pairs = {row.pk: row.client_id for row in rows}
    mine = Slot.objects.filter(staff=person, appointment__in=pairs)
    part = set(mine.values_list("appointment", flat=True))
    readable = open_files(person, rows)
    return part | {pk for pk, client in pairs.items() if client in readable}


def open_files(person, rows) -> set[int]:
    """Ids of the clients of these appointments whose file the person may open."""
    clients = Client.objects.visible_to(person).filter(pk__in={row.client_id for row in rows})
    return set(clients.values_list("pk", flat=True))


def week_of(person, whose, day) -> Calendar:
    """The days of a week on which a colleague's outlet opens, or the bank works, or a visit lies.

    All seven where there is none, so that a week of holidays says why it is empty.
    """
    monday, week = day - timedelta(days=day.weekday()), timedelta(days=7)
    columns = _days_of(person, whose, [monday + timedelta(days=ahead) for ahead in range(7)])
    works = work_calendar().is_workday
    shown = [one for one in columns if one.hours or one.entries or works(one.day)]
    return Calendar(shown or columns, monday, monday - week, monday + week)


def day_of(person, whose, day) -> Calendar:
    """One day of a colleague, whatever day it is."""
    one = timedelta(days=1)
    return Calendar(_days_of(person, whose, [day]), day, day - one, day + one)


def _days_of(person, whose, days) -> list[Column]:
    """In one's own days stand the visits of colleagues whom one covers on them, too."""
    covered = _covered(person, days) if person == whose else {}
    people = [whose.pk, *covered]
    slots = [
        slot
        for slot in _slots(days[0], days[-1]).filter(staff__in=people)
        if slot.staff_id == whose.pk or _day(slot) in covered[slot.staff_id]
    ]
    entries = _entries(person, slots, whose=whose)
    known = Hours(on=days[0])
    return [
        Column(
            [e for e in entries if _day(e.slot) == on], on, *_hours(known, whose.current_unit, on)
        )
        for on in days
    ]


def rooms_on(person, unit, day) -> Calendar:
    """The rooms of an outlet on a day."""
    rooms = Room.objects.filter(unit=unit, is_active=True)
    entries = _entries(person, list(_slots(day, day).filter(room__in=rooms)))
    known = _hours(Hours(on=day), unit, day)
    columns = [
        Column([e for e in entries if e.slot.room_id == room.pk], day, *known, room=room)
        for room in rooms
    ]
    one = timedelta(days=1)
    return Calendar(columns, day, day - one, day + one)


def coming_of(client) -> list[Appointment]:
    """The visits of a client that are still to take place, the next one first."""
    rows = Appointment.objects.coming().filter(client=client)
    return list(rows.select_related("host", "room", "unit"))


def visits_on(person, day):
    """The visits of a day that a person receives: own ones, or all of the outlet."""
    rows = Appointment.objects.visible_to(person).on(day)
    if scope.reach(person, Right.RECEIVE) == Reach.OWN:
        covered = Absence.objects.on(day).filter(deputy=person).values("staff")
        mine = Slot.objects.filter(Q(staff=person) | Q(staff__in=covered))
        rows = rows.filter(pk__in=mine.values("appointment"))
    else:
        rows = rows.filter(unit__in=scope.units(person, Right.RECEIVE))
    return rows.exclude(state=Appointment.State.CANCELLED).for_list()


def colleagues(person, *, on):
    """Whose calendar a person opens: their own; heads those of the RMs of their units."""
    if scope.reach(person, Right.FOLLOW_UP) == Reach.OWN:
        return _only(person)
    units = scope.units(person, Right.FOLLOW_UP)
    rms = Staff.objects.posted(on, *RM_POSTS).in_units(units, on)
    return (rms | _only(person)).order_by("employee_no").distinct()


def guests(client, *, without, on):
    """Colleagues who may come along: RMs of the client's outlet and of its wealth centre."""
    units = [pk for pk in (client.outlet_id, client.outlet.served_by_id) if pk]
    rms = Staff.objects.posted(on, *RM_POSTS).in_units(units, on)
    return rms.exclude(pk=without).order_by("employee_no")


def rooms_for(client):
    """The rooms in which a client may be received: at the outlet, and at its wealth centre."""
    units = OrgUnit.objects.filter(pk__in=[client.outlet_id, client.outlet.served_by_id])
    return Room.objects.filter(unit__in=units, is_active=True).select_related("unit")


def free_starts(people, day, minutes, *, at: datetime, room=None, unit=None, without=None):
    """The half hours of a day at which these people and the room are free for so many minutes.

    Without a unit the visit is outside; a unit receives clients that day.
    """
    opens, closes = rules.hours(unit, on=day)
    begin, end = clock.at_time(day, opens), clock.at_time(day, closes)
    length = timedelta(minutes=minutes)
    pks = [person.pk for person in people]
    taken = [
        (slot.starts_at, slot.ends_at)
        for slot in _slots(day, day)
        if (slot.staff_id in pks or (room and slot.room_id == room.pk))
        and slot.appointment_id != (without.pk if without else None)
    ]
    found = []
    while begin + length <= end:
        is_free = all(begin >= until or begin + length <= since for since, until in taken)
        if begin > at and is_free:
            found.append(begin)
        begin += HALF
    return found


def open_days(unit, *, after: date, count: int) -> list[date]:
    """The next days on which the unit receives clients, within a year; without one working days."""
    opens = Hours(on=after).opens(Channel.VISIT, unit.pk) if unit else work_calendar().is_workday
    ahead = (after + timedelta(days=passed) for passed in range(1, _YEAR))
    return list(islice(filter(opens, ahead), count))


def _slots(first, last):
    span = (clock.start_of_day(first), clock.end_of_day(last))
    rows = Slot.objects.filter(starts_at__range=span, appointment__state__in=_SHOWN)
    return rows.select_related("staff").order_by("starts_at", "pk")


_SHOWN = (*Appointment.COMING, Appointment.State.HELD, Appointment.State.NO_SHOW)


def _entries(person, slots, *, whose=None) -> list[Entry]:
    pks = {slot.appointment_id for slot in slots}
    visible = Appointment.objects.visible_to(person).filter(pk__in=pks).for_list().in_bulk()
    readable = open_files(person, visible.values())
    found = []
    for slot in slots:
        visit = visible.get(slot.appointment_id)
        covered = slot.staff if whose and slot.staff_id != whose.pk else None
        opened = visit is not None and visit.client_id in readable
        found.append(Entry(slot, visit, opened, covered))
    return found


def _covered(person, days) -> dict[int, set[date]]:
    """Days of these on which the person covers each absent colleague."""
    rows = Absence.objects.filter(deputy=person, first_day__lte=days[-1], last_day__gte=days[0])
    found: dict[int, set[date]] = {}
    for row in rows:
        away = {day for day in days if row.first_day <= day <= row.last_day}
        found.setdefault(row.staff_id, set()).update(away)
    return found


def _only(person):
    return Staff.objects.filter(pk=person.pk)


def _day(slot) -> date:
    return clock.local(slot.starts_at).date()


def _hours(known: Hours, unit, day) -> tuple[Span | None, str]:
    """When the unit receives clients on a day; else None, and why."""
    if known.opens(Channel.VISIT, unit.pk)(day):
        return known.of(Channel.VISIT, unit.pk, day), ""
    return None, known.why_closed(unit.pk, day)
