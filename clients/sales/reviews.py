"""When a portfolio is reviewed, and how the mix compares with its target (rules C10)."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

from clients.book.models import NOT_ASSETS, Category, Holding
from clients.sales.models import PortfolioReview
from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken

KINDS = [kind for kind in Category if kind not in NOT_ASSETS]


@dataclass(frozen=True)
class Rhythm:
    """The last review, and the day by which the next is held; None where the tier asks for none."""

    last: PortfolioReview | None
    due: date | None


@dataclass(frozen=True)
class Share:
    """One kind of product: CNY held, its percent of all, and the target percent or None."""

    kind: Category
    amount: Decimal
    percent: Decimal
    target: int | None

    @property
    def gap(self) -> Decimal | None:
        """Percent by which the mix is above its target."""
        return None if self.target is None else self.percent - self.target


def rhythm(client, *, on: date) -> Rhythm:
    """When the portfolio was reviewed, and is to be next: by tier, from the last one or the day
    on which the RM got the client (rules C10)."""
    last = client.reviews.all().first()
    months = bank.read("review.months", on=on).get(client.tier)
    if not months or client.owner_id is None:
        return Rhythm(last, None)
    since = last.held_on if last else clock.local(client.responsible_since).date()
    return Rhythm(last, since + relativedelta(months=months))


def shares(client, target: dict[str, int]) -> list[Share]:
    """How the client's CNY holdings are spread over kinds, beside the target mix."""
    held: dict[str, Decimal] = {}
    rows = Holding.objects.filter(client=client, is_open=True, currency="CNY", amount__gt=0)
    for category, amount in rows.order_by().values_list("category", "amount"):
        held[category] = held.get(category, Decimal(0)) + amount
    total = sum((held.get(kind, Decimal(0)) for kind in KINDS), Decimal(0))
    return [
        Share(kind, held.get(kind, Decimal(0)), _percent(held.get(kind), total), target.get(kind))
        for kind in KINDS
        if held.get(kind) or target.get(kind)
    ]


def check_review(client, *, held_on: date, target: dict[str, int], on: date) -> None:
    """Raise RuleBroken unless the day is past or today, alone, and the mix comes to 100."""
    if held_on > on:
        raise _wrong("held_on", _("This day is still to come."))
    if PortfolioReview.objects.filter(client=client, held_on=held_on).exists():
        raise _wrong("held_on", _("There is a review of this day in the file."))
    known = set(target) <= {kind.value for kind in KINDS}
    if not known or any(part < 0 for part in target.values()) or sum(target.values()) != 100:
        raise _wrong("target", _("The target mix has to come to 100 percent."))


def _percent(part: Decimal | None, total: Decimal) -> Decimal:
    if not part or not total:
        return Decimal("0.0")
    return (100 * part / total).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _wrong(field: str, sentence: str) -> RuleBroken:
    return RuleBroken(sentence, fields={field: sentence})
