"""What a client's holdings come to, and when they fall due."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from clients.book.models import NOT_ASSETS, Holding

MONTHS = 12
SOON = timedelta(days=30)

# The chart's own units: a bar for each month on one ground line.
_STEP, _LEFT, _GROUND, _TALLEST, _LEAST = 27.4, 3, 48, 32, 3


@dataclass(frozen=True)
class Bar:
    """One month of the ladder; `height` is 0 where nothing falls due."""

    month: date
    amount: Decimal
    x: float
    height: float
    is_next: bool

    @property
    def y(self) -> float:
        return round(_GROUND - self.height, 1)

    @property
    def middle(self) -> float:
        return round(self.x + 10, 1)

    @property
    def cap(self) -> float:
        return round(self.y - 4, 1)


@dataclass(frozen=True)
class Portfolio:
    """Open holdings, those that fall due first on top, and the ladder of the next twelve months."""

    rows: list[Holding]
    ladder: list[Bar] = field(default_factory=list)
    soon: Decimal = Decimal(0)


def portfolio(client, *, on: date) -> Portfolio:
    """Everything the client holds; amounts in other currencies stay out of the ladder and sums."""
    rows = [row for row in client.holdings.all() if row.is_open]
    rows.sort(key=lambda row: (row.matures_on is None, row.matures_on or on, row.pk))
    counted = [row for row in rows if _counts(row)]
    soon = [row.amount for row in counted if on <= row.matures_on <= on + SOON]
    return Portfolio(rows, _ladder(counted, on), sum(soon, Decimal(0)))


def _counts(row) -> bool:
    """Money of the client in CNY that comes back on a day."""
    is_asset = row.category not in NOT_ASSETS
    return is_asset and row.currency == "CNY" and bool(row.matures_on and row.amount)


def _ladder(rows, on: date) -> list[Bar]:
    first = on.replace(day=1)
    months = [first + relativedelta(months=number) for number in range(MONTHS)]
    sums = dict.fromkeys(months, Decimal(0))
    for row in rows:
        month = row.matures_on.replace(day=1)
        if row.matures_on >= on and month in sums:
            sums[month] += row.amount
    highest = max(sums.values())
    if not highest:
        return []
    next_one = next(month for month, amount in sums.items() if amount)
    return [
        Bar(
            month=month,
            amount=amount,
            x=round(_LEFT + _STEP * place, 1),
            height=max(round(float(amount / highest) * _TALLEST, 1), _LEAST) if amount else 0,
            is_next=month == next_one,
        )
        for place, (month, amount) in enumerate(sums.items())
    ]
