"""What the page foresees of a tier comes true when its condition holds, and not otherwise."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from clients.assets import actions, rules
from clients.merging.actions import merge
from clients.models import Client
from crm.lib import clock
from tests.clients.ledger_of_days import FLOORS, ORDER, D, averages, tier_after
from tests.factories import ClientFactory

TODAY = date(2026, 11, 23)
AMOUNTS = st.integers(0, 8_000_000_00).map(lambda fen: D(fen) / 100) | st.sampled_from(
    [D(x) for x in ("49999.99", "50000", "499999.99", "500000", "2000000", "5999999.99", "6000000")]
)
BALANCES = st.dictionaries(st.dates(date(2026, 2, 20), TODAY), AMOUNTS, min_size=1, max_size=9)
FLOOR = dict(FLOORS)


@pytest.fixture
def see(rm, now):
    """A client with these balances, and what the page foresees today."""

    def seen(tier, balances):
        client = ClientFactory(owner=rm, tier=tier)
        wanted = {(client.pk, day): closing for day, closing in balances.items()}
        actions.record_balances(wanted, by=None, at=now)
        client = Client.objects.get(pk=client.pk)
        return client, rules.foresee(client, TODAY)

    return seen


def tier_on(day, tier, balances):
    """The tier on a first of the month, by the slow ledger, if these are all balances."""
    return tier_after(tier, averages(balances, before=day))[0]


def first_after(day):
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def ask(test):
    return settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.filter_too_much,
            HealthCheck.too_slow,
        ],
    )(given(tier=st.sampled_from(ORDER), balances=BALANCES)(test))


@pytest.mark.django_db
@ask
def test_if_the_balance_stays_what_is_foreseen_happens_on_that_day_and_nothing_before(
    see, tier, balances
):
    client, found = see(tier, balances)
    change = found.falls_to or ("" if found.short else found.rises_to)
    day = first_after(TODAY)
    while change and day < found.on:
        assert tier_on(day, tier, balances) == client.tier
        day = first_after(day)

    if change:
        assert tier_on(found.on, tier, balances) == change
        assert (ORDER.index(change) < ORDER.index(client.tier)) == bool(found.falls_to)
    else:
        for _month in range(8):
            assert tier_on(day, tier, balances) == client.tier
            day = first_after(day)


@pytest.mark.django_db
@ask
def test_who_is_short_of_a_tier_reaches_it_with_that_amount_and_not_with_a_fen_less(
    see, tier, balances
):
    client, found = see(tier, balances)
    assume(found.short)
    enough = balances | {TODAY: client.aum + found.short}
    a_fen_less = balances | {TODAY: client.aum + found.short - Decimal("0.01")}
    second = first_after(first_after(TODAY))

    assert found.short == FLOOR[found.rises_to] - client.aum
    assert tier_on(second, tier, enough) == found.rises_to
    assert tier_on(second, tier, a_fen_less) == client.tier


@pytest.mark.django_db
@ask
def test_who_falls_unless_a_month_reaches_the_floor_stays_when_one_does(see, tier, balances):
    client, found = see(tier, balances)
    assume(found.falls_to)
    if found.is_last_chance:  # the running month: as much as its last days still need
        days, missing = 8, Decimal(0)
        staying = averages(balances, before=date(2026, 12, 1))[date(2026, 11, 1)][0]
        missing = (found.floor - staying) * 30 / days
        saved = balances | {TODAY: client.aum + missing.quantize(D("0.01")) + 1}
    else:  # the month before the fall
        last = (found.on - timedelta(days=1)).replace(day=1)
        saved = balances | {last: found.floor}

    assert ORDER.index(tier_on(found.on, tier, saved)) >= ORDER.index(client.tier)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(day=st.integers(1, 23), closing=AMOUNTS, weak=st.integers(0, 49_999))
def test_a_watch_ends_on_the_day_that_is_foreseen(see, day, closing, weak):
    balances = {date(2026, 10, 1): D(weak), date(2026, 11, day): closing}
    client, found = see("gold", balances)
    day = first_after(TODAY)

    assert client.is_watched
    if found.recovers:
        while day < found.on:
            assert tier_after("gold", averages(balances, before=day))[1] > 0
            day = first_after(day)
        assert tier_after("gold", averages(balances, before=day)) == ("gold", 0)
    else:
        assert closing < FLOOR["gold"] or closing >= FLOOR["platinum"]


def test_who_has_plenty_again_in_a_weak_month_does_not_fall_to_a_higher_tier(see):
    _client, found = see(
        "platinum", {date(2026, 10, 1): D(400_000), date(2026, 11, 22): D(2_500_000)}
    )

    assert str(found) == "Rises to Diamond on 2027-01-01 if the balance stays."


def test_a_balance_that_fell_yesterday_is_warned_of_though_the_month_is_saved(see):
    _client, found = see(
        "platinum", {date(2026, 10, 1): D(900_000), date(2026, 11, 22): D(100_000)}
    )

    assert str(found) == "Falls to Gold on 2027-03-01 unless a month before averages ¥500,000."


def test_a_tier_that_was_set_by_hand_begins_without_missed_months(see):
    client, _found = see("platinum", {date(2026, 9, 1): D(60_000)})
    Client.objects.filter(pk=client.pk).update(tier="diamond")

    found = rules.foresee(Client.objects.get(pk=client.pk), TODAY)

    assert str(found) == "Falls to Gold on 2027-02-01 unless a month before averages ¥2,000,000."
    for night in (date(2026, 11, 24), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)):
        assert Client.objects.get(pk=client.pk).tier == "diamond"
        actions.settle_months(at=datetime.combine(night, time(2), clock.SHANGHAI))
    assert Client.objects.get(pk=client.pk).tier == "gold"


def test_both_files_of_one_person_are_foreseen_together(see, head, now):
    born = {"name": "张伟", "birth_date": date(1980, 5, 4)}
    pair = [see("gold", {date(2026, 10, 1): D(x)})[0] for x in (300_000, 150_000)]
    Client.objects.filter(pk__in=[one.pk for one in pair]).update(**born)
    kept, twin = (Client.objects.get(pk=one.pk) for one in pair)
    merge(kept, twin, by=head, at=now)

    assert str(rules.foresee(Client.objects.get(pk=kept.pk), TODAY)) == (
        "¥50,000 short of Platinum"
    )
