"""Registry: Django looks for models here."""

from managers.access.models import AppSecret, Attempt, SignIn, Token
from managers.audit.models import AccessEvent, AuditEvent, AuditStream, Verification
from managers.competition.models import (
    Appeal,
    Competition,
    Display,
    FinalStanding,
    Metric,
    PointEntry,
    Step,
)
from managers.grades.models import Assessment, Cycle
from managers.inbox.models import Notification
from managers.outbox.models import Letter, MailChoice
from managers.people.models import (
    Absence,
    Associate,
    Eligibility,
    Licence,
    OpeningHours,
    OrgUnit,
    Posting,
    SpokenLanguage,
    Staff,
)

__all__ = [
    "Absence",
    "AccessEvent",
    "AppSecret",
    "Appeal",
    "Assessment",
    "Associate",
    "Attempt",
    "AuditEvent",
    "AuditStream",
    "Competition",
    "Cycle",
    "Display",
    "Eligibility",
    "FinalStanding",
    "Letter",
    "Licence",
    "MailChoice",
    "Metric",
    "Notification",
    "OpeningHours",
    "OrgUnit",
    "PointEntry",
    "Posting",
    "SignIn",
    "SpokenLanguage",
    "Staff",
    "Step",
    "Token",
    "Verification",
]
