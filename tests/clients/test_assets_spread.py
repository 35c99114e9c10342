"""Products of a client and how much lies in one kind, against a count of one's own."""

from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.assets.queries import assets
from clients.book.models import Category
from clients.models import Client, Holding
from tests.clients.ledger_of_days import D
from tests.factories import ClientFactory, HoldingFactory

HOLDINGS = st.lists(
    st.tuples(
        st.sampled_from(Category.values),
        st.sampled_from(["CNY", "CNY", "USD"]),
        st.none() | st.integers(0, 9_000_000_00).map(lambda fen: D(fen) / 100),
        st.booleans(),
    ),
    max_size=8,
)


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(held=HOLDINGS)
def test_products_and_the_largest_kind_are_those_of_the_open_holdings(rm, held):
    client = ClientFactory(owner=rm)
    for category, currency, amount, is_open in held:
        HoldingFactory(
            client=client, category=category, currency=currency, amount=amount, is_open=is_open
        )

    found = assets(Client.objects.get(pk=client.pk), on=date(2026, 11, 23))

    kinds = {category for category, _currency, _amount, is_open in held if is_open}
    lying = Counter()
    for category, currency, amount, is_open in held:
        if is_open and currency == "CNY" and category not in ("card", "loan"):
            lying[category] += Fraction(amount or 0)
    total = sum(lying.values())
    assert found.products == len(kinds)
    if not total:
        assert (found.largest, found.share) == ("", 0)
    else:
        most = max(lying.values())
        assert found.largest in [Category(kind).label for kind in lying if lying[kind] == most]
        assert found.share == int(most * 100 / total)
    Holding.objects.all().delete()
