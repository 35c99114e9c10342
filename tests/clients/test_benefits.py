"""Benefits: rights by tier and contribution, grants, and uses that never exceed them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.book.models import Tier
from clients.models import BenefitGrant, BenefitQuota, BenefitUse, Client, Contribution
from clients.sales import actions, benefits
from crm.lib.errors import RuleBroken
from managers.audit.models import AuditEvent
from tests.factories import BenefitFactory, ClientFactory, GrantFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
STEPS = st.lists(st.sampled_from(["use", "back", "grant"]), max_size=9)


@pytest.fixture
def one(rm):
    """A platinum client of Lin Yue."""
    return ClientFactory(owner=rm)


@pytest.fixture
def catalogue():
    """A lounge from platinum on, more often from diamond on; a health check from diamond on."""
    lounge, health = BenefitFactory(code="lounge"), BenefitFactory(code="health-check")
    for benefit, tier, times in (
        (lounge, "platinum", 2),
        (lounge, "diamond", 6),
        (health, "diamond", 1),
    ):
        BenefitQuota.objects.create(benefit=benefit, tier=tier, times=times)
    return lounge, health


def granted(client):
    rows = BenefitGrant.objects.filter(client=client).order_by("benefit__code")
    return dict(rows.values_list("benefit__code", "quota"))


def give(client, now):
    return actions.grant_rights([client], by=None, at=now)


# --- Rights


def test_a_tier_gives_its_own_benefits_and_those_below(one, catalogue, now):
    give(one, now)
    top = ClientFactory(owner=one.owner, tier="private")
    give(top, now)

    assert granted(one) == {"lounge": 2}
    assert granted(top) == {"health-check": 1, "lounge": 6}
    assert set(BenefitGrant.objects.values_list("expires_on", flat=True)) == {date(2026, 12, 31)}


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2026, {"health-check": 1, "lounge": 6}),
        (2025, {"health-check": 1, "lounge": 6}),
        (2024, {"lounge": 2}),
    ],
)
def test_a_contribution_of_this_year_or_the_last_raises_the_rights(
    one, catalogue, now, year, expected
):
    Contribution.objects.create(client=one, year=year, fees="15000.00", margin="25000.00")

    give(one, now)

    assert granted(one) == expected


@given(tier=st.sampled_from(Tier.values), fees=st.integers(0, 30_000_000))
def test_a_contribution_never_takes_rights_away(tier, fees):
    found = benefits.rights_tier(tier, Decimal(fees) / 100, on=TODAY)

    assert benefits.ORDER.index(found) >= benefits.ORDER.index(tier)
    assert benefits.rights_tier(tier, Decimal(0), on=TODAY) == tier


def test_granting_twice_changes_nothing_and_a_higher_tier_adds(one, catalogue, now):
    assert (give(one, now), give(one, now)) == (1, 0)
    Client.objects.filter(pk=one.pk).update(tier="diamond")

    assert give(one, now) == 2
    assert granted(one) == {"health-check": 1, "lounge": 6}


def test_what_was_granted_for_a_year_is_not_taken_back_by_a_lower_tier(one, catalogue, now):
    Client.objects.filter(pk=one.pk).update(tier="diamond")
    give(one, now)
    Client.objects.filter(pk=one.pk).update(tier="regular")

    assert give(one, now) == 0
    assert granted(one) == {"health-check": 1, "lounge": 6}


def test_the_nightly_grant_reaches_owned_clients_only(one, catalogue, now):
    pooled = ClientFactory(outlet=one.outlet)

    assert actions.grant_all(at=now) == 1
    assert (granted(one), granted(pooled)) == ({"lounge": 2}, {})
    assert AuditEvent.objects.filter(verb="benefit.granted", client_id=one.pk).count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_granting_costs_the_same_for_one_client_and_three(
    rm, rows, catalogue, now, django_assert_max_num_queries
):
    clients = ClientFactory.create_batch(rows, owner=rm)
    actions.grant_rights(clients, by=None, at=now)
    Client.objects.update(tier="diamond")

    with django_assert_max_num_queries(23):
        actions.grant_rights(clients, by=None, at=now)


# --- Use


def book(grant, rm, now, day=TODAY):
    return actions.use(grant, day=day, note="Two seats", by=rm, at=now)


def test_a_use_is_counted_with_its_day_and_note(one, rm, now):
    grant = GrantFactory(client=one)

    made = book(grant, rm, now)

    grant.refresh_from_db()
    assert (grant.used, grant.left, grant.version) == (1, 1, 2)
    assert (made.day, made.note, made.booked_by) == (TODAY, "Two seats", rm)
    assert AuditEvent.objects.get(verb="benefit.used").client_id == one.pk


def test_nothing_is_used_beyond_the_quota(one, rm, now):
    grant = GrantFactory(client=one, quota=1)
    book(grant, rm, now)

    with pytest.raises(RuleBroken, match="Nothing is left") as refused:
        book(grant, rm, now)

    assert refused.value.code == "used_up"


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2025, 12, 31)])
def test_a_benefit_is_for_days_of_its_year(one, rm, now, day):
    with pytest.raises(RuleBroken, match="until 2026-12-31"):
        book(GrantFactory(client=one), rm, now, day)


def test_an_expired_benefit_is_gone(one, rm, now):
    grant = GrantFactory(client=one, expires_on=date(2026, 11, 22))

    with pytest.raises(RuleBroken, match="This benefit ended on 2026-11-22"):
        book(grant, rm, now, date(2026, 11, 20))


def test_a_booking_taken_back_counts_no_more_and_once(one, rm, now):
    made = book(GrantFactory(client=one), rm, now)

    actions.take_back(made, by=rm, at=now)
    with pytest.raises(RuleBroken, match="taken back already"):
        actions.take_back(made, by=rm, at=now)

    assert BenefitGrant.objects.get().used == 0


@pytest.mark.parametrize("who", ["peer", "stranger", "marketing", "lobby"])
def test_only_who_looks_after_the_client_books(one, now, who, request):
    with pytest.raises(RuleBroken) as refused:
        book(GrantFactory(client=one), request.getfixturevalue(who), now)

    assert refused.value.code == "forbidden"


@settings(max_examples=25, deadline=None)
@given(
    quota=st.integers(1, 4), steps=st.lists(st.sampled_from(["use", "back", "grant"]), max_size=9)
)
def test_no_sequence_of_uses_and_returns_leaves_less_than_nothing(quota, steps):
    with transaction.atomic():
        grant, now = GrantFactory(quota=quota), datetime(2026, 11, 23, 1, tzinfo=UTC)
        owner, booked = grant.client.owner, []
        for step in steps:
            _take(step, grant, owner, booked, now)
            grant.refresh_from_db()
            assert grant.used == len(booked) == _standing(grant)
            assert 0 <= grant.left <= grant.quota
        transaction.set_rollback(True)


def _take(step, grant, owner, booked, now):
    if step == "use" and len(booked) < grant.quota:
        booked.append(book(grant, owner, now))
    elif step == "use":
        with pytest.raises(RuleBroken):
            book(grant, owner, now)
    elif step == "back" and booked:
        actions.take_back(booked.pop(), by=owner, at=now)
    elif step == "grant":
        actions.grant_rights([grant.client], by=None, at=now)


def _standing(grant):
    return BenefitUse.objects.filter(grant=grant, cancelled_at=None).count()


@pytest.mark.parametrize("used", [3, -1])
def test_the_database_keeps_no_use_beyond_the_quota(used):
    grant = GrantFactory(quota=2)

    with pytest.raises(IntegrityError), transaction.atomic():
        BenefitGrant.objects.filter(pk=grant.pk).update(used=used)
