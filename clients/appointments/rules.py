"""When a visit may be booked, who may change it, and who may be there. Reads only."""

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from clients.appointments.models import Appointment, Kind, Slot, Step
from clients.book.models import Client
from clients.book.rules import covers
from clients.followups import rules as followups
from clients.followups.hours import calling_hours, check_open_day, opening_hours
from clients.followups.models import Trigger
from crm import bank, words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.workdays import work_calendar
from managers.people import scope
from managers.people.models import Absence, Posting
from managers.people.scope import Reach, Right

State = Appointment.State


def may_work(person, appointment, *, on: date) -> bool:
    """Who may confirm, move, call off and record it: whoever works the client, and who takes part.

    Taking part is for posts that keep clients, and for whoever covers such a colleague today; whose
    post keeps none any more only reads (rules E6).
    """
    if not scope.may(person, Right.FOLLOW_UP):
        return False
    if followups.may_book(person, appointment.client, on=on):
        return True
    if scope.reach(person, Right.EDIT_FILE) != Reach.OWN:
        return False
    people = [slot.staff_id for slot in appointment.slots.all() if slot.staff_id]
    return person.pk in people or any(covers(person, pk, on=on) for pk in people)


def may_receive(person, appointment, *, on: date) -> bool:
    """Who ticks the steps of a visit: whoever works it, and the lobby of the outlet that day."""
    if may_work(person, appointment, on=on):
        return True
    at_the_door = scope.units(person, Right.RECEIVE).filter(pk=appointment.unit_id).exists()
    return at_the_door and clock.local(appointment.starts_at).date() == on


def allowed_actions(person, appointment, *, at: datetime) -> list[str]:
    """The verbs that this person may apply to the appointment now, in working order."""
    on = clock.local(at).date()
    if not appointment.is_coming:
        return []
    begun = clock.local(appointment.starts_at).date() <= on
    verbs = []
    if begun and appointment.next_step and may_receive(person, appointment, on=on):
        verbs.append("tick")
    if may_work(person, appointment, on=on):
        verbs += ["confirm"] if appointment.state == State.PROPOSED else []
        verbs += ["hold"] if begun and appointment.kind != Kind.INTRODUCTION else []
        verbs += ["no-show"] if appointment.starts_at <= at else []
        verbs += ["move", "cancel"]
    return verbs


def check_client(client) -> None:
    """Raise RuleBroken for clients who are left in peace, or have closed (rules F2, F9)."""
    followups.check_contactable(client, Trigger.MANUAL)


