"""What the clock starts for the ladder; each is safe twice, late or at the same time."""

from celery import shared_task

from crm.lib import clock
from managers.grades import actions


@shared_task
def assess() -> None:
    """Open the cycles that are due, and propose for everybody of those that wait for it."""
    at = clock.now()
    actions.open_due(at=at)
    actions.fill(at=at)


@shared_task
def appoint() -> None:
    """What was decided takes effect on its day."""
    actions.come_into_force(at=clock.now())
