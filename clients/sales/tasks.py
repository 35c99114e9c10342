"""What the clock starts for benefits and for what sales count."""

from celery import shared_task

from clients.sales import actions
from crm.lib import clock


@shared_task
def grant_benefits():
    """Give every client with an owner the rights of this year; safe to run twice."""
    actions.grant_all(at=clock.now())


@shared_task
def recheck_sales():
    """Take back sales that early redemptions undid; safe to run twice."""
    actions.recheck_sales(at=clock.now())


@shared_task
def rate_cross_sell():
    """Take the reading of the month that has ended; safe to run twice."""
    actions.rate_cross_sell(at=clock.now())
