"""What sales count in the competition: weighted amounts, and what the bank earns (rules H2, H7)."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from clients.book.models import Client, Holding
from clients.sales.counting import NOTHING, Redeemed, Sold, counting, is_undone
from clients.sales.models import SaleRecord
from crm import bank
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.money import round_cents
from managers.competition.actions import credit, reverse
from managers.competition.models import Metric, PointEntry

_CONFIRMED = SaleRecord.State.CONFIRMED
_SOURCES = ((Metric.SALES, "sale"), (Metric.FEE_INCOME, "fee"))


def counted_of(sale, *, on: date) -> Decimal:
    """How much of a sale that is just being confirmed is new money.

    Asked before its holding is written, which opens again what was redeemed.
    """
    return _counted(sale.client, [*_confirmed(sale.client), sale], on=on)[sale.pk]


def credit_sale(sale, counted: Decimal, *, by, at) -> None:
    """Count a confirmed sale for whoever made it."""
    day = clock.local(at).date()
    found = {
        f"sale:{sale.pk}": (Metric.SALES, _weighed(sale, counted, on=day)),
        f"fee:{sale.pk}": (Metric.FEE_INCOME, sale.fee),
    }
    for source, (metric, amount) in found.items():
        if amount:
            credit(sale.staff, amount, metric=metric, source=source, day=day, at=at, by=by)


def uncredit_sale(sale, *, by, at) -> None:
    """Take a sale that was cancelled after the yes back, and what it had freed of another one."""
    for metric, source in _SOURCES:
        _lower(sale, metric, f"{source}:{sale.pk}", NOTHING, by=by, at=at)
    _recheck(sale.client_id, on=clock.local(at).date(), at=at)


def recheck_sales(*, at) -> int:
    """Take back what turned out to be no sale, or the same money again; returns how many sales.

    Early redemptions come with the files of the core system, days after the sale. Nothing is ever
    added here, and again changes nothing.
    """
    today = clock.local(at).date()
    days = bank.read("competition.rebuy_days", on=today)
    since = today - timedelta(days=2 * days)
    recent = SaleRecord.objects.filter(
        state=_CONFIRMED,
        confirmed_at__gte=clock.start_of_day(since),
        client__in=Holding.objects.filter(redeemed_on__gte=since).values("client"),
    )
    clients = recent.order_by("client").values_list("client", flat=True).distinct()
    return sum(_recheck(pk, on=today, at=at) for pk in list(clients))


@transaction.atomic
def _recheck(client_id: int, *, on: date, at) -> int:
    client = lock(Client(pk=client_id))
    sales = _confirmed(client)
    counted = _counted(client, sales, on=on)
    days = bank.read("competition.rebuy_days", on=on)
    lowered = 0
    for sale in sales:
        undone = is_undone(_sold(sale), days)
        left = _weighed(sale, counted[sale.pk], on=_day(sale))
        done = [
            _lower(sale, Metric.SALES, f"sale:{sale.pk}", left, at=at),
            undone and _lower(sale, Metric.FEE_INCOME, f"fee:{sale.pk}", NOTHING, at=at),
        ]
        lowered += any(done)
    return lowered


def _lower(sale, metric: str, source: str, left: Decimal, *, at, by=None) -> bool:
    """Leave this much of what the source was credited, if more than that stands in the ledger."""
    sources = [source, f"{source}:again"]
    standing = PointEntry.objects.filter(source__in=sources, reversed_by=None).first()
    if standing is None or standing.amount <= left:
        return False
    taken = reverse(standing.source, at=at, by=by)
    if left and standing.source == source:
        credit(sale.staff, left, metric=metric, source=sources[1], day=taken.day, at=at, by=by)
    return True


def _counted(client, sales, *, on: date) -> dict[int, Decimal]:
    """What counts of each of the client's sales, by what is known today."""
    weights = bank.read("competition.sale_weights", on=on)
    own = [sale.holding_id for sale in sales if sale.product.months and sale.holding_id]
    rows = Holding.objects.filter(client=client, currency="CNY", amount__gt=0)
    rows = rows.filter(
        redeemed_on__isnull=False, category__in=[kind for kind in weights if weights[kind]]
    )
    redeemed = [Redeemed(row.redeemed_on, row.amount) for row in rows.exclude(pk__in=own)]
    days = bank.read("competition.rebuy_days", on=on)
    return counting([_sold(sale) for sale in sales], redeemed, days=days)


def _sold(sale) -> Sold:
    """The sale as it is counted; only a product with an end has a holding of its own."""
    own = sale.holding if sale.product.months else None
    return Sold(sale.pk, _day(sale), sale.amount, own.redeemed_on if own else None)


def _confirmed(client) -> list[SaleRecord]:
    rows = SaleRecord.objects.filter(client=client, state=_CONFIRMED)
    return list(rows.select_related("product", "holding", "staff").order_by("confirmed_at", "pk"))


def _weighed(sale, amount: Decimal, *, on: date) -> Decimal:
    """What an amount of the sale's product counts; kinds without a weight count nothing."""
    percents = bank.read("competition.sale_weights", on=on)
    return round_cents(amount * percents[sale.product.category] / 100)


def _day(sale) -> date:
    return clock.local(sale.confirmed_at).date()
