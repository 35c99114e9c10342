"""Registry: Celery looks for tasks here."""

from managers.outbox.tasks import deliver

__all__ = ["deliver"]
