"""What the clock starts, and what a page wakes, for reassignment plans."""

from celery import shared_task

from clients.reassignment import actions
from clients.reassignment.actions import start_due, work
from clients.reassignment.models import ReassignmentPlan
from crm.lib import clock
from crm.lib.db import shared_now


@shared_task
def work_plan(pk: int) -> None:
    """Carry this plan out or take it back; safe to run twice, late or at the same time."""
    work(pk, now=shared_now)


@shared_task
def pick_up_plans() -> None:
    """Begin the plans whose day has come; go on with those that wait or whose worker died."""
    start_due(at=clock.now())
    for pk in list(ReassignmentPlan.objects.orphaned(shared_now()).values_list("pk", flat=True)):
        work_plan.delay(pk)


@shared_task
def check_owners() -> None:
    """Tell the heads whose clients have nobody; safe to run twice."""
    actions.check_owners(at=clock.now())
