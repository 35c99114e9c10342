"""What the clock starts for market reports."""

from celery import shared_task

from clients.market import actions
from crm.lib import clock


@shared_task
def open_market_reports():
    """Ask for the reports of the month that has ended; safe to run twice."""
    actions.open_reports(at=clock.now())
