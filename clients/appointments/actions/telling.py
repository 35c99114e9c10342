"""Who hears of a visit: invitations to those who come, and reminders of what is near."""

from datetime import datetime, time, timedelta

from django.db import transaction

from clients.appointments.models import Appointment, Kind, Slot
from clients.file.models import Consent, Reach
from clients.file.rules import allows
from crm import bank
from crm.lib import clock
from crm.lib.db import lock
from managers.inbox.actions import notify
from managers.outbox.actions import post
from managers.people.models import Absence

EVE, SOON = 1, 2  # what a slot's `reminded` counts
KINDS = {EVE: "appointment-tomorrow", SOON: "appointment-soon"}


def invite(visit, *, at) -> None:
    """Send the visit to the calendars of several who come, and to the client who agreed to mail."""
    people = visit.staff
    if len(people) > 1 or visit.kind == Kind.INTRODUCTION:
        for person in people:
            _post("appointment-invitation", visit, to=person, at=at)
    if visit.state == Appointment.State.CONFIRMED and agreed_to_mail(visit.client, at=at):
        _post("appointment-for-client", visit, to=visit.host, at=at)


def uninvite(visit, *, at, people=None) -> None:
    """Take the visit out of the calendars of whoever was invited."""
    invited = people or (visit.staff if len(visit.staff) > 1 else [])
    for person in invited:
        _post("appointment-cancelled", visit, to=person, at=at)
    if people is None and agreed_to_mail(visit.client, at=at):
        _post("appointment-off-for-client", visit, to=visit.host, at=at)


def agreed_to_mail(client, *, at) -> bool:
    """Whether the client has an address and agreed to invitations by e-mail (rules C9, F10)."""
    on = clock.local(at).date()
    agreed = allows(client.consents.all(), Consent.Purpose.MARKETING, channel=Reach.MAIL, on=on)
    return bool(agreed and client.email and not client.do_not_contact)


def remind(*, at: datetime) -> int:
    """Tell whoever takes part: of tomorrow's visits from 16:00 on, and before each (rules F10).

    Returns how many were told; as often as it runs, everybody is told once.
    """
    today = clock.local(at).date()
    soon = at + timedelta(minutes=bank.read("appointments.soon", on=today))
    told = _remind(SOON, first=at, last=soon, at=at)
    eve = time.fromisoformat(bank.read("appointments.eve", on=today))
    if clock.local(at).time() >= eve:
        tomorrow = today + timedelta(days=1)
        days = clock.start_of_day(tomorrow), clock.end_of_day(tomorrow)
        told += _remind(EVE, first=days[0], last=days[1], at=at)
    return told


def _remind(step, *, first, last, at) -> int:
    slots = Slot.objects.filter(is_taken=True, staff__isnull=False, reminded__lt=step)
    near = slots.filter(starts_at__gte=first, starts_at__lte=last)
    coming = near.filter(appointment__state__in=Appointment.COMING)
    return sum(_tell(slot, step, at=at) for slot in coming.order_by("pk"))


@transaction.atomic
def _tell(slot, step, *, at) -> bool:
    slot = lock(slot)
    if slot.reminded >= step or not slot.is_taken:
        return False
    visit, day = slot.appointment, clock.local(slot.starts_at).date()
    away = Absence.objects.on(day).filter(staff=slot.staff_id, deputy__isnull=False).first()
    to = away.deputy if away else slot.staff
    notify(KINDS[step], to=to, about=visit, key=f"{visit.pk}:{visit.sequence}", at=at, mail=True)
    slot.reminded = step
    slot.save(update_fields=["reminded"])
    return True


def _post(kind, visit, *, to, at) -> None:
    about = f"appointment:{visit.pk}:{visit.sequence}"
    post(kind, to=to, due=at, about=about, at=at, visit=visit.pk, sequence=visit.sequence)
