"""The slow way to averages and tiers: day by day, month by month, nothing kept."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

FLOORS = [
    ("private", 6_000_000),
    ("diamond", 2_000_000),
    ("platinum", 500_000),
    ("gold", 50_000),
    ("regular", 0),
]
ORDER = [tier for tier, _floor in reversed(FLOORS)]


def D(amount):  # noqa: N802 - reads as the amount that it is
    """An amount to the fen."""
    return Decimal(amount).quantize(Decimal("0.01"))


def averages(balances: dict[date, Decimal], *, before: date) -> dict[date, tuple]:
    """{first day of the month: (average, is whole)} of the months that end before a day."""
    found = {}
    if not balances:
        return found
    day = min(balances).replace(day=1)
    standing = None
    while day < before:
        first, total, whole, days = day, Decimal(0), True, 0
        while day.month == first.month:
            standing = balances.get(day, standing)
            whole = whole and standing is not None
            total += standing or 0
            days += 1
            day += timedelta(days=1)
        if day <= before:
            average = (total / days).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
            found[first] = (average, whole)
    return found


def tier_after(tier: str, months: dict[date, tuple]) -> tuple[str, int]:
    """(tier, misses) when all months have been counted."""
    misses = 0
    for _first, (average, whole) in sorted(months.items()):
        reached = next(name for name, floor in FLOORS if average >= floor)
        if ORDER.index(reached) > ORDER.index(tier):
            tier, misses = reached, 0
        elif reached == tier:
            misses = 0
        elif whole:
            misses += 1
            if misses == (6 if tier == "private" else 3):
                tier, misses = reached, 0
    return tier, misses
