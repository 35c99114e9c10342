"""Registry: Celery looks for tasks here."""

from managers.outbox.tasks import deliver, plan

__all__ = ["deliver", "plan"]
