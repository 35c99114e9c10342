"""The assets that a grade asks for (rules B6), from the month averages of whom somebody owned."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from clients.assets.ladder import assets_managed
from clients.assets.models import MonthAverage
from clients.models import Ownership
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db
QUARTER = date(2026, 7, 1), date(2026, 9, 30)


def client_of(owner, *, since=datetime(2026, 1, 1, tzinfo=UTC), until=None, months=()):
    client = ClientFactory(owner=owner)
    Ownership.objects.filter(client=client).delete()
    Ownership.objects.create(client=client, owner=owner, since=since, until=until, cause="assigned")
    for month, average in months:
        money = Decimal(average)
        MonthAverage.objects.create(
            client=client, month=month, average=money, closing=money, peak=money
        )
    return client


def test_it_is_the_last_month_of_whom_one_owned_at_the_end(rm, peer):
    client_of(rm, months=[(date(2026, 8, 1), "900"), (date(2026, 9, 1), "100.50")])
    client_of(rm, months=[(date(2026, 9, 1), "200"), (date(2026, 10, 1), "999")])
    gone = datetime(2026, 9, 1, tzinfo=UTC)
    client_of(rm, until=gone, months=[(date(2026, 9, 1), "4000")])
    client_of(rm, since=datetime(2026, 10, 8, tzinfo=UTC), months=[(date(2026, 9, 1), "5000")])

    found = assets_managed([rm.pk, peer.pk], *QUARTER)

    assert found == {rm.pk: Decimal("300.50")}


def test_in_the_middle_of_a_month_the_one_before_counts(rm):
    client_of(rm, months=[(date(2026, 8, 1), "900"), (date(2026, 9, 1), "100")])

    assert assets_managed([rm.pk], date(2026, 7, 1), date(2026, 9, 29)) == {rm.pk: Decimal(900)}
