"""Registry: Django looks for models here."""

from clients.appointments.models import Appointment, CalendarFeed, Room, Slot
from clients.assets.models import (
    Balance,
    Contribution,
    MonthAverage,
    Standing,
    StateChange,
    TierChange,
)
from clients.book.models import (
    Client,
    Duplicate,
    FileReader,
    Holding,
    Household,
    Member,
    Ownership,
    SavedView,
    Tag,
    Tagging,
)
from clients.exports.models import Export
from clients.file.models import (
    Consent,
    ImportantDate,
    LifeEvent,
    OutsideHolding,
    Preferences,
    Relative,
)
from clients.followups.models import (
    Contact,
    ContactStandard,
    FollowUp,
    Programme,
    ProgrammeRun,
    ProgrammeStep,
    Series,
    TriggerRule,
)
from clients.handover.models import CreditShare, Handover, Waiver
from clients.intake.models import ImportFile, ImportRun, SavedMapping
from clients.lobby.models import Hop, Referral
from clients.market.models import MarketNote, MarketReport, ReportReading
from clients.merging.models import Merge
from clients.privacy.models import Erasure, PrivacyRequest
from clients.prospecting.models import FirstVisit, Lead, LeadList
from clients.reassignment.models import PlanApproval, PlannedMove, ReassignmentPlan
from clients.requests.models import ClientRequest
from clients.sales.models import (
    Benefit,
    BenefitGrant,
    BenefitQuota,
    BenefitUse,
    Disclosure,
    PortfolioReview,
    Product,
    ProductQuestion,
    RiskAssessment,
    SaleRecord,
    SuitabilityCheck,
)
from clients.worklog.models import WorkLog

__all__ = [
    "Appointment",
    "Balance",
    "Benefit",
    "BenefitGrant",
    "BenefitQuota",
    "BenefitUse",
    "CalendarFeed",
    "Client",
    "ClientRequest",
    "Consent",
    "Contact",
    "ContactStandard",
    "Contribution",
    "CreditShare",
    "Disclosure",
    "Duplicate",
    "Erasure",
    "Export",
    "FileReader",
    "FirstVisit",
    "FollowUp",
    "Handover",
    "Holding",
    "Hop",
    "Household",
    "ImportFile",
    "ImportRun",
    "ImportantDate",
    "Lead",
    "LeadList",
    "LifeEvent",
    "MarketNote",
    "MarketReport",
    "Member",
    "Merge",
    "MonthAverage",
    "OutsideHolding",
    "Ownership",
    "PlanApproval",
    "PlannedMove",
    "PortfolioReview",
    "Preferences",
    "PrivacyRequest",
    "Product",
    "ProductQuestion",
    "Programme",
    "ProgrammeRun",
    "ProgrammeStep",
    "ReassignmentPlan",
    "Referral",
    "Relative",
    "ReportReading",
    "RiskAssessment",
    "Room",
    "SaleRecord",
    "SavedMapping",
    "SavedView",
    "Series",
    "Slot",
    "Standing",
    "StateChange",
    "SuitabilityCheck",
    "Tag",
    "Tagging",
    "TierChange",
    "TriggerRule",
    "Waiver",
    "WorkLog",
]
