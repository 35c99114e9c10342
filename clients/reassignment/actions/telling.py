"""Who hears that a plan was carried out or taken back."""

from django.db.models import Count

from clients.book.models import Client
from clients.reassignment.actions.followers import send_back, to_send_back
from clients.reassignment.models import PlannedMove, ReassignmentPlan
from crm.lib.db import lock_many
from managers.inbox.actions import notify
from managers.people.models import Staff

State, Move = ReassignmentPlan.State, PlannedMove.State


def tell(plan, *, by, at) -> None:
    """The receivers, whoever went, and the heads; handovers to whoever went are sent back."""
    if plan.state == State.UNDOING:
        _tell_heads(plan, "plan-undone", at=at)
        return
    waiting = to_send_back(plan.from_staff)
    lock_many(Client, [handover.client_id for handover in waiting])  # before the audit's lock
    for handover in waiting:
        send_back(handover, by=by, at=at)
    moved = plan.moves.filter(state=Move.MOVED).order_by()
    counts = dict(moved.values_list("to").annotate(Count("pk")))
    for receiver in Staff.objects.filter(pk__in=counts).order_by("pk"):
        number = counts[receiver.pk]
        notify("plan-gives", to=receiver, about=plan, key=plan.pk, at=at, mail=True, clients=number)
    if plan.from_staff.is_active and counts:
        number = sum(counts.values())
        notify("plan-takes", to=plan.from_staff, about=plan, key=plan.pk, at=at, clients=number)
    _tell_heads(plan, "plan-done", at=at)


def _tell_heads(plan, kind, *, at) -> None:
    heads = {row.by for row in plan.approvals.select_related("by")} | {plan.created_by}
    for head in sorted(heads - {None}, key=lambda person: person.pk):
        notify(kind, to=head, about=plan, key=f"{plan.pk}:{plan.fence}", at=at, mail=True)
