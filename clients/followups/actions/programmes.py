"""Begin programmes, move and pass their steps, and call them off (rules F14)."""

from datetime import timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.followups import programmes, rules, standards
from clients.followups.actions import cadence
from clients.followups.models import FollowUp, ProgrammeRun, ProgrammeStep
from crm.lib import clock
from crm.lib.db import lock, lock_many
from crm.lib.errors import RuleBroken
from managers.audit.actions import record

State = ProgrammeRun.State


@transaction.atomic
def begin(client, *, code, by, at) -> ProgrammeRun:
    """A person begins a programme; its first step is the next contact.

    Raises RuleBroken while another goes on, for clients for whom nothing is planned, for a code
    that is not in force, and for people whose client it is not.
    """
    client, today = lock(client), clock.local(at).date()
    if not rules.may_book(by, client, on=today):
        raise RuleBroken(_("Only the client's manager begins a programme."))
    programme = programmes.in_force(today).get(code)
    if programme is None or not programme.is_on:
        raise RuleBroken(_("There is no such programme."), fields={"code": _("Please choose.")})
    if not standards.is_planned(client):
        raise RuleBroken(_("No contacts are planned for this client."))
    if programmes.running(client):
        raise RuleBroken(_("A programme goes on with this client already."))
    run = _run(client, programme, by=by, at=at)
    cadence.keep(client, at=at, begin=True, anew=True)
    return run


def begin_by_event(client, start, *, first=None, at) -> ProgrammeRun | None:
    """What an event begins for a locked client, once ever; `first` is the call it has caused.

    That call is the step of the first day, so that the client is not called twice for one reason.
    """
    if not standards.is_planned(client) or programmes.running(client):
        return None
    with translation.override(client.owner.language):
        programme = programmes.begun_by(start, client, on=clock.local(at).date())
        if programme is None or _had(client, programme):
            return None
        run = _run(client, programme, by=None, at=at)
    if first is not None:
        _hand_over(run, first, at=at)
    cadence.keep(client, at=at, anew=True)
    return run


def _had(client, programme) -> bool:
    return ProgrammeRun.objects.filter(client=client, code=programme.code).exists()


def _run(client, programme, *, by, at) -> ProgrammeRun:
    today = clock.local(at).date()
    run = ProgrammeRun.objects.create(
        client=client,
        code=programme.code,
        name=programme.name,
        started_on=today,
        started_by=by,
    )
    ProgrammeStep.objects.bulk_create(
        ProgrammeStep(
            run=run,
            number=number,
            due_on=today + timedelta(days=step["day"]),
            channel=step["channel"],
            purpose=step["purpose"],
        )
        for number, step in enumerate(programme.steps, start=1)
    )
    record("programme.begun", run, by=by, at=at, client=client.pk, code=run.code)
    return run


def _hand_over(run, call, *, at) -> None:
    """The step of the first day is the call that was booked for the same event."""
    step = run.steps.filter(number=1, due_on=run.started_on).first()
    if step:
        step.passed_at = at
        step.save(update_fields=["passed_at"])
        call.step = step
        call.save(update_fields=["step"])


@transaction.atomic
def call_off(run, *, by, at) -> ProgrammeRun:
    """End a programme; the client is contacted by the standard from now on."""
    [client] = lock_many(Client, [run.client_id])
    run = lock(run)
    if not rules.may_book(by, client, on=clock.local(at).date()):
        raise RuleBroken(_("Only the client's manager calls a programme off."))
    if run.state != State.RUNNING:
        raise RuleBroken(_("This programme has ended already."))
    _end(run, State.CALLED_OFF, at=at)
    record("programme.called_off", run, by=by, at=at, client=client.pk, code=run.code)
    cadence.keep(client, at=at, begin=True, anew=True)
    return run


@transaction.atomic
def move_step(step, *, to, with_later, by, at) -> ProgrammeStep:
    """Move a step that is still to come, and the later ones by as many days if asked.

    The one that stands among the follow-ups is put off there. Raises RuleBroken for a day that is
    over or before the step before, and for one after the step that follows unless it moves along.
    """
    run = step.run
    [client] = lock_many(Client, [run.client_id])
    step, today = lock(step), clock.local(at).date()
    if not rules.may_book(by, client, on=today):
        raise RuleBroken(_("Only the client's manager moves a step."))
    ahead = list(ProgrammeStep.objects.ahead().filter(run=run))
    if step not in ahead:
        raise RuleBroken(_("This step is over already."))
    if FollowUp.objects.open().filter(client=client, step=step).exists():
        raise RuleBroken(_("This step is booked already; put the follow-up off."))
    rules.check_day(to, today=today, field="to")
    _check_order(ahead, step, to, with_later=with_later)
    shift(step, to, with_later=with_later)
    record("programme.moved", run, by=by, at=at, client=client.pk, step=step.number, now=to)
    cadence.keep(client, at=at, anew=True)
    return step


def _check_order(ahead, step, to, *, with_later) -> None:
    place = ahead.index(step)
    before = ahead[place - 1].due_on if place else None
    after = ahead[place + 1].due_on if place + 1 < len(ahead) and not with_later else None
    if (before and to < before) or (after and to > after):
        sentence = _("The steps stay in their order; move the later ones along.")
        raise RuleBroken(sentence, fields={"to": sentence})


def shift(step, to, *, with_later) -> None:
    """Write another day into a step of a locked client, and into the later ones if asked."""
    by = to - step.due_on
    step.due_on, step.is_fixed = to, True
    step.save(update_fields=["due_on", "is_fixed"])
    if with_later:
        later = ProgrammeStep.objects.ahead().filter(run=step.run_id, number__gt=step.number)
        for other in later:
            other.due_on += by
            other.save(update_fields=["due_on"])


def pass_step(follow_up, *, at) -> None:
    """The step of a locked client is over; with the last one the programme is."""
    step = follow_up.step
    if step is None or step.passed_at:
        return
    step.passed_at = at
    step.save(update_fields=["passed_at"])
    if not ProgrammeStep.objects.ahead().filter(run=step.run_id).exists():
        run = ProgrammeRun.objects.get(pk=step.run_id)
        if run.state == State.RUNNING:
            _end(run, State.DONE, at=at)


def end_of_the_left(*, at) -> int:
    """End the programmes of clients whom nobody is to contact any more; returns how many.

    A client who only waits in a pool goes on with the next owner.
    """
    left = ProgrammeRun.objects.filter(state=State.RUNNING).exclude(standards.contacted("client__"))
    return left.update(state=State.LEFT, ended_at=at)


def _end(run, state, *, at) -> None:
    run.state, run.ended_at = state, at
    run.save(update_fields=["state", "ended_at"])
