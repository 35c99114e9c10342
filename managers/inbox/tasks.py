"""What the clock starts for the inbox."""

from celery import shared_task

from crm.lib import clock
from managers.inbox import actions


@shared_task
def clear_inbox() -> None:
    """Remove what was read long ago; safe at any time."""
    actions.clear_old(at=clock.now())
