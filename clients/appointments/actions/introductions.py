"""The visit at which a client meets the new RM; when it may take place its handover says."""

from django.utils.translation import gettext as _

from clients.appointments.actions import booking, steps, visits
from clients.appointments.models import Appointment, Kind
from crm.lib import clock
from crm.lib.db import lock_many
from crm.lib.errors import RuleBroken


def introduction_of(client) -> Appointment | None:
    """The introduction of a client that is still to take place."""
    rows = Appointment.objects.coming().filter(client=client, kind=Kind.INTRODUCTION)
    return rows.for_list().first()


def book_introduction(client, *, sender, receiver, by, at, **when) -> Appointment:
    """Book the meeting of three with a locked client; the sender is the host (rules E5, F9).

    Raises RuleBroken as `book` does, and (code `conflict`) where one is booked already.
    """
    if introduction_of(client):
        raise RuleBroken(_("The introduction is booked already; move it instead."), code="conflict")
    who = {"host": sender, "staff": [receiver], "by": by, "at": at}
    return steps.book(client, kind=Kind.INTRODUCTION, **who, **when)


def call_off_introduction(client, *, reason, by, at) -> None:
    """Nobody is introduced to a locked client any more: who was invited hears it (rules F9)."""
    rows = Appointment.objects.coming().filter(client=client, kind=Kind.INTRODUCTION)
    for visit in lock_many(Appointment, rows.values_list("pk", flat=True)):
        visit.client = client
        booking.call_off(visit, reason, by=by, at=at)


def settle_introduction(client, *, notes, next_step, by, at) -> Appointment | None:
    """The introduction took place: it is held and becomes a contact; None if none was booked.

    One that is booked for a later day has taken place without it, and is called off.
    """
    pks = Appointment.objects.coming().filter(client=client, kind=Kind.INTRODUCTION)
    met = None
    for visit in lock_many(Appointment, pks.values_list("pk", flat=True)):
        visit.client = client
        if clock.local(visit.starts_at).date() > clock.local(at).date():
            booking.call_off(visit, _("Introduced on an earlier day."), by=by, at=at)
        else:
            met = visits.was_held(visit, notes=notes, next_step=next_step, by=by, at=at)
    return met
