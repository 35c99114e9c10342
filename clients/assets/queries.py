"""What the page of a client says about assets."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clients.assets.models import Contribution, MonthAverage
from clients.assets.rules import Foreseen, foresee
from clients.book import merged
from clients.book.models import NOT_ASSETS, Category
from crm import bank

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Assets:
    """A year of months, the latest first, month-ends up to the present balance, and what they mean.

    `flow` is what the running month gained or lost, None where no month has ended yet. `mark` is
    the floor of the tier in CNY, None for the lowest; `below` is what is missing to it. `products`
    counts the kinds of product that the client holds; `share` is the percent of the largest kind.
    """

    months: list[MonthAverage]
    closings: list[Decimal]
    flow: Decimal | None
    mark: int | None
    below: Decimal
    foreseen: Foreseen
    contribution: Contribution | None
    products: int = 0
    largest: str = ""
    share: int = 0

    @property
    def size_of_flow(self) -> Decimal:
        """The flow of the running month without its sign; an arrow shows that."""
        return abs(self.flow or Decimal(0))


def assets(client, *, on: date) -> Assets:
    """The vitals of a client's assets; the same number of queries for every client."""
    months = list(client.months.all())[:MONTHS_SHOWN]
    floor = bank.read("tiers.floor", on=on)[client.tier]
    return Assets(
        months=months,
        closings=[month.closing for month in reversed(months)] + [client.aum] if months else [],
        flow=client.aum - months[0].closing if months else None,
        mark=floor or None,
        below=max(floor - client.aum, Decimal(0)),
        foreseen=foresee(client, on),
        contribution=next(iter(contributions([client.pk])[client.pk]), None),
        **_spread(client),
    )


def contributions(pks) -> dict[int, list[Contribution]]:
    """What each client brought in, year by year, the latest first (rules C6).

    Merged files keep their years; here the years of one person are added.
    """
    files = merged.below(pks)
    years: dict[int, list[Contribution]] = {}
    for row in Contribution.objects.filter(client__in=[one for pk in files for one in files[pk]]):
        years.setdefault(row.client_id, []).append(row)
    return {pk: _added([row for one in files[pk] for row in years.get(one, ())]) for pk in files}


def _added(rows) -> list[Contribution]:
    found: dict[int, Contribution] = {}
    for row in rows:
        there = found.setdefault(row.year, Contribution(year=row.year))
        there.fees += row.fees
        there.margin += row.margin
    return sorted(found.values(), key=lambda row: row.year, reverse=True)


def net_flows(client, months) -> dict[date, Decimal]:
    """The net flow of each of these months that has one."""
    rows = (row for row in client.months.all() if row.month in months)
    return {row.month: row.net_flow for row in rows if row.net_flow is not None}


def _spread(client) -> dict:
    """How many kinds of product the client holds, and how much lies in the largest (CNY)."""
    held = [row for row in client.holdings.all() if row.is_open]
    products = len({row.category for row in held})
    sums: dict[str, Decimal] = {}
    for row in held:
        if row.currency == "CNY" and row.amount and row.category not in NOT_ASSETS:
            sums[row.category] = sums.get(row.category, Decimal(0)) + row.amount
    if not sums:
        return {"products": products}
    largest = max(sums, key=sums.get)
    share = int(sums[largest] * 100 / sum(sums.values()))
    return {"products": products, "largest": Category(largest).label, "share": share}
