"""One factory for each model, plausible by default; money in CNY, people invented."""

from tests.factories.assets import (
    BalanceFactory,
    ContributionFactory,
    MonthAverageFactory,
    StateChangeFactory,
    TierChangeFactory,
)
from tests.factories.book import ClientFactory, HoldingFactory, OwnershipFactory
from tests.factories.people import (
    AbsenceFactory,
    EligibilityFactory,
    OrgUnitFactory,
    PostingFactory,
    StaffFactory,
)
from tests.factories.relay import HandoverFactory, ReferralFactory
from tests.factories.work import ContactFactory, FollowUpFactory, LetterFactory, PointEntryFactory

__all__ = [
    "AbsenceFactory",
    "BalanceFactory",
    "ClientFactory",
    "ContactFactory",
    "ContributionFactory",
    "EligibilityFactory",
    "FollowUpFactory",
    "HandoverFactory",
    "HoldingFactory",
    "LetterFactory",
    "MonthAverageFactory",
    "OrgUnitFactory",
    "OwnershipFactory",
    "PointEntryFactory",
    "PostingFactory",
    "ReferralFactory",
    "StaffFactory",
    "StateChangeFactory",
    "TierChangeFactory",
]
