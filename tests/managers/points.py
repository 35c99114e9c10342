"""Points, as the tests of the standings credit them."""

from datetime import date
from decimal import Decimal

from managers.competition.periods import Period
from tests.factories import PointEntryFactory

Q4 = Period.parse("2026-Q4")
TODAY = date(2026, 11, 23)


def give(person, points, day=TODAY, **changes):
    """Points from nowhere, as the ledger keeps them."""
    return PointEntryFactory(staff=person, points=Decimal(points), day=day, **changes)
