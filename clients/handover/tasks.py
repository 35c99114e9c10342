"""What the clock starts for handovers."""

from celery import shared_task

from clients.handover import actions
from crm.lib import clock


@shared_task
def tidy_handovers():
    """Close what is finished, take back what has no ground; safe at any time."""
    actions.tidy(at=clock.now())


@shared_task
def count_growth():
    """Credit what clients grew by in the month that has ended; safe to run twice."""
    actions.count_growth(at=clock.now())


@shared_task
def remind_of_handovers():
    """Tell of what is late, once to each; safe at any time."""
    actions.remind(at=clock.now())
