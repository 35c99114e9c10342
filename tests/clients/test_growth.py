"""Growth of assets counts month by month, for whoever has the client on each of its days (E7)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.assets.actions import record_balances, settle_months
from clients.book.actions import assign
from clients.handover import actions
from clients.handover.growth import Winner, divided, weights
from crm.lib import clock
from managers.models import PointEntry
from tests.clients.handovers import accepted, drafted, filled, prospect, submitted
from tests.factories import ClientFactory

__all__ = ["accepted", "drafted", "filled", "prospect", "submitted"]


def at(year, month, day):
    return datetime(year, month, day, 12, tzinfo=clock.SHANGHAI)


def has(client, **closings):
    """What the client has from the first of each month on: `oct=100_000`."""
    days = {"oct": (2026, 10), "nov": (2026, 11), "dec": (2026, 12), "feb": (2027, 2)}
    wanted = {
        (client.pk, date(*days[name], 1)): Decimal(closing) for name, closing in closings.items()
    }
    record_balances(wanted, by=None, at=at(2027, 6, 1), settle=False)
    return client


def counted(moment):
    """The growth that is in the ledger once the night has been there."""
    settle_months(at=moment)
    actions.count_growth(at=moment)
    rows = PointEntry.objects.filter(metric="aum_growth").order_by("day", "amount")
    return [(entry.staff, f"{entry.day}", str(entry.amount)) for entry in rows]


@pytest.mark.django_db
def test_a_month_counts_for_the_owner_once_its_balances_are_in(rm):
    has(ClientFactory(owner=rm), oct=100_000, nov=150_000)

    assert counted(at(2026, 12, 2)) == []
    for _night in range(2):
        assert counted(at(2026, 12, 3)) == [(rm, "2026-11-30", "50000.00")]


@pytest.mark.django_db
def test_what_leaves_counts_against_the_owner_and_the_first_month_for_nobody(rm):
    has(ClientFactory(owner=rm), oct=100_000, nov=70_000)
    has(ClientFactory(owner=rm), nov=900_000)

    assert counted(at(2026, 12, 3)) == [(rm, "2026-11-30", "-30000.00")]


@pytest.mark.django_db
def test_for_ninety_days_who_won_the_client_has_half_and_then_nothing(
    accepted, prospect, marketing, rm, now
):
    actions.introduce(accepted, by=rm, at=now)
    has(prospect, oct=0, nov=30_000, feb=58_000)

    assert counted(at(2026, 12, 3)) == [  # 23 days alone, 7 days shared
        (rm, "2026-11-30", "3500.00"),
        (marketing, "2026-11-30", "26500.00"),
    ]
    assert counted(at(2027, 3, 3))[2:] == [  # shared until 21 February
        (marketing, "2027-02-28", "10500.00"),
        (rm, "2027-02-28", "17500.00"),
    ]
    record_balances({(prospect.pk, date(2027, 3, 1)): Decimal(60_000)}, by=None, at=now)
    assert counted(at(2027, 4, 6))[4:] == [(rm, "2027-03-31", "2000.00")]


@pytest.mark.django_db
def test_who_came_with_nothing_grows_from_the_first_month_on(
    accepted, prospect, marketing, rm, now
):
    type(prospect).objects.filter(pk=prospect.pk).update(aum=0)
    actions.introduce(accepted, by=rm, at=now)
    has(prospect, dec=31_000)

    assert sorted(amount for _who, _day, amount in counted(at(2027, 1, 7))) == ["15500.00"] * 2


@pytest.mark.django_db
def test_a_client_who_changes_hands_within_the_bank_brings_growth_to_nobody(rm, peer, head, now):
    still = has(ClientFactory(owner=rm), oct=500_000, nov=500_000)
    grown = has(ClientFactory(owner=rm), oct=500_000, nov=530_000)
    for client in (still, grown):
        assign(client, to=peer, was=rm.pk, by=head, reason="Nearer", at=now)

    assert counted(at(2026, 12, 3)) == [
        (peer, "2026-11-30", "7000.00"),
        (rm, "2026-11-30", "23000.00"),
    ]


PEOPLE = st.sampled_from([None, 1, 2, 3])
DAYS = st.dates(date(2026, 8, 1), date(2027, 3, 31))


@given(
    growth=st.decimals("-99999999", "99999999", places=2),
    month=DAYS.map(lambda day: day.replace(day=1)),
    owners=st.lists(PEOPLE, min_size=31, max_size=31),
    winner=st.none() | st.builds(Winner, st.just(9), DAYS, st.just(90), st.integers(0, 100)),
)
def test_the_parts_of_a_month_are_the_whole_whoever_has_the_client(growth, month, owners, winner):
    shares = weights(month, lambda day: owners[day.day - 1], winner)
    parts = divided(growth, shares)

    days = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - month
    assert sum(shares.values()) == 100 * days.days
    assert sum(parts.values()) == growth
    for who, part in parts.items():
        assert abs(part - growth * shares[who] / sum(shares.values())) < Decimal("0.01")
