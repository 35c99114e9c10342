"""Registry: Celery looks for tasks here."""

from managers.audit.tasks import make_partitions, seal_access
from managers.grades.tasks import appoint, assess
from managers.inbox.tasks import clear_inbox, watch_mail
from managers.outbox.tasks import deliver, plan

__all__ = [
    "appoint",
    "assess",
    "clear_inbox",
    "deliver",
    "make_partitions",
    "plan",
    "seal_access",
    "watch_mail",
]
