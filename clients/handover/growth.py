"""Whose the growth of a month is: of each day's owner, with a part for who won the client (E7)."""

from calendar import monthrange
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from crm.lib.money import CENT

_WHOLE = 100


@dataclass(frozen=True)
class Winner:
    """Who won the client, introduced on `day`: percent in the `days` after it, and afterwards."""

    staff: int
    day: date
    days: int
    first: int
    later: int = 0

    def percent(self, day: date) -> int:
        """The winner's part of a day; the day of the introduction does not count (rules F6)."""
        passed = (day - self.day).days
        if passed <= 0:
            return 0
        return self.first if passed <= self.days else self.later


def weights(month: date, owner_of: Callable, winner: Winner | None = None) -> dict:
    """Hundredths of days of the month that are each person's, by their id.

    `owner_of` a day is who has the client as it begins, None for a pool, which earns for nobody.
    """
    found: Counter = Counter()
    for passed in range(monthrange(month.year, month.month)[1]):
        day = month + timedelta(days=passed)
        owner, part = owner_of(day), winner.percent(day) if winner else 0
        if part:
            found[winner.staff] += part
        if part < _WHOLE:
            found[owner] += _WHOLE - part
    return dict(found)


def divided(growth: Decimal, weights: dict) -> dict:
    """The growth by weight, to the cent; the parts sum to it, by the largest remainders."""
    sign, cents = (-1 if growth < 0 else 1), int(abs(growth) / CENT)
    whole = sum(weights.values())
    parts = {who: divmod(cents * weight, whole) for who, weight in weights.items()}
    spare = cents - sum(floor for floor, _rest in parts.values())
    first = sorted(parts, key=lambda who: (-parts[who][1], who is None, who or 0))[:spare]
    return {who: sign * CENT * (parts[who][0] + (who in first)) for who in parts}
