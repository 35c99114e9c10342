"""What the clock starts for requests of clients."""

from celery import shared_task

from clients.requests import actions
from crm.lib import clock


@shared_task
def escalate_requests():
    """Tell of promises that have passed, once; safe at any time."""
    actions.escalate(at=clock.now())
