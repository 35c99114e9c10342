"""What the clock starts for follow-ups."""

from celery import shared_task

from clients.followups import actions
from crm.lib import clock


@shared_task
def tell_of_missed_callbacks():
    """Tell heads of calls that were promised for a minute and not made; safe at any time."""
    actions.tell_of_missed(at=clock.now())


@shared_task
def mark_missed():
    """Close what nobody did in time; safe to run twice."""
    actions.mark_missed(at=clock.now())


@shared_task
def plan_contacts():
    """Plan the next contact of everybody who has none; safe to run twice, or two at once."""
    actions.end_of_the_left(at=clock.now())
    actions.plan_contacts(at=clock.now())
    actions.fit_to_wishes(at=clock.now())
    actions.plan_series(at=clock.now())
