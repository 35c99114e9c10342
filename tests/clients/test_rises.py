"""New VIP clients and tiers reached count once a month's balances are in (rules H2, H7)."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.assets.actions import record_balances, settle_months
from clients.book.actions import assign
from clients.handover import actions
from clients.handover.rises import Change, counts, lost
from clients.models import Client, Household, Member, MonthAverage
from crm.lib import clock
from managers.models import PointEntry
from tests.clients.handovers import accepted, drafted, filled, prospect, submitted
from tests.factories import ClientFactory

__all__ = ["accepted", "drafted", "filled", "prospect", "submitted"]

GOLD, VIP, RICH = 100_000, 600_000, 2_500_000


def at(year, month, day=12):
    return datetime(year, month, day, 12, tzinfo=clock.SHANGHAI)


def has(client, *closings, first=(2026, 6)):
    """What the client has in each month from June on."""
    year, month = first
    wanted = {
        (client.pk, date(year + (month - 1 + n) // 12, (month - 1 + n) % 12 + 1, 1)): Decimal(has)
        for n, has in enumerate(closings)
    }
    record_balances(wanted, by=None, at=at(2026, 6, 1), settle=False)
    return client


def of(owner, *closings, **client):
    """An imported client whom somebody has had all year, and what they have from June on."""
    client = ClientFactory(owner=owner, **client)
    client.ownerships.update(since=at(2026, 1), cause="imported")
    return has(client, *closings)


def nights(*moments):
    """Let the nights pass in which the months are counted, each twice."""
    for moment in moments:
        for _again in range(2):
            settle_months(at=moment)
            actions.count_growth(at=moment)


def counted(metric):
    rows = PointEntry.objects.filter(metric=metric).order_by("day", "staff", "pk")
    return [(entry.staff, f"{entry.day:%m-%d}", str(entry.amount)) for entry in rows]


AUTUMN = [at(2026, 8), at(2026, 9), at(2026, 10), at(2026, 11), at(2026, 12)]


@pytest.mark.django_db
def test_a_client_is_a_new_vip_after_two_months_and_once(rm):
    of(rm, GOLD, VIP, VIP, VIP, VIP, tier="gold")

    nights(at(2026, 8))
    assert counted("new_vip") == []
    nights(*AUTUMN)
    assert counted("new_vip") == [(rm, "08-31", "1.00")]


@pytest.mark.django_db
def test_one_month_alone_makes_no_vip(rm):
    of(rm, GOLD, VIP, GOLD, GOLD, GOLD, tier="gold")

    nights(*AUTUMN)
    assert counted("new_vip") == []


@pytest.mark.django_db
def test_who_was_a_vip_within_a_year_is_none_that_was_won(rm):
    of(rm, VIP, GOLD, VIP, VIP, tier="platinum")

    nights(*AUTUMN)
    assert counted("new_vip") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "wins"), [(date(2026, 6, 20), True), (date(2025, 1, 1), False), (None, False)]
)
def test_a_client_whose_history_begins_as_a_vip_is_new_only_to_a_bank_that_was_new_to_them(
    rm, since, wins
):
    of(rm, VIP, VIP, VIP, tier="platinum", client_since=since)

    nights(*AUTUMN)
    assert counted("new_vip") == ([(rm, "07-31", "1.00")] if wins else [])


@pytest.mark.django_db
def test_a_new_vip_who_was_won_outside_is_shared_sixty_to_forty(
    accepted, prospect, marketing, rm, now
):
    actions.introduce(accepted, by=rm, at=now)  # on 23 November
    has(prospect, VIP, VIP, first=(2026, 12))

    nights(at(2027, 1, 12), at(2027, 2, 12))
    assert counted("new_vip") == [(rm, "01-31", "0.40"), (marketing, "01-31", "0.60")]


@pytest.mark.django_db
def test_a_vip_who_is_moved_on_the_way_counts_by_the_days_of_each_owner(rm, peer, head):
    client = of(rm, GOLD, VIP, VIP, tier="gold")
    # 31 days of July and 25 of August are Lin Yue's.
    assign(client, to=peer, was=rm.pk, by=head, reason="Nearer", at=at(2026, 8, 25))

    nights(*AUTUMN)
    assert counted("new_vip") == [(rm, "08-31", "0.90"), (peer, "08-31", "0.10")]


@pytest.mark.django_db
def test_a_client_who_is_only_moved_is_new_to_nobody(rm, peer, head):
    client = of(rm, VIP, VIP, VIP, VIP, tier="platinum")
    assign(client, to=peer, was=rm.pk, by=head, reason="Nearer", at=at(2026, 8, 25))

    nights(*AUTUMN)
    assert counted("new_vip") + counted("tier_upgrade") == []


@pytest.mark.django_db
def test_money_that_moves_within_a_household_makes_no_new_vip(rm):
    home = Household.objects.create()
    wife = of(rm, VIP, GOLD, GOLD, GOLD, tier="platinum")
    husband = of(rm, GOLD, VIP, VIP, VIP, tier="gold")
    both = of(rm, GOLD, VIP, VIP, VIP, tier="gold")
    for client in (wife, husband):
        Member.objects.create(household=home, client=client, relation="spouse")

    nights(*AUTUMN)
    sources = PointEntry.objects.filter(metric="new_vip").values_list("source", flat=True)
    assert [source.split(":")[1] for source in sources] == [f"{both.pk}"]


@pytest.mark.django_db
def test_a_tier_that_is_reached_counts_in_the_month_that_decided(rm):
    of(rm, 10_000, VIP, VIP, RICH, RICH, tier="regular")

    nights(*AUTUMN)
    assert counted("tier_upgrade") == [(rm, "07-31", "1.00"), (rm, "09-30", "1.00")]


@pytest.mark.django_db
def test_a_tier_that_is_lost_again_takes_its_point_back_and_does_not_count_anew(rm):
    of(rm, GOLD, VIP, GOLD, GOLD, GOLD, VIP, tier="gold")

    nights(*AUTUMN)
    assert counted("tier_upgrade") == [(rm, "07-31", "1.00"), (rm, "11-12", "-1.00")]


@pytest.mark.django_db
def test_balances_that_come_late_take_a_tier_back(rm):
    client = of(rm, GOLD, VIP, tier="gold")
    nights(at(2026, 8))
    assert counted("tier_upgrade") == [(rm, "07-31", "1.00")]

    record_balances({(client.pk, date(2026, 7, 1)): Decimal(GOLD)}, by=None, at=at(2026, 8, 20))
    nights(at(2026, 9))
    assert counted("tier_upgrade") == [(rm, "07-31", "1.00"), (rm, "09-12", "-1.00")]
    assert MonthAverage.objects.get(client=client, month=date(2026, 7, 1)).average == GOLD
    assert Client.objects.get(pk=client.pk).tier == "gold"


TIERS = ("regular", "gold", "platinum", "diamond", "private")
MONTHS = st.integers(1, 12).map(lambda n: date(2026, n, 1))


@given(st.lists(st.tuples(MONTHS, st.sampled_from(TIERS)), max_size=8).map(sorted))
def test_a_tier_counts_once_a_year_however_often_it_is_lost_and_reached(path):
    changes, was = [], "regular"
    for month, now in path:
        if now != was:
            changes.append(Change(month, was, now, TIERS.index(now) > TIERS.index(was)))
            was = now
    won = [one for month in {row.month for row in changes} for one in counts(changes, month)]
    highest = sorted(TIERS.index(one.now) for one in won)

    assert len(set(highest)) == len(highest) <= len(TIERS) - 1
    for one in lost(changes, months=6):
        after = changes[changes.index(one) + 1 :]
        assert any(TIERS.index(row.now) < TIERS.index(one.now) for row in after)
