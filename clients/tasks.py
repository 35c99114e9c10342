"""Registry: Celery looks for tasks here."""

from clients.assets.tasks import review_clients, settle_months
from clients.followups.tasks import mark_missed
from clients.handover.tasks import tidy_handovers

__all__ = ["mark_missed", "review_clients", "settle_months", "tidy_handovers"]
