"""What the actions have in common; the caller holds the client's lock and has asked who may."""

from django.utils.translation import gettext as _

from clients.appointments import rules
from clients.appointments.actions.telling import invite
from clients.appointments.models import Appointment, Kind, Room, Slot
from clients.book.models import Client
from crm.lib import clock
from crm.lib.db import lock, lock_many
from crm.lib.errors import RuleBroken, Stale
from managers.audit.actions import record
from managers.people.models import Staff


def locked(appointment, version=None) -> Appointment:
    """The appointment with its client, both locked; raise Stale unless coming and as seen."""
    [client] = lock_many(Client, [appointment.client_id])
    appointment = lock(appointment)
    appointment.client = client
    rules.check_coming(appointment)
    if version is not None and appointment.version != version:
        raise Stale(_("This appointment has changed since you opened it; please look again."))
    return appointment


def book(
    client,
    *,
    kind,
    starts_at,
    ends_at,
    by,
    at,
    host=None,
    staff=(),
    unit=None,
    room=None,
    place="",
    purpose="",
    cash=None,
    is_agreed=False,
) -> Appointment:
    """Check the rules of a new appointment and write it with its slots.

    Without a place outside it is at the room's outlet, at `unit`, or at the client's outlet.
    """
    host = host or client.owner
    if host is None:
        raise RuleBroken(_("The client has no relationship manager yet."))
    place = place.strip()
    unit = None if place else (room.unit if room else unit or client.outlet)
    today, day = clock.local(at).date(), clock.local(starts_at).date()
    rules.check_client(client)
    rules.check_time(starts_at, ends_at, unit=unit, at=at)
    rules.check_cash(kind, cash, day, on=today)
    rules.check_room(room, unit)
    people = {person.pk: person for person in (host, *staff)}.values()
    rules.check_people(host, people, client, day=day)
    rules.check_client_free(client, None, starts_at=starts_at, ends_at=ends_at)
    appointment = Appointment(
        client=client,
        host=host,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        unit=unit,
        room=room,
        place=place,
        purpose=purpose.strip(),
        cash=cash,
        state=rules.State.CONFIRMED if is_agreed else rules.State.PROPOSED,
        booked_by=by,
        booked_at=at,
    )
    hold_still(people, room)
    span = {"starts_at": starts_at, "ends_at": ends_at}
    rules.check_free(None, staff=people, room=room, **span)
    appointment.save(force_insert=True)
    take(appointment, people=people)
    kept = {"kind": Kind(kind).value, "starts_at": starts_at}
    record("appointment.booked", appointment, by=by, at=at, client=client.pk, **kept)
    invite(appointment, at=at)
    return appointment


def hold_still(people, room=None) -> None:
    """Lock whose time is asked about, people before the room: nobody else takes it meanwhile."""
    lock_many(Staff, [person.pk for person in people])
    if room is not None:
        lock_many(Room, [room.pk])


def take(appointment, *, people) -> None:
    """Write the slots anew; whoever may clash was asked before."""
    span = {"starts_at": appointment.starts_at, "ends_at": appointment.ends_at}
    appointment.slots.all().delete()
    slots = [Slot(appointment=appointment, staff=person, **span) for person in people]
    if appointment.room_id:
        slots.append(Slot(appointment=appointment, room_id=appointment.room_id, **span))
    Slot.objects.bulk_create(slots)


def close(appointment, state, *, at) -> None:
    """End an appointment; its time is free again unless it was used."""
    appointment.state, appointment.closed_at = state, at
    save(appointment, "state", "closed_at", "cancel_reason", "contact")
    if state != rules.State.HELD:
        appointment.slots.update(is_taken=False)


def save(appointment, *fields) -> None:
    """Write these fields; whoever still looks at the version before will be told."""
    appointment.version += 1
    appointment.save(update_fields=[*fields, "version"])


def note(verb, appointment, *, by, at, **facts) -> None:
    """Record what was done."""
    record(f"appointment.{verb}", appointment, by=by, at=at, client=appointment.client_id, **facts)
