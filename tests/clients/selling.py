"""A client to whom Lin Yue sells, and what the ledger says of it."""

from decimal import Decimal

import pytest
from django.db.models import Sum

from clients.sales import actions
from managers.models import PointEntry
from tests.factories import AssessmentFactory, ClientFactory, DisclosureFactory, LicenceFactory


@pytest.fixture
def one(rm):
    """A client of Lin Yue, C3."""
    client = ClientFactory(owner=rm)
    AssessmentFactory(client=client)
    LicenceFactory(staff=rm, kind="fund")
    return client


def sell(one, rm, at, *, amount="120000.00", recording="AV-1", **product):
    """Lin Yue sells a product to the client, from the check to the yes."""
    product = DisclosureFactory(**{f"product__{name}": v for name, v in product.items()}).product
    check = actions.check(one, product, by=rm, at=at)
    sale = actions.recommend(check, amount=Decimal(amount), by=rm, at=at)
    sale = actions.disclose(sale, shown=product.disclosures.first(), by=rm, at=at)
    return actions.confirm(sale, recording=recording, client_agrees=True, by=rm, at=at)


def ledger():
    """(metric, amount, day) of every entry, oldest first."""
    rows = PointEntry.objects.order_by("pk").values_list("metric", "amount", "day")
    return [(metric, str(amount), f"{day:%m-%d}") for metric, amount, day in rows]


def standing(person):
    """What the ledger leaves to a person, by metric."""
    rows = PointEntry.objects.filter(staff=person).order_by().values_list("metric")
    return {metric: str(total) for metric, total in rows.annotate(Sum("amount"))}
