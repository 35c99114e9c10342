"""What the clock starts for the audit."""

from celery import shared_task

from crm.lib import clock
from managers.audit import actions, partitions


@shared_task
def seal_access() -> None:
    """Chain the access log of the last minutes into the audit; safe at any time."""
    actions.seal_access(at=clock.now())


@shared_task
def make_partitions() -> None:
    """Make the partitions of the coming months; what is there stays."""
    partitions.make_ahead(on=clock.today())
