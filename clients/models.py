"""Registry: Django looks for models here."""

from clients.assets.models import (
    Balance,
    Contribution,
    MonthAverage,
    Standing,
    StateChange,
    TierChange,
)
from clients.book.models import Client, FileReader, Holding, Household, Member, Ownership
from clients.followups.models import Contact, FollowUp
from clients.handover.models import Handover
from clients.lobby.models import Referral
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

__all__ = [
    "Balance",
    "Benefit",
    "BenefitGrant",
    "BenefitQuota",
    "BenefitUse",
    "Client",
    "Contact",
    "Contribution",
    "Disclosure",
    "FileReader",
    "FollowUp",
    "Handover",
    "Holding",
    "Household",
    "Member",
    "MonthAverage",
    "Ownership",
    "PortfolioReview",
    "Product",
    "ProductQuestion",
    "Referral",
    "RiskAssessment",
    "SaleRecord",
    "Standing",
    "StateChange",
    "SuitabilityCheck",
    "TierChange",
]
