"""What pages and actions need to know, each in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date

from clients.sales import reviews
from clients.sales.models import (
    BenefitGrant,
    ClientRisk,
    Disclosure,
    Product,
    RiskAssessment,
    SaleRecord,
)
from clients.sales.reviews import Rhythm
from clients.sales.rules import LICENSED, Facts, in_words, may_advise, reasons_against
from managers.people.models import Licence


@dataclass(frozen=True)
class Suitability:
    """The facts of an offer, and the rows that they came from."""

    facts: Facts
    assessment: RiskAssessment | None
    licence: Licence | None


@dataclass(frozen=True)
class RiskCard:
    """A client's risk level as a page shows it."""

    assessment: RiskAssessment | None
    is_valid: bool

    @property
    def label(self) -> str:
        """The level in words."""
        return str(ClientRisk(self.assessment.level).label) if self.assessment else ""

    @property
    def highest(self) -> str:
        """The highest product risk that may be offered, as its code."""
        return f"R{self.assessment.level}" if self.is_valid else ""


@dataclass(frozen=True)
class SalesCards:
    """What the client's page says of risk, offers, sales under way, reviews and benefits."""

    risk: RiskCard
    offers: list[Product]
    open_sales: list[SaleRecord]
    rhythm: Rhythm
    grants: list[BenefitGrant]
    may_advise: bool


def cards(client, person, *, on: date) -> SalesCards:
    """All cards of this feature for one client; without a valid assessment a query less."""
    risk = risk_card(client, on=on)
    sales = client.sales.all()
    return SalesCards(
        risk=risk,
        offers=list(offers(risk, on=on)[:OFFERED]),
        open_sales=[row for row in sales if row.state in SaleRecord.OPEN],
        rhythm=reviews.rhythm(client, on=on),
        grants=list(BenefitGrant.objects.filter(client=client, year=on.year).for_list()),
        may_advise=may_advise(person, client, on=on),
    )


OFFERED = 3  # products named on the client's page
NAMED = 10  # products that do not suit, named to whoever looks for them


def risk_card(client, *, on: date) -> RiskCard:
    """The latest assessment, and whether it may be relied on (rules C8)."""
    latest = latest_assessment(client)
    return RiskCard(latest, latest is not None and latest.holds_on(on))


def offers(risk: RiskCard, *, on: date):
    """What the client may be offered: on sale, and within a level that holds (rules C8)."""
    if not risk.is_valid:
        return Product.objects.none()
    return Product.objects.on_sale(on).within(risk.assessment.level).order_by("category", "code")


def unsuited(risk: RiskCard, products, *, on: date) -> list[tuple[Product, str]]:
    """Those of the products on sale that the client may not be offered, each with why (rules C8).

    The adviser's own licence, need and means are asked on the page of the offer.
    """
    level = risk.assessment.level if risk.assessment else None
    valid_until = risk.assessment.valid_until if risk.assessment else None
    refused = products.on_sale(on)
    if risk.is_valid:
        refused = refused.exclude(pk__in=Product.objects.within(level).values("pk"))
    found = []
    for product in refused.order_by("category", "code")[:NAMED]:
        facts = Facts(
            on=on,
            category=product.category,
            risk=product.risk,
            on_sale=True,
            level=level,
            valid_until=valid_until,
            licensed_until=date.max,
            need=True,
            affordable=True,
        )
        told = {"product": product, "level": level, "valid_until": valid_until}
        found.append((product, " ".join(in_words(one, **told) for one in reasons_against(facts))))
    return found


def latest_assessment(client) -> RiskAssessment | None:
    """The one that counts, valid or not."""
    return client.risk_assessments.all().first()


def latest_disclosure(product) -> Disclosure | None:
    """What clients are told of the product today."""
    return Disclosure.objects.filter(product=product).order_by("-version").first()


def suitability(client, product, person, *, on, need=False, affordable=False) -> Suitability:
    """Everything that decides whether this person may offer the product to the client today."""
    assessment = latest_assessment(client)
    licence = None
    if kind := LICENSED.get(product.category):
        mine = Licence.objects.filter(staff=person, kind=kind)
        licence = mine.order_by("-valid_until").first()
    facts = Facts(
        on=on,
        category=product.category,
        risk=product.risk,
        on_sale=product.is_on_sale(on),
        level=assessment.level if assessment else None,
        valid_until=assessment.valid_until if assessment else None,
        licensed_until=licence.valid_until if licence else None,
        need=need,
        affordable=affordable,
    )
    return Suitability(facts, assessment, licence)
