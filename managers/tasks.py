"""Registry: Celery looks for tasks here."""

from managers.inbox.tasks import clear_inbox
from managers.outbox.tasks import deliver, plan

__all__ = ["clear_inbox", "deliver", "plan"]
