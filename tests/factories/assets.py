"""Balances, and what follows from them."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from clients.models import Balance, Contribution, MonthAverage, StateChange, TierChange
from tests.factories.book import ClientFactory


class BalanceFactory(DjangoModelFactory):
    """What a platinum client has at the close of 31 October."""

    class Meta:
        model = Balance

    client = factory.SubFactory(ClientFactory)
    day = date(2026, 10, 31)
    closing = Decimal("864000.00")


class MonthAverageFactory(DjangoModelFactory):
    """A quiet October."""

    class Meta:
        model = MonthAverage

    client = factory.SubFactory(ClientFactory)
    month = date(2026, 10, 1)
    average = Decimal("864000.00")
    closing = Decimal("864000.00")
    peak = Decimal("864000.00")
    net_flow = Decimal("0.00")


class ContributionFactory(DjangoModelFactory):
    """Last year's fees and margin."""

    class Meta:
        model = Contribution

    client = factory.SubFactory(ClientFactory)
    year = 2025
    fees = Decimal("3200.00")
    margin = Decimal("4100.50")


class TierChangeFactory(DjangoModelFactory):
    """Raised to platinum on 1 September."""

    class Meta:
        model = TierChange

    client = factory.SubFactory(ClientFactory)
    was = "gold"
    now = "platinum"
    cause = "reached"
    month = date(2026, 8, 1)
    average = Decimal("612000.00")
    effective_on = date(2026, 9, 1)


class StateChangeFactory(DjangoModelFactory):
    """Dormant since this morning."""

    class Meta:
        model = StateChange

    client = factory.SubFactory(ClientFactory)
    was = "owned"
    now = "dormant"
    figures = factory.LazyFunction(lambda: {"days": 180, "since": "2026-05-27"})
