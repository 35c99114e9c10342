"""What happens on the day: the four steps, the visit that was held, the client who did not come."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.appointments import rules
from clients.appointments.actions import steps
from clients.appointments.models import Appointment, Kind, Step
from clients.followups.actions import follow_event, log_visit
from clients.followups.models import Channel
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken


@transaction.atomic
def tick(appointment, *, step, by, at) -> Appointment:
    """The next of the four steps has happened now (rules F10)."""
    appointment = steps.locked(appointment)
    on = clock.local(at).date()
    if not rules.may_receive(by, appointment, on=on):
        raise RuleBroken(_("Only who receives the client ticks the steps."), code="forbidden")
    rules.check_step(appointment, step, on=on)
    setattr(appointment, f"{Step(step).value}_at", at)
    steps.save(appointment, f"{step}_at")
    steps.note("ticked", appointment, by=by, at=at, step=step)
    return appointment


@transaction.atomic
def hold(appointment, *, notes, by, at, next=None, next_step="", version=None) -> Appointment:  # noqa: A002
    """The visit took place: it becomes a contact, which counts by rules F4.

    `next` is None or the follow-up to book, as for `followups.actions.complete`. Introductions
    are recorded with their handover.
    """
    appointment = _begun(appointment, by=by, at=at, version=version)
    if appointment.kind == Kind.INTRODUCTION:
        raise RuleBroken(_("An introduction is recorded with its handover."), code="conflict")
    return was_held(appointment, notes=notes, next=next, next_step=next_step, by=by, at=at)


def was_held(appointment, *, notes, by, at, next=None, next_step="") -> Appointment:  # noqa: A002
    """Close a locked visit as held and append the contact that it was."""
    appointment.contact = log_visit(
        appointment.client,
        channel=Channel.OUTSIDE if appointment.place else Channel.VISIT,
        notes=notes,
        next=next,
        next_step=next_step,
        by=by,
        at=at,
    )
    steps.close(appointment, rules.State.HELD, at=at)
    steps.note("held", appointment, by=by, at=at, contact=appointment.contact_id)
    return appointment


@transaction.atomic
def no_show(appointment, *, by, at, version=None) -> Appointment:
    """The client did not come: the owner calls by the trigger rule (rules F2, F10)."""
    appointment = _begun(appointment, by=by, at=at, version=version)
    if appointment.starts_at > at:
        raise RuleBroken(_("The client may still come: it begins later."))
    if appointment.received_at:
        raise RuleBroken(_("The client was received, and so has come."), code="conflict")
    steps.close(appointment, rules.State.NO_SHOW, at=at)
    missed = {"day": words.day(appointment.starts_at)}
    purpose = _("Did not come on %(day)s; agree on another day") % missed
    day = clock.local(at).date()  # noted on a later day, the call is still to come
    follow_event(appointment.client, about="no-show", event_on=day, purpose=purpose, at=at)
    steps.note("no_show", appointment, by=by, at=at)
    return appointment


def _begun(appointment, *, by, at, version) -> Appointment:
    appointment = steps.locked(appointment, version)
    if not rules.may_work(by, appointment, on=clock.local(at).date()):
        raise RuleBroken(_("Only who works the client or takes part does this."), code="forbidden")
    rules.check_begun(appointment, at=at)
    return appointment
