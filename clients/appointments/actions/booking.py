"""Book visits, confirm and move them, call them off, and hand them on."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.appointments import rules
from clients.appointments.actions import steps
from clients.appointments.actions.telling import invite, uninvite
from clients.appointments.models import Appointment, Slot
from clients.book.models import Client
from clients.followups import rules as followups
from crm.lib import clock
from crm.lib.db import lock, lock_many
from crm.lib.errors import RuleBroken


@transaction.atomic
def book(client, *, by, at, **what) -> Appointment:
    """Book a visit of a client for whoever works them (rules F9); `what` as in `steps.book`.

    The host is the client's owner unless named. Raises RuleBroken for people whose client it is
    not, outside the hours, for a client who is left in peace, and (code `conflict`) where somebody
    or the room is taken.
    """
    client = lock(client)
    if not followups.may_book(by, client, on=clock.local(at).date()):
        raise RuleBroken(_("Only the client's manager books appointments."), code="forbidden")
    return steps.book(client, by=by, at=at, **what)


@transaction.atomic
def confirm(appointment, *, by, at, version=None) -> Appointment:
    """The client has agreed to it; who was busy until now must be free (rules F10)."""
    appointment = _opened(appointment, by=by, at=at, version=version)
    if appointment.state == rules.State.CONFIRMED:
        raise RuleBroken(_("This appointment is confirmed already."), code="conflict")
    _take_again(appointment)
    appointment.state = rules.State.CONFIRMED
    appointment.sequence += 1
    steps.save(appointment, "state", "sequence")
    invite(appointment, at=at)
    steps.note("confirmed", appointment, by=by, at=at)
    return appointment


@transaction.atomic
def move(
    appointment, *, starts_at, ends_at, by, at, room=None, place="", version=None
) -> Appointment:
    """Another time or place; what was agreed before must be agreed anew (rules F9).

    Without `room` and `place` it is at the outlet, in no room of its own.
    """
    appointment = _opened(appointment, by=by, at=at, version=version)
    client, place = appointment.client, place.strip()
    unit = None if place else (room.unit if room else appointment.unit or client.outlet)
    day = clock.local(starts_at).date()
    people = appointment.staff
    rules.check_client(client)
    rules.check_time(starts_at, ends_at, unit=unit, at=at)
    rules.check_cash(appointment.kind, appointment.cash, day, on=clock.local(at).date())
    rules.check_room(room, unit)
    rules.check_people(appointment.host, people, client, day=day)
    span = {"starts_at": starts_at, "ends_at": ends_at}
    rules.check_client_free(client, appointment, **span)
    steps.hold_still(people, room)
    rules.check_free(appointment, staff=people, room=room, **span)
    was = appointment.starts_at
    appointment.starts_at, appointment.ends_at = starts_at, ends_at
    appointment.unit, appointment.room, appointment.place = unit, room, place
    appointment.state = rules.State.PROPOSED
    appointment.sequence += 1
    steps.save(appointment, "starts_at", "ends_at", "unit", "room", "place", "state", "sequence")
    steps.take(appointment, people=people)
    invite(appointment, at=at)
    steps.note("moved", appointment, by=by, at=at, was=was, now=starts_at)
    return appointment


@transaction.atomic
def cancel(appointment, *, reason, by, at, version=None) -> Appointment:
    """Call a visit off and say why; its time and room are free again."""
    appointment = _opened(appointment, by=by, at=at, version=version)
    if not reason.strip():
        sentence = _("Please say why.")
        raise RuleBroken(sentence, fields={"reason": sentence})
    call_off(appointment, reason.strip(), by=by, at=at)
    return appointment


@transaction.atomic
def call_off_coming(client, *, reason, by, at) -> int:
    """Cancel all visits of a client who is left in peace (rules F9); returns how many."""
    client = lock(client)
    rows = Appointment.objects.coming().filter(client=client)
    visits = lock_many(Appointment, rows.values_list("pk", flat=True))
    for visit in visits:
        call_off(visit, reason, by=by, at=at)
    return len(visits)


def call_off(appointment, reason, *, by, at) -> None:
    """Cancel a visit that is locked and still to come."""
    appointment.cancel_reason = reason
    appointment.sequence += 1
    steps.save(appointment, "sequence")
    steps.close(appointment, rules.State.CANCELLED, at=at)
    uninvite(appointment, at=at)
    steps.note("cancelled", appointment, by=by, at=at)


@transaction.atomic
def hand_on(from_, to, clients, *, by, at) -> list[Appointment]:
    """Coming visits of these clients go from one colleague to another; none is lost (rules F10).

    Where the new one has something else at the time the visit waits as proposed, `clashes`, and
    takes their time only when it is moved or confirmed. Returns the visits that were handed on.
    """
    clients = lock_many(Client, [client.pk for client in clients])
    mine = Slot.objects.filter(staff=from_).values("appointment")
    rows = Appointment.objects.coming().filter(pk__in=mine, client__in=clients, ends_at__gt=at)
    visits = lock_many(Appointment, rows.values_list("pk", flat=True))
    steps.hold_still([to])
    for visit in visits:
        _pass_on(visit, from_, to)
        invite(visit, at=at)
        if len(visit.staff) > 1:
            uninvite(visit, people=[from_], at=at)
        steps.note("handed_on", visit, by=by, at=at, was=from_.pk, now=to.pk)
    return visits


def _pass_on(visit, from_, to) -> None:
    if visit.host_id == from_.pk:
        visit.host = to
    span = {"starts_at": visit.starts_at, "ends_at": visit.ends_at}
    try:
        rules.check_free(visit, staff=[to], room=None, **span)
    except RuleBroken:
        visit.state, is_taken = rules.State.PROPOSED, False
    else:
        is_taken = True
    visit.slots.filter(staff__in=[from_, to]).delete()
    visit.slots.create(staff=to, is_taken=is_taken, **span)
    visit.sequence += 1
    steps.save(visit, "host", "state", "sequence")


def _take_again(appointment) -> None:
    """Slots that were not free when the visit came to somebody; raise RuleBroken if still not."""
    waiting = list(appointment.slots.filter(is_taken=False).select_related("staff", "room"))
    people = [slot.staff for slot in waiting if slot.staff]
    steps.hold_still(people)
    span = {"starts_at": appointment.starts_at, "ends_at": appointment.ends_at}
    rules.check_free(appointment, staff=people, room=None, **span)
    appointment.slots.filter(is_taken=False).update(is_taken=True)


def _opened(appointment, *, by, at, version=None) -> Appointment:
    appointment = steps.locked(appointment, version)
    if not rules.may_work(by, appointment, on=clock.local(at).date()):
        raise RuleBroken(_("Only who works the client or takes part does this."), code="forbidden")
    return appointment
