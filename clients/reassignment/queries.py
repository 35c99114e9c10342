"""What the pages of a plan need to know, in a fixed number of queries."""

from dataclasses import dataclass

from django.db.models import Count, Q

from clients.book.models import Client
from clients.reassignment import proposing, rules
from clients.reassignment.models import PlannedMove, ReassignmentPlan
from crm import bank
from crm.lib import clock

Move = PlannedMove.State
_DONE = (Move.MOVED, Move.LEFT, Move.RETURNED, Move.KEPT)


@dataclass(frozen=True)
class Row:
    """A move as one person may see it: whoever does not open the file reads a masked name."""

    move: PlannedMove
    is_open: bool


def plans_of(person):
    """Plans that a head may see, the newest first."""
    return ReassignmentPlan.objects.visible_to(person).for_list()


def moves_of(plan, person):
    """The rows of a plan; nobody reads of a file about themselves (rules A5)."""
    return plan.moves.exclude(client__person=person).for_list()


def rows_of(moves, person) -> list[Row]:
    """The moves, each with whether the person opens the client's file."""
    pks = [move.client_id for move in moves]
    seen = Client.objects.visible_to(person).filter(pk__in=pks)
    opened = set(seen.values_list("pk", flat=True))
    return [Row(move, move.client_id in opened) for move in moves]


def counts(plan) -> dict[str, int]:
    """How many clients there are, have nobody, were moved, stayed, went back; `done` is handled."""
    numbers = plan.moves.order_by().aggregate(
        all=Count("pk"),
        nobody=Count("pk", Q(to=None)),
        **{state.value: Count("pk", Q(state=state)) for state in Move},
    )
    took_back = plan.state in (ReassignmentPlan.State.UNDOING, ReassignmentPlan.State.UNDONE)
    handled = _DONE[2:] if took_back else _DONE[:2]
    numbers["done"] = sum(numbers[state] for state in handled)
    numbers["todo"] = numbers["done"] + numbers[Move.MOVED if took_back else Move.PLANNED]
    return numbers


def page(plan, person, *, at) -> dict:
    """The context of a plan's page around its rows."""
    today = clock.local(at).date()
    effects = proposing.effects(plan, on=today) if plan.is_open and not plan.is_leave else []
    return {
        "plan": plan,
        "acts": rules.allowed_actions(person, plan, at=at),
        "counts": counts(plan),
        "effects": effects,
        "gains": [effect for effect in effects if effect.clients],
        "tell_days": bank.read("reassignment.tell_days", on=max(plan.effective_on, today)),
        "undo_until": rules.undo_until(plan) if plan.ended_at else None,
    }
