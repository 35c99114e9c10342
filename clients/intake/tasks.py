"""What the clock starts, and what a page wakes, for imports."""

from celery import shared_task

from clients.intake.actions.runs import throw_away
from clients.intake.actions.working import work
from clients.intake.models import ImportRun
from crm.lib import clock
from crm.lib.db import shared_now


@shared_task
def work_import(pk: int) -> None:
    """Check or run this import; safe to run twice, late or at the same time."""
    work(pk, now=shared_now)


@shared_task
def pick_up_imports() -> None:
    """Go on with imports that wait, or whose worker died."""
    for pk in list(ImportRun.objects.orphaned(shared_now()).values_list("pk", flat=True)):
        work_import.delay(pk)


@shared_task
def throw_away_imports() -> None:
    """Drop the content of old imports; safe to run twice."""
    throw_away(at=clock.now())
