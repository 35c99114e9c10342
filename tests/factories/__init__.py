"""One factory for each model, plausible by default; money in CNY, people invented."""

from tests.factories.assets import (
    BalanceFactory,
    ContributionFactory,
    MonthAverageFactory,
    StateChangeFactory,
    TierChangeFactory,
)
from tests.factories.book import ClientFactory, HoldingFactory, OwnershipFactory
from tests.factories.competition import AppealFactory, CompetitionFactory, DisplayFactory
from tests.factories.file import (
    ConsentFactory,
    ImportantDateFactory,
    LifeEventFactory,
    OutsideHoldingFactory,
    PreferencesFactory,
    RelativeFactory,
)
from tests.factories.inbox import NotificationFactory
from tests.factories.people import (
    AbsenceFactory,
    EligibilityFactory,
    LicenceFactory,
    OrgUnitFactory,
    PostingFactory,
    SpokenLanguageFactory,
    StaffFactory,
)
from tests.factories.relay import HandoverFactory, ReferralFactory
from tests.factories.sales import (
    AssessmentFactory,
    BenefitFactory,
    CheckFactory,
    DisclosureFactory,
    GrantFactory,
    ProductFactory,
    ReviewFactory,
    SaleFactory,
)
from tests.factories.work import (
    AppointmentFactory,
    ClientRequestFactory,
    ContactFactory,
    FollowUpFactory,
    LetterFactory,
    PointEntryFactory,
    ProgrammeRunFactory,
    RoomFactory,
    SeriesFactory,
)

__all__ = [
    "AbsenceFactory",
    "AppealFactory",
    "AppointmentFactory",
    "AssessmentFactory",
    "BalanceFactory",
    "BenefitFactory",
    "CheckFactory",
    "ClientFactory",
    "ClientRequestFactory",
    "CompetitionFactory",
    "ConsentFactory",
    "ContactFactory",
    "ContributionFactory",
    "DisclosureFactory",
    "DisplayFactory",
    "EligibilityFactory",
    "FollowUpFactory",
    "GrantFactory",
    "HandoverFactory",
    "HoldingFactory",
    "ImportantDateFactory",
    "LetterFactory",
    "LicenceFactory",
    "LifeEventFactory",
    "MonthAverageFactory",
    "NotificationFactory",
    "OrgUnitFactory",
    "OutsideHoldingFactory",
    "OwnershipFactory",
    "PointEntryFactory",
    "PostingFactory",
    "PreferencesFactory",
    "ProductFactory",
    "ProgrammeRunFactory",
    "ReferralFactory",
    "RelativeFactory",
    "ReviewFactory",
    "RoomFactory",
    "SaleFactory",
    "SeriesFactory",
    "SpokenLanguageFactory",
    "StaffFactory",
    "StateChangeFactory",
    "TierChangeFactory",
]
