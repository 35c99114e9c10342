"""Clients and what they hold."""

from datetime import UTC, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from clients.book.details import name_columns
from clients.book.models import State
from clients.models import Client, Holding, Ownership
from tests.factories.people import OrgUnitFactory


class ClientFactory(DjangoModelFactory):
    """A platinum client: in the book of `owner`, or in the outlet's pool without one."""

    class Meta:
        model = Client
        exclude = ["spelled"]
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"88{n:06d}")
    name = factory.Sequence(lambda n: f"客户{n}")
    spelled = factory.LazyAttribute(lambda client: name_columns(client.name))
    pinyin = factory.LazyAttribute(lambda client: client.spelled["pinyin"])
    joined_pinyin = factory.LazyAttribute(lambda client: client.spelled["joined_pinyin"])
    initials = factory.LazyAttribute(lambda client: client.spelled["initials"])
    tier = "platinum"
    aum = Decimal("864000.00")
    owner = None
    outlet = factory.LazyAttribute(
        lambda client: client.owner.current_unit if client.owner else OrgUnitFactory()
    )
    pool = factory.LazyAttribute(lambda client: None if client.owner else client.outlet)
    state = factory.LazyAttribute(lambda c: State.OWNED if c.owner else State.IDENTIFIED)
    responsible_since = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)

    @factory.post_generation
    def ownership(self, create, extracted, **kwargs):
        """The open stretch of responsibility that every client has."""
        if create:
            OwnershipFactory(
                client=self, owner=self.owner, pool=self.pool, since=self.responsible_since
            )


class OwnershipFactory(DjangoModelFactory):
    """An open stretch of responsibility."""

    class Meta:
        model = Ownership

    cause = Ownership.Cause.OPENED


class HoldingFactory(DjangoModelFactory):
    """A time deposit of ¥500,000.00."""

    class Meta:
        model = Holding

    client = factory.SubFactory(ClientFactory)
    source_key = factory.Sequence(lambda n: f"deposit:{n}")
    category = "deposit"
    name = "定期存款"
    amount = Decimal("500000.00")
