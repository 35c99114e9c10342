"""What the clock starts for retention."""

from celery import shared_task

from clients.privacy import actions
from crm.lib import clock


@shared_task
def apply_retention() -> None:
    """Throw away what no law and no setting keeps any longer; safe at any time and twice."""
    at = clock.now()
    actions.close_ended(at=at)
    actions.apply_retention(at=at)


@shared_task
def warn_of_requests() -> None:
    """Tell officers which requests of clients are due soon or late; each once."""
    actions.warn(at=clock.now())
