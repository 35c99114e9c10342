"""What the clock starts for assets."""

from celery import shared_task

from clients.assets import actions
from crm.lib import clock


@shared_task
def settle_months():
    """Count the months that have ended towards tiers; safe to run twice."""
    actions.settle_months(at=clock.now())


@shared_task
def review_clients():
    """Judge every client's state and warn of what threatens; safe to run twice."""
    actions.review_clients(at=clock.now())
