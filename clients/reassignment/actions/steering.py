"""Agree to a plan, begin it, give it up, take it back."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.reassignment import rules
from clients.reassignment.actions import leave
from clients.reassignment.models import PlannedMove, ReassignmentPlan
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.inbox.actions import notify
from managers.people.heads import head_of

State = ReassignmentPlan.State


@transaction.atomic
def submit(plan, *, by, at, version=None) -> ReassignmentPlan:
    """Ask the heads concerned to agree; what the asking head decides alone is agreed at once."""
    plan = _locked(plan, "submit", by=by, at=at, version=version)
    plan.state = State.WAITING
    _saved(plan, "plan.submitted", by=by, at=at)
    today = clock.local(at).date()
    if rules.outlets_to_agree(by, plan):
        plan = _agree(plan, by=by, at=at)
    for head in {head_of(row.outlet, on=today) for row in _unanswered(plan)} - {None, by}:
        key = f"{plan.pk}:{plan.version}"
        notify("plan-waits", to=head, about=plan, key=key, at=at, mail=True)
    return plan


@transaction.atomic
def approve(plan, *, by, at, version=None) -> ReassignmentPlan:
    """Agree for one's outlets; with the last of them the plan is approved (rules E8)."""
    plan = _agree(_locked(plan, "approve", by=by, at=at, version=version), by=by, at=at)
    if plan.state == State.APPROVED and plan.created_by != by:
        key = f"{plan.pk}:{plan.version}"
        notify("plan-approved", to=plan.created_by, about=plan, key=key, at=at)
    return plan


@transaction.atomic
def refuse(plan, *, by, at, version=None) -> ReassignmentPlan:
    """Disagree: the plan is a draft again, and its author hears of it."""
    plan = _locked(plan, "refuse", by=by, at=at, version=version)
    plan.state = State.DRAFT
    plan.approvals.update(by=None, at=None)
    _saved(plan, "plan.refused", by=by, at=at)
    if plan.created_by != by:
        key = f"{plan.pk}:{plan.version}"
        notify("plan-refused", to=plan.created_by, about=plan, key=key, at=at)
    return plan


@transaction.atomic
def cancel(plan, *, by, at, version=None) -> ReassignmentPlan:
    """Give a plan up before it began; nobody has moved."""
    plan = _locked(plan, "cancel", by=by, at=at, version=version)
    plan.state, plan.ended_at = State.CANCELLED, at
    return _saved(plan, "plan.cancelled", by=by, at=at)


@transaction.atomic
def execute(plan, *, by, at, version=None) -> ReassignmentPlan:
    """Let a worker begin now, be the day that was planned today or later."""
    plan = _locked(plan, "execute", by=by, at=at, version=version)
    return _begin(plan, State.RUNNING, by=by, at=at)


def start_due(*, at) -> list[int]:
    """Begin the approved plans whose day has come; their ids. Safe to call twice."""
    today = clock.local(at).date()
    due = ReassignmentPlan.objects.filter(state=State.APPROVED, effective_on__lte=today)
    return [plan.pk for plan in due.order_by("pk") if _start(plan, at=at)]


@transaction.atomic
def undo(plan, *, by, at, version=None) -> ReassignmentPlan:
    """Take a plan back within a day: clients whom nobody touched since go to whom they had.

    Raises RuleBroken when the day is over, or who went has another plan by now.
    """
    plan = _locked(plan, "undo", by=by, at=at, version=version)
    if ReassignmentPlan.objects.live().filter(from_staff=plan.from_staff).exists():
        raise RuleBroken(_("Another plan for the same person is under way."), code="conflict")
    if plan.is_leave:
        leave.take_back(plan, by=by, at=at)
        plan.state, plan.ended_at = State.UNDONE, at
        return _saved(plan, "plan.undone", by=by, at=at)
    return _begin(plan, State.UNDOING, by=by, at=at)


@transaction.atomic
def _start(plan, *, at) -> bool:
    plan = lock(plan)
    if plan.state != State.APPROVED:
        return False
    _begin(plan, State.RUNNING, by=None, at=at)
    return True


def _begin(plan, state, *, by, at) -> ReassignmentPlan:
    plan.state, plan.began_at, plan.began_by = state, at, by
    plan.attempts, plan.lease_until = 0, None
    clients = plan.moves.filter(state=PlannedMove.State.PLANNED).count()
    return _saved(plan, f"plan.{state}", by=by, at=at, clients=clients)


def _agree(plan, *, by, at) -> ReassignmentPlan:
    """Note that this head agrees for all outlets that are theirs to agree for."""
    mine = [row.pk for row in rules.outlets_to_agree(by, plan)]
    plan.approvals.filter(pk__in=mine).update(by=by, at=at)
    if _unanswered(plan):
        return _saved(plan, "plan.agreed", by=by, at=at)
    plan.state = State.APPROVED
    if plan.is_leave:
        leave.cover(plan, by=by, at=at)
        plan.state, plan.ended_at = State.DONE, at
    return _saved(plan, "plan.approved", by=by, at=at)


def _unanswered(plan) -> list:
    return list(plan.approvals.filter(by=None).select_related("outlet"))


def _locked(plan, verb, *, by, at, version) -> ReassignmentPlan:
    plan = lock(plan)
    rules.check_act(by, plan, verb, at=at)
    rules.check_seen(plan, version)
    return plan


def _saved(plan, verb, *, by, at, **facts) -> ReassignmentPlan:
    plan.version += 1
    plan.save()
    record(verb, plan, by=by, at=at, **facts)
    return plan
