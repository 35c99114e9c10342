"""Registry: Celery looks for tasks here."""

from clients.assets.tasks import review_clients, settle_months
from clients.followups.tasks import mark_missed
from clients.handover.tasks import tidy_handovers
from clients.sales.tasks import grant_benefits

__all__ = ["grant_benefits", "mark_missed", "review_clients", "settle_months", "tidy_handovers"]
