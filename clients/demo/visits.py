"""VIP rooms, and a week of visits: today's on their way, others agreed or proposed."""

from datetime import time, timedelta

from clients.appointments.models import Appointment, Kind, Room, Slot, Step
from clients.book.models import State
from crm.lib import clock
from crm.workdays import work_calendar

_ROOMS = (("荷塘厅", "Lotus room", 4), ("听竹厅", "Bamboo room", 6))
_HOURS = (time(9, 30), time(11), time(14), time(15, 30))
_ABOUT = {
    "en": ("Renew the deposit", "Half-year review", "Plan for the children", ""),
    "zh-hans": ("定期续存", "半年资产检视", "子女教育规划", ""),
}
_KINDS = (Kind.ADVICE, Kind.REVIEW, Kind.ADVICE, Kind.CONTRACT)


def build(dice, outlets, clients, *, now, language):
    """Two rooms an outlet; each RM sees a client or two on today and the next working days."""
    today, calendar = clock.local(now).date(), work_calendar()
    first = calendar.next_workday(today)
    days = [calendar.add_working_days(first, ahead) for ahead in range(5)]
    for outlet in outlets:
        rooms = [
            Room.objects.create(unit=outlet, name=name, latin_name=latin, seats=seats)
            for name, latin, seats in _ROOMS
        ]
        book = [
            client
            for client in clients
            if client.outlet_id == outlet.pk
            and client.owner_id
            and client.state == State.OWNED
            and not client.do_not_contact
        ]
        _visits(dice, rooms, book, days, now=now, language=language)


def _visits(dice, rooms, book, days, *, now, language):
    by_owner: dict = {}
    for client in book:
        by_owner.setdefault(client.owner_id, []).append(client)
    for place, owner in enumerate(sorted(by_owner)):
        mine = by_owner[owner]
        chosen = iter(dice.sample(mine, min(len(mine), len(days) * 2)))
        for day in days:
            for hour in dice.sample(_HOURS, 2):
                client = next(chosen, None)
                if client is not None:
                    # Two RMs share the rooms of an outlet; the others receive at their desks.
                    room = rooms[place] if place < len(rooms) else None
                    _visit(dice, client, room, clock.at_time(day, hour), now, language)


def _visit(dice, client, room, starts_at, now, language):
    span = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    begun = starts_at < now
    visit = Appointment.objects.create(
        client=client,
        host=client.owner,
        kind=dice.choice(_KINDS),
        unit=client.outlet,
        room=room,
        purpose=dice.choice(_ABOUT[language]),
        state="confirmed" if begun or dice.random() < 0.7 else "proposed",
        booked_by=client.owner,
        booked_at=now - timedelta(days=2),
        **span,
        **_steps(starts_at, now),
    )
    Slot.objects.create(appointment=visit, staff=client.owner, **span)
    if room:
        Slot.objects.create(appointment=visit, room=room, **span)


def _steps(starts_at, now) -> dict:
    """The steps of a visit that has begun, ten minutes apart."""
    moments = {step: starts_at + timedelta(minutes=10 * n) for n, step in enumerate(Step.values)}
    return {f"{step}_at": at for step, at in moments.items() if at <= now}
