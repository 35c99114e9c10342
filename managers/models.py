"""Registry: Django looks for models here."""

from managers.access.models import AppSecret, Attempt, SignIn, Token
from managers.audit.models import AccessEvent, AuditEvent, AuditStream, Verification
from managers.competition.models import Metric, PointEntry
from managers.inbox.models import Notification
from managers.outbox.models import Letter
from managers.people.models import Absence, Associate, Eligibility, Licence, OrgUnit, Posting, Staff

__all__ = [
    "Absence",
    "AccessEvent",
    "AppSecret",
    "Associate",
    "Attempt",
    "AuditEvent",
    "AuditStream",
    "Eligibility",
    "Letter",
    "Licence",
    "Metric",
    "Notification",
    "OrgUnit",
    "PointEntry",
    "Posting",
    "SignIn",
    "Staff",
    "Token",
    "Verification",
]
