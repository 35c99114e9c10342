"""What the clock starts for the inbox."""

from celery import shared_task

from crm.lib import clock
from crm.lib.db import shared_now
from managers.inbox import actions


@shared_task
def clear_inbox() -> None:
    """Remove what was read long ago; safe at any time."""
    actions.clear_old(at=clock.now())


@shared_task
def watch_mail() -> None:
    """Tell administrators of letters that do not leave; each hears of it once a day."""
    actions.watch_mail(at=shared_now())
