"""Registry: the administrator's tables."""

from managers.access import admin as access
from managers.outbox import admin as outbox
from managers.people import admin as people
from managers.people import audit_admin

__all__ = ["access", "audit_admin", "outbox", "people"]
