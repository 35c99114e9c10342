"""The cross-sell rate is read once a month: kinds of product for each client (rules H2)."""

from datetime import date, datetime

import pytest

from clients.sales.actions import rate_cross_sell
from crm.lib import clock
from managers.models import PointEntry
from tests.factories import ClientFactory, HoldingFactory

pytestmark = pytest.mark.django_db


def at(month, day):
    return datetime(2026, month, day, 5, tzinfo=clock.SHANGHAI)


SEPTEMBER = at(9, 1)


def client(owner, *kinds, since=SEPTEMBER, **changes):
    """Somebody's client who holds products of these kinds."""
    one = ClientFactory(owner=owner, **changes)
    one.ownerships.update(since=since)
    for kind in kinds:
        HoldingFactory(client=one, category=kind)
    return one


def read():
    rows = PointEntry.objects.filter(metric="cross_sell").order_by("pk")
    return [(entry.staff, f"{entry.day:%m-%d}", str(entry.amount)) for entry in rows]


def test_a_month_is_read_once_the_files_of_its_last_days_are_in(rm, peer):
    client(rm, "deposit", "deposit", "fund", "insurance")
    client(rm, "deposit")
    client(rm)

    assert [rate_cross_sell(at=at(11, 2)), rate_cross_sell(at=at(11, 4))] == [0, 1]
    assert rate_cross_sell(at=at(11, 5)) == 0
    assert read() == [(rm, "10-31", "1.33")]


def test_a_reading_is_of_what_was_owned_and_held_at_the_end_of_the_month(rm, peer):
    one = client(rm, "deposit")
    HoldingFactory(client=one, category="fund", opened_on=date(2026, 11, 2))
    sold = {"client": one, "is_open": False}
    HoldingFactory(category="wealth", redeemed_on=date(2026, 11, 2), **sold)
    HoldingFactory(category="bond", redeemed_on=date(2026, 10, 31), **sold)
    HoldingFactory(category="insurance", matures_on=date(2026, 11, 1), **sold)
    client(rm, "deposit", since=at(11, 1))  # came later
    client(rm, "deposit", state="dormant")

    rate_cross_sell(at=at(11, 5))
    assert read() == [(rm, "10-31", "3.00")]
