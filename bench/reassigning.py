"""A book that is given away, measured whole: the plan that is drafted and what shows it."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from bench import ground
from clients.book.models import Client
from clients.reassignment.actions import draft
from clients.reassignment.models import PlannedMove, ReassignmentPlan
from crm.lib import clock
from managers.models import Staff

CAUSE = ReassignmentPlan.Cause.RESIGNATION


def prepare(count: int) -> tuple[Staff, ReassignmentPlan]:
    """A head, and the plan for a book of `count` clients among a hundred colleagues."""
    ground.build(count, books=1)
    head = Staff.objects.get(employee_no="700000")
    return head, ReassignmentPlan.objects.first() or _draft(head)


def preview(head, show) -> None:
    """Make the plan anew and show it, as a head does; nothing of it stays."""
    with transaction.atomic():
        ReassignmentPlan.objects.all().delete()
        show(reverse("plan", args=[_draft(head).pk]))
        transaction.set_rollback(True)


def floor(plan) -> None:
    """The bare work: read the clients of the book, and write a row for each."""
    with transaction.atomic():
        plan.moves.all().delete()
        clients = Client.objects.filter(owner=plan.from_staff).select_related("outlet")
        PlannedMove.objects.bulk_create(
            [PlannedMove(plan=plan, client=one, was_outlet=one.outlet) for one in clients]
        )
        transaction.set_rollback(True)


def _draft(head) -> ReassignmentPlan:
    goes, day = Staff.objects.get(employee_no="700001"), clock.today() + timedelta(days=1)
    return draft(goes, cause=CAUSE, effective_on=day, by=head, at=clock.now())
