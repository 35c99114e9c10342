"""What the clock starts for overseers."""

from datetime import timedelta

from celery import shared_task

from clients.oversight import actions
from crm.lib import clock

# Longer than the pause between two runs: a run that was late or lost misses nobody.
LOOKED_BACK = timedelta(minutes=20)


@shared_task
def watch_reading():
    """Judge the day of whoever read lately; who was told of is not told of again."""
    at = clock.now()
    actions.watch_reading(since=at - LOOKED_BACK, at=at)


@shared_task
def watch_day():
    """Judge everybody who read today, whatever was missed before."""
    at = clock.now()
    actions.watch_reading(since=clock.start_of_day(clock.local(at).date()), at=at)


@shared_task
def check_audit():
    """Walk the audit; a breach is told to auditors and administrators."""
    actions.check_audit(by=None, at=clock.now())
