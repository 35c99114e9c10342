"""What the clock starts for exports."""

from celery import shared_task

from clients.exports import actions
from crm.lib.db import shared_now


@shared_task
def build_exports():
    """Build what waits and empty what is over; safe at any time and twice."""
    at = shared_now()
    actions.expire(at=at)
    actions.build_waiting(at=at)
