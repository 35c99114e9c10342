"""What of a sale counts: money that was taken out early and put in again counts once (rules H7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale of a day, in CNY; `redeemed_on` where what was bought has been taken out early."""

    pk: int
    day: date
    amount: Decimal
    redeemed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Redeemed:
    """CNY that the client took out of an older product before its day."""

    day: date
    amount: Decimal


def counting(
    sales: Sequence[Sold], redeemed: Iterable[Redeemed], *, days: int
) -> dict[int, Decimal]:
    """What counts of each sale of one client, by its id; `sales` in their order.

    A sale that is taken out again within so many calendar days counts nothing. What was taken out
    earlier, so many days before a sale or less, is set against it; each yuan once.
    """
    kept = {one.pk: one for one in sales if not is_undone(one, days)}
    late = [Redeemed(s.redeemed_on, s.amount) for s in kept.values() if s.redeemed_on]
    purse = sorted([*redeemed, *late], key=lambda one: one.day)
    left = [one.amount for one in purse]
    found = {}
    for sale in sales:
        fresh = sale.amount if sale.pk in kept else NOTHING
        for place, one in enumerate(purse):
            if 0 <= (sale.day - one.day).days <= days:
                again = min(fresh, left[place])
                fresh -= again
                left[place] -= again
        found[sale.pk] = fresh
    return found


def is_undone(sale: Sold, days: int) -> bool:
    """Whether what was sold has been taken out again so soon that it is as if never sold."""
    return sale.redeemed_on is not None and (sale.redeemed_on - sale.day).days <= days
