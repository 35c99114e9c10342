"""What the clock starts: the queue is in the database, a task only wakes the courier."""

from celery import shared_task

from crm.lib.db import shared_now
from managers.outbox import courier, letters


@shared_task
def deliver() -> None:
    """Send what is due; safe to run twice, late or at the same time."""
    courier.deliver_due(shared_now())


@shared_task
def plan() -> None:
    """Post what has become due; a letter that exists is not made again."""
    letters.plan_all(shared_now())
