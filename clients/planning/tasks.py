"""What the clock starts for planning."""

from celery import shared_task

from clients.planning import actions
from crm.lib import clock


@shared_task
def plan_events():
    """Make follow-ups of maturities, birthdays and the like; safe to run twice, or two at once."""
    actions.plan_events(at=clock.now())
