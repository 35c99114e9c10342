"""Balances by the month."""

from datetime import date, datetime

import pytest

from clients.assets import actions
from crm.lib import clock
from tests.clients.ledger_of_days import D
from tests.factories import ClientFactory


@pytest.fixture
def client(rm):
    """A platinum client of Lin Yue, long in her book."""
    since = datetime(2024, 1, 8, 9, 0, tzinfo=clock.SHANGHAI)
    return ClientFactory(owner=rm, tier="platinum", aum=D(864_000), responsible_since=since)


@pytest.fixture
def record(client, now):
    """Record balances of the client, as {day: closing}."""

    def recorded(balances, at=now, **options):
        wanted = {(client.pk, date.fromisoformat(day)): D(x) for day, x in balances.items()}
        written = actions.record_balances(wanted, by=None, at=at, **options)
        client.refresh_from_db()
        return written

    return recorded


def at(day):
    """Two in the morning of a day."""
    return datetime.fromisoformat(f"{day}T02:00").replace(tzinfo=clock.SHANGHAI)
