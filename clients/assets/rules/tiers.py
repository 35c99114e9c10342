"""Which tier a row of months leads to (rules C3, C4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from clients.assets.rules.months import Month, following
from clients.book.models import Tier
from clients.book.rules import tier_for
from crm import bank

RANK = {tier: place for place, tier in enumerate(Tier.values)}


@dataclass(frozen=True, slots=True)
class Step:
    """A change of tier that a month decided; `misses` is 0 for a tier that was reached."""

    was: str
    now: str
    month: Month
    misses: int = 0

    @property
    def effective_on(self) -> date:
        """The first day of the next month."""
        return following(self.month.month)


@dataclass(frozen=True)
class Count:
    """Where the months have led: the tier, months missed in a row, and the changes on the way."""

    tier: str
    misses: int = 0
    steps: list[Step] = field(default_factory=list)


def count(tier: str, months: Iterable[Month], *, misses: int = 0) -> Count:
    """Count months from a tier on, of which so many were missed in a row.

    A month that qualifies for more raises the tier. Months that miss it lower it after so many in
    a row, to the tier of the last of them. A month that the balances do not cover whole raises,
    and is never a miss.
    """
    steps = []
    for month in months:
        reached = qualifying(month)
        if RANK[reached] > RANK[tier]:
            steps.append(Step(tier, reached, month))
            tier, misses = reached, 0
        elif reached == tier:
            misses = 0
        elif month.is_whole:
            misses += 1
            if misses >= allowed(tier, month.month):
                steps.append(Step(tier, reached, month, misses))
                tier, misses = reached, 0
    return Count(tier, misses, steps)


def qualifying(month: Month) -> str:
    """The tier of the month's average, by the floors of its last day."""
    return tier_for(month.average, on=_last_day(month.month))


def allowed(tier: str, month: date) -> int:
    """Months in a row after whose miss the tier is lost."""
    return bank.read("tiers.misses", on=_last_day(month)).get(tier, 1)


def _last_day(month: date) -> date:
    return following(month) - timedelta(days=1)
