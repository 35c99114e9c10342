"""What a worker does with a plan; several may try, one at a time holds it.

A chunk of clients commits together with its marks, and only while the plan's fence is the
worker's: whoever lost the lease writes nothing more, and whoever comes next goes on with the
clients that are still to be moved. So nobody is moved twice, and none is lost.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from clients.reassignment import rules
from clients.reassignment.actions.moving import back, forth
from clients.reassignment.actions.telling import tell
from clients.reassignment.models import PlannedMove, ReassignmentPlan, Why
from managers.audit.actions import record

State, Move = ReassignmentPlan.State, PlannedMove.State
_TODO = {State.RUNNING: Move.PLANNED, State.UNDOING: Move.MOVED}
_ENDS = {State.RUNNING: State.DONE, State.UNDOING: State.UNDONE}
_GIVEN_UP = {State.RUNNING: Move.LEFT, State.UNDOING: Move.KEPT}

log = logging.getLogger(__name__)


class LostError(Exception):
    """Somebody else has the plan by now."""


def work(pk: int, *, now: Callable[[], datetime]) -> str:
    """Carry a plan out or take it back as far as it gets; its state, "" if it is another's."""
    plan = claim(pk, at=now())
    if plan is None:
        return ""
    try:
        while _chunk(plan, now):
            pass
    except LostError:
        return ReassignmentPlan.objects.values_list("state", flat=True).get(pk=pk)
    except Exception as wrong:  # one plan stops no worker; it is taken up again
        log.error("Plan %s stopped: %s.", pk, type(wrong).__name__)
        return plan.state
    return plan.state


@transaction.atomic(durable=True)
def claim(pk: int, *, at: datetime) -> ReassignmentPlan | None:
    """Hold the plan until the lease ends; None if it needs nobody or somebody has it."""
    waiting = ReassignmentPlan.objects.orphaned(at).filter(pk=pk)
    plan = waiting.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
    if plan is None:
        return None
    if plan.attempts >= rules.MOST_ATTEMPTS:
        _give_up_chunk(plan)
    plan.fence, plan.attempts, plan.lease_until = (
        plan.fence + 1,
        plan.attempts + 1,
        at + rules.LEASE,
    )
    plan.save(update_fields=["fence", "attempts", "lease_until"])
    return plan


@transaction.atomic(durable=True)
def _chunk(plan, now) -> bool:
    """Move the next clients; False once the plan has ended."""
    held = ReassignmentPlan.objects.filter(pk=plan.pk, fence=plan.fence, state=plan.state)
    held = held.select_for_update(of=("self",), no_key=True).first()
    if held is None:
        raise LostError
    at = now()
    moves = list(_todo(held)[: rules.CHUNK])
    if moves:
        act = forth if held.state == State.RUNNING else back
        act(held, moves, by=held.began_by or held.created_by, at=at)
        held.attempts, held.lease_until = 0, at + rules.LEASE
        held.save(update_fields=["attempts", "lease_until"])
        return True
    _end(held, at=at)
    plan.state = held.state
    return False


def _todo(plan):
    return plan.moves.filter(state=_TODO[plan.state]).order_by("client")


def _end(plan, *, at) -> None:
    by = plan.began_by or plan.created_by
    tell(plan, by=by, at=at)
    plan.state = _ENDS[plan.state]
    plan.ended_at, plan.lease_until = at, None
    plan.version += 1
    plan.save()
    counts = {state: plan.moves.filter(state=state).count() for state in (Move.MOVED, Move.LEFT)}
    record(f"plan.{plan.state}", plan, by=by, at=at, **counts)


def _give_up_chunk(plan) -> None:
    """Several workers died over these clients: they stay where they are, the others go on."""
    stuck = list(_todo(plan).values_list("pk", flat=True)[: rules.CHUNK])
    plan.moves.filter(pk__in=stuck).update(state=_GIVEN_UP[plan.state], why=Why.FAILED)
    plan.attempts = 0
