"""Registry: the administrator's tables."""

from managers.people import admin as people

__all__ = ["people"]

from managers.outbox.admin import LetterAdmin
from managers.people.audit_admin import AuditEventAdmin

__all__ = ["AuditEventAdmin", "LetterAdmin"]
