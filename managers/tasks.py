"""Registry: Celery looks for tasks here."""

from managers.audit.tasks import make_partitions, seal_access
from managers.inbox.tasks import clear_inbox
from managers.outbox.tasks import deliver, plan

__all__ = ["clear_inbox", "deliver", "make_partitions", "plan", "seal_access"]
