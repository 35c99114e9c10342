"""Months of balances: average, closing, peak and net flow, exact to the fen (rules C2)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from crm.lib.money import round_cents

_DAY = timedelta(days=1)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a client; the fields are those of `MonthAverage`."""

    month: date
    average: Decimal
    closing: Decimal
    peak: Decimal
    net_flow: Decimal | None
    is_whole: bool


def first_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def following(month: date, count: int = 1) -> date:
    """The first day of a later month, or of an earlier one for a negative count."""
    place = month.year * 12 + month.month - 1 + count
    return date(place // 12, place % 12 + 1, 1)


def last_finished(today: date) -> date:
    """The month before the running one."""
    return following(first_of(today), -1)


def together(
    histories: Sequence[Sequence[tuple[date, Decimal]]],
) -> Sequence[tuple[date, Decimal]]:
    """What several files have as one: (day, closing) on each day on which one of them moves."""
    if len(histories) == 1:
        return histories[0]
    gains: dict[date, Decimal] = defaultdict(Decimal)
    for history in histories:
        before = ZERO
        for day, closing in history:
            gains[day] += closing - before
            before = closing
    days = sorted(gains)
    return list(zip(days, accumulate(gains[day] for day in days), strict=True))


def months(
    balances: Sequence[tuple[date, Decimal]],
    *,
    start: date,
    through: date,
    opening: Decimal | None,
) -> Iterator[Month]:
    """The months from `start` to `through`, in their order.

    `balances` are (day, closing) by day, none before `start`; `opening` is the closing balance of
    the month before, None where there is none. Days before the first balance count as nothing, and
    months before it are left out.
    """
    rest, standing = list(reversed(balances)), opening
    month = start
    while month <= through:
        after = following(month)
        inside = []
        while rest and rest[-1][0] < after:
            inside.append(rest.pop())
        if standing is not None or inside:
            found = _month(month, after, inside, standing)
            standing = found.closing
            yield found
        month = after


def _month(month, after, inside, opening) -> Month:
    total = ZERO
    peak = opening if opening and not (inside and inside[0][0] == month) else ZERO
    standing, since = opening, month
    for day, closing in inside:
        total += (standing or ZERO) * (day - since).days
        standing, since = closing, day
        peak = max(peak, closing)
    total += standing * (after - since).days
    return Month(
        month=month,
        average=round_cents(total / (after - month).days),
        closing=standing,
        peak=peak,
        net_flow=None if opening is None else standing - opening,
        is_whole=opening is not None or inside[0][0] == month,
    )
