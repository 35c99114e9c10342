"""The worked examples of rules H8 and their like: amounts by metric; CNY where it is money."""

from decimal import Decimal

from managers.competition.rulebook import Rulebook, usual
from managers.competition.scores import Total

# The usual weights and targets, the same for every grade.
RULES = Rulebook(goals=usual().goals, pool=Decimal("30000.00"))

WEALTH = {
    "aum_growth": "26504000.00",
    "new_vip": "9",
    "tier_upgrade": "14",
    "fee_income": "73456.78",
    "sales": "5125000.00",
    "cross_sell": "3.20",
    "contact": "231",
    "csat": "96.40",
    "complaint": "1",
}
# B and C of the example: every target met, but for satisfaction and fee income.
_ALL_MET = {
    "aum_growth": "20000000.00",
    "new_vip": "12",
    "tier_upgrade": "8",
    "fee_income": "80000.00",
    "sales": "5000000.00",
    "cross_sell": "3.50",
    "contact": "200",
}
SECOND = {**_ALL_MET, "csat": "64.60"}
THIRD = {**_ALL_MET, "fee_income": "65080.00"}
MARKETING = {
    "new_vip": "23",
    "handover": "12.60",
    "aum_growth": "7654321.00",
    "contact": "151",
    "csat": "94.24",
    "transferred": "1",
    "overdue": "1",
}
LOBBY = {"referral": "47", "identified": "200", "csat": ("100", "100", "0", "100")}


def readings(amount) -> list[Decimal]:
    """The entries that one metric of an example consists of."""
    return [Decimal(one) for one in (amount if isinstance(amount, tuple) else (amount,))]


def totals(amounts) -> dict[str, Total]:
    """The sums that the ledger would hold."""
    return {
        metric: Total.of(sum(readings(amount)), len(readings(amount)))
        for metric, amount in amounts.items()
    }
