"""Registry: Celery looks for tasks here."""

from clients.followups.tasks import mark_missed
from clients.handover.tasks import tidy_handovers

__all__ = ["mark_missed", "tidy_handovers"]
