"""Products, assessments, sales, reviews and benefits."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from clients.models import (
    Benefit,
    BenefitGrant,
    Disclosure,
    PortfolioReview,
    Product,
    RiskAssessment,
    SaleRecord,
    SuitabilityCheck,
)
from tests.factories.book import ClientFactory
from tests.factories.people import PostingFactory


def _client_in_a_book():
    return ClientFactory(owner=PostingFactory().staff)


class ProductFactory(DjangoModelFactory):
    """A wealth product R2 that runs a year, from ¥10,000.00, on sale since January."""

    class Meta:
        model = Product

    code = factory.Sequence(lambda n: f"W{n:04d}")
    name = factory.Sequence(lambda n: f"稳健理财{n}号")
    latin_name = factory.Sequence(lambda n: f"Steady {n}")
    category = "wealth"
    issuer = "澄湖理财"
    issuer_risk = seller_risk = 2
    fee_rate = Decimal("0.50")
    months = 12
    minimum = Decimal("10000.00")
    on_sale_from = date(2026, 1, 1)


class DisclosureFactory(DjangoModelFactory):
    """The first version of what clients are told."""

    class Meta:
        model = Disclosure

    product = factory.SubFactory(ProductFactory)
    version = 1
    text = "This is no deposit; the yield is not promised."


class AssessmentFactory(DjangoModelFactory):
    """C3, answered by the client in February, valid for a year."""

    class Meta:
        model = RiskAssessment

    client = factory.LazyFunction(_client_in_a_book)
    level = 3
    answered_on = date(2026, 2, 18)
    valid_until = date(2027, 2, 18)
    place = "terminal"
    paper = factory.Sequence(lambda n: f"RA-{n:05d}")
    own_answers = True


class CheckFactory(DjangoModelFactory):
    """The client's RM found the product suitable."""

    class Meta:
        model = SuitabilityCheck

    client = factory.LazyFunction(_client_in_a_book)
    product = factory.SubFactory(ProductFactory)
    staff = factory.LazyAttribute(lambda check: check.client.owner)
    assessment = factory.SubFactory(
        AssessmentFactory, client=factory.SelfAttribute("..client"), level=3
    )
    level = 3
    risk = factory.LazyAttribute(lambda check: check.product.risk)
    is_suitable = True


class SaleFactory(DjangoModelFactory):
    """¥100,000.00 of a suitable product, recommended."""

    class Meta:
        model = SaleRecord

    suitability_check = factory.SubFactory(CheckFactory, client=factory.SelfAttribute("..client"))
    client = factory.LazyFunction(_client_in_a_book)
    product = factory.LazyAttribute(lambda sale: sale.suitability_check.product)
    staff = factory.LazyAttribute(lambda sale: sale.client.owner)
    amount = Decimal("100000.00")


class ReviewFactory(DjangoModelFactory):
    """A review in September: half deposits, half wealth products."""

    class Meta:
        model = PortfolioReview

    client = factory.LazyFunction(_client_in_a_book)
    held_on = date(2026, 9, 24)
    goals = "School fees abroad in two years."
    target = factory.LazyFunction(lambda: {"deposit": 50, "wealth": 50})
    staff = factory.LazyAttribute(lambda review: review.client.owner)


class BenefitFactory(DjangoModelFactory):
    """Something that clients get a few times a year."""

    class Meta:
        model = Benefit

    code = factory.Sequence(lambda n: f"benefit-{n}")
    name = factory.Sequence(lambda n: f"权益{n}")
    latin_name = factory.Sequence(lambda n: f"Benefit {n}")


class GrantFactory(DjangoModelFactory):
    """Two uses in 2026."""

    class Meta:
        model = BenefitGrant

    client = factory.LazyFunction(_client_in_a_book)
    benefit = factory.SubFactory(BenefitFactory)
    year = 2026
    quota = 2
    expires_on = date(2026, 12, 31)
