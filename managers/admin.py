"""Registry: the administrator's tables."""

from managers.outbox import admin as outbox
from managers.people import admin as people
from managers.people import audit_admin

__all__ = ["audit_admin", "outbox", "people"]