def check_time(starts_at: datetime, ends_at: datetime, *, unit, at: datetime) -> None:
    """Raise RuleBroken unless a client may be met then (rules F9).

    At a unit within its opening hours of a working day; outside, without one, on any day in the
    hours in which clients may be called.
    """
    first, last = clock.local(starts_at), clock.local(ends_at)
    day, today = first.date(), clock.local(at).date()
    if starts_at <= at:
        raise _wrong("starts_at", _("This time is over already."))
    followups.check_day(day, today=today, field="starts_at")
    longest = timedelta(minutes=bank.read("appointments.longest", on=today))
    if last.date() != day or not timedelta() < ends_at - starts_at <= longest:
        raise _wrong("ends_at", _("A visit ends on the same day, after four hours at most."))
    if unit:
        check_open_day(unit, day, field="starts_at")
    opens, closes = hours(unit, on=day)
    if first.time() < opens or last.time() > closes:
        told = {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
        sentence = (
            _("Clients are visited between %(opens)s and %(closes)s.")
            if unit is None
            else _("The outlet receives clients from %(opens)s to %(closes)s.")
        )
        raise _wrong("starts_at", sentence % told)


def hours(unit, *, on: date) -> tuple[time, time]:
    """When clients are met: in the unit's opening hours, without one in the hours of F3."""
    return opening_hours(unit, on=on) if unit else calling_hours(on=on)


def check_cash(kind: str, cash, day: date, *, on: date) -> None:
    """Raise RuleBroken unless large cash has an amount and the days to get it ready (rules F9)."""
    if kind != Kind.LARGE_CASH:
        if cash is not None:
            raise _wrong("cash", _("Only large cash is made ready."))
        return
    if not cash or cash <= 0:
        raise _wrong("cash", _("Please say how much cash to have ready."))
    ready = work_calendar().add_working_days(on, bank.read("appointments.cash_days", on=on))
    if day < ready:
        sentence = _("So much cash is ready on %(day)s at the earliest.")
        raise _wrong("starts_at", sentence % {"day": words.day(ready)})


def check_room(room, unit) -> None:
    """Raise RuleBroken unless the room is in use, at this outlet."""
    if room is not None and (not room.is_active or unit is None or room.unit_id != unit.pk):
        raise _wrong("room", _("This room is not at that outlet, or not in use."))


def check_people(host, staff, client, *, day: date) -> None:
    """Raise RuleBroken unless all may meet the client, and are there or covered that day.

    The host may open the file. Others come along without it, but not to a client whose file is
    restricted or a colleague's (rules A5).
    """
    for person in {host, *staff}:
        named = {"name": words.plain_name(person)}
        reads = Client.objects.visible_to(person).filter(pk=client.pk).exists()
        is_shut = client.restricted or client.person_id is not None
        if not reads and (person == host or is_shut):
            raise _wrong("staff", _("%(name)s may not open this client's file.") % named)
        if not person.is_active or not Posting.objects.on(day).filter(staff=person).exists():
            raise _wrong("staff", _("%(name)s does not work here that day.") % named)
        if Absence.objects.on(day).filter(staff=person, deputy__isnull=True).exists():
            raise _wrong("staff", _("%(name)s is away that day and nobody covers.") % named)


def check_free(appointment, *, staff, room, starts_at, ends_at) -> None:
    """Raise RuleBroken (code `conflict`) if somebody or the room is taken then (rules F9)."""
    others = Slot.objects.filter(is_taken=True, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if appointment is not None:
        others = others.exclude(appointment=appointment)
    if room and (slot := others.filter(room=room).first()):
        raise _taken("room", words.unit_name(room), slot)
    for person in staff:
        if slot := others.filter(staff=person).first():
            raise _taken("staff", words.plain_name(person), slot)


def check_client_free(client, appointment, *, starts_at, ends_at) -> None:
    """Raise RuleBroken (code `conflict`) if the client is expected elsewhere then."""
    others = Appointment.objects.coming().filter(
        client=client, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if others.exclude(pk=appointment.pk if appointment else None).exists():
        raise RuleBroken(_("The client has another appointment at that time."), code="conflict")


def check_coming(appointment) -> None:
    """Raise RuleBroken (code `conflict`) unless the appointment is still to take place."""
    if not appointment.is_coming:
        raise RuleBroken(
            _("This appointment is closed already: %(state)s.")
            % {"state": appointment.get_state_display()},
            code="conflict",
        )


def check_step(appointment, step: str, *, on: date) -> None:
    """Raise RuleBroken unless it is the next step of a visit of today (rules F10)."""
    if clock.local(appointment.starts_at).date() != on:
        raise RuleBroken(_("Steps are ticked on the day of the visit."))
    if step != appointment.next_step:
        raise RuleBroken(
            _("The steps of a visit come in their order: %(steps)s.")
            % {"steps": words.listed(step.label for step in Step)},
            code="conflict",
        )


def check_begun(appointment, *, at: datetime) -> None:
    """Raise RuleBroken before the day of the visit."""
    if clock.local(appointment.starts_at).date() > clock.local(at).date():
        raise RuleBroken(_("The day of the visit has not come yet."))


def _taken(field: str, name: str, slot) -> RuleBroken:
    sentence = _("%(name)s is taken from %(from)s to %(to)s.") % {
        "name": name,
        "from": words.hour(slot.starts_at),
        "to": words.hour(slot.ends_at),
    }
    return RuleBroken(sentence, code="conflict", fields={field: sentence})


def _wrong(field: str, sentence: str) -> RuleBroken:
    return RuleBroken(sentence, fields={field: sentence})
