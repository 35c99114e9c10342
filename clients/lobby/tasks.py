"""What the clock starts for referrals."""

from celery import shared_task

from clients.lobby import actions
from crm.lib import clock


@shared_task
def move_referrals_on():
    """Ask the next colleague where nobody answered; safe at any time."""
    actions.move_on(at=clock.now())


@shared_task
def settle_referrals():
    """Say of accepted referrals whether they came to something; safe at any time."""
    actions.settle(at=clock.now())
