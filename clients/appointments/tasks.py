"""What the clock starts for appointments."""

from celery import shared_task

from clients.appointments import actions
from crm.lib import clock


@shared_task
def tell_of_closed_outlets():
    """Tell of what lies planned at outlets that open no more; safe to run twice."""
    actions.tell_of_closed(at=clock.now())
