"""Balances become assets, month averages and tiers; silence and outflow become warnings."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from clients.assets import actions, rules
from clients.models import Client, FollowUp, MonthAverage, StateChange, TierChange
from crm.lib import clock
from managers.models import AuditEvent
from tests.clients.ledger_of_days import D
from tests.factories import (
    BalanceFactory,
    ClientFactory,
    ContactFactory,
    FollowUpFactory,
    StateChangeFactory,
)


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


def month(client, first_day):
    return MonthAverage.objects.get(client=client, month=first_day)


def changes(client):
    rows = TierChange.objects.filter(client=client).order_by("effective_on", "pk")
    return [(row.was, row.now, row.effective_on.isoformat()) for row in rows]


# --- Averages


def test_the_month_average_is_the_sum_of_daily_balances_over_calendar_days(client, record):
    record({"2026-10-01": "900000.00", "2026-10-11": "600000.00", "2026-10-31": "0.01"})

    october = month(client, "2026-10-01")
    days = 10 * Decimal(900_000) + 20 * Decimal(600_000) + Decimal("0.01")
    assert october.average == (days / 31).quantize(Decimal("0.01"))
    assert (october.closing, october.peak, october.is_whole) == (D("0.01"), D(900_000), True)


def test_a_balance_holds_until_the_next_one(client, record):
    record({"2026-08-20": "700000", "2026-10-31": "500000"})

    assert month(client, "2026-09-01").average == D(700_000)
    assert month(client, "2026-09-01").net_flow == D(0)
    assert month(client, "2026-10-01").net_flow == D(-200_000)


def test_days_before_the_first_balance_count_as_nothing(client, record):
    record({"2026-10-17": "620000"})

    october = month(client, "2026-10-01")
    assert october.average == D("300000.00")  # 15 of 31 days
    assert (october.is_whole, october.net_flow) == (False, None)


def test_the_running_month_is_not_written_yet(client, record):
    record({"2026-11-02": "620000"})

    assert not MonthAverage.objects.exists()
    assert client.aum == D(620_000)


def test_the_newest_balance_is_the_clients_assets_whatever_comes_late(client, record):
    record({"2026-11-20": "700000"})
    record({"2026-11-03": "100000"})

    assert client.aum == D(700_000)


def test_a_late_balance_writes_the_months_anew_that_it_touches(client, record):
    record({"2026-08-01": "600000", "2026-10-01": "600000"})
    record({"2026-09-01": "900000"})

    averages = MonthAverage.objects.order_by("month").values_list("average", "net_flow")
    assert [*averages] == [
        (D(600_000), None),
        (D(900_000), D(300_000)),
        (D(600_000), D(-300_000)),
    ]


def test_recording_again_changes_nothing(client, record):
    record({"2026-10-01": "600000"})
    events = AuditEvent.objects.count()
    again = record({"2026-10-01": "600000"})

    assert (len(again.unchanged), len(again.changed)) == (1, 0)
    assert AuditEvent.objects.count() == events


# --- Tiers


def test_a_month_that_qualifies_raises_the_tier_on_the_first_of_the_next(client, record):
    record({"2026-10-01": "2000000"})

    change = TierChange.objects.get()
    assert (client.tier, changes(client)) == ("diamond", [("platinum", "diamond", "2026-11-01")])
    assert (change.average, change.month, change.cause) == (
        D(2_000_000),
        date(2026, 10, 1),
        "reached",
    )
    assert AuditEvent.objects.filter(verb="client.tier_changed", client_id=client.pk).exists()


def test_one_missed_month_is_watched_and_lowers_nothing(client, record):
    record({"2026-10-01": "499999.99"})

    assert (client.tier, client.is_watched, changes(client)) == ("platinum", True, [])


def test_a_good_month_ends_the_watch(client, record):
    record({"2026-09-01": "400000", "2026-10-01": "500000"})

    assert (client.tier, client.is_watched) == ("platinum", False)


def test_the_third_missed_month_lowers_to_the_tier_of_that_month(client, record):
    record({"2026-08-01": "400000", "2026-09-01": "10000", "2026-10-01": "60000"})

    change = TierChange.objects.get()
    assert (client.tier, client.is_watched) == ("gold", False)
    assert (change.was, change.now, change.misses) == ("platinum", "gold", 3)


def test_private_clients_keep_their_tier_for_six_months(client, record):
    Client.objects.update(tier="private")
    record({"2026-06-01": "5000000"}, at=at("2026-11-01"))
    kept = client.tier
    actions.settle_months(at=at("2026-12-01"))
    client.refresh_from_db()

    assert (kept, client.tier) == ("private", "diamond")
    assert changes(client) == [("private", "diamond", "2026-12-01")]


def test_a_month_that_is_not_covered_whole_is_never_a_miss(client, record):
    record({"2026-10-20": "600000"})

    assert (client.tier, client.is_watched) == ("platinum", False)


def test_the_first_of_the_month_counts_the_month_that_ended_and_again_nothing(client, record):
    record({"2026-11-01": "450000"})

    first = actions.settle_months(at=at("2026-12-01"))
    again = actions.settle_months(at=at("2026-12-01"))
    client.refresh_from_db()

    assert (first, again) == (1, 0)
    assert client.is_watched


def test_a_balance_that_comes_late_corrects_the_tier(client, record):
    record({"2026-10-01": "2000000"})
    record({"2026-10-02": "600000"})

    correction = TierChange.objects.get(cause="corrected")
    assert client.tier == "platinum"
    assert (correction.was, correction.now) == ("diamond", "platinum")
    assert correction.effective_on == date(2026, 11, 23)


def test_a_tier_that_somebody_else_set_is_counted_from_afresh(client, record):
    record({"2026-09-01": "600000"})
    Client.objects.update(tier="diamond")
    record({"2026-11-20": "610000"})

    assert (client.tier, changes(client)) == ("diamond", [])


# --- What lies ahead


@pytest.mark.parametrize(
    ("balances", "sentence"),
    [
        ({"2026-10-01": "600000"}, "¥1,400,000 short of Diamond"),
        (
            {"2026-10-01": "600000", "2026-11-01": "2500000"},
            "Rises to Diamond on 2026-12-01 if the balance stays.",
        ),
        (
            {"2026-10-01": "600000", "2026-11-22": "2500000"},
            "Rises to Diamond on 2027-01-01 if the balance stays.",
        ),
        (
            {"2026-09-01": "400000"},
            "Falls to Gold on 2026-12-01 unless the average of November 2026 reaches ¥500,000.",
        ),
        (
            {"2026-10-01": "400000"},
            "Falls to Gold on 2027-01-01 unless a month before averages ¥500,000.",
        ),
        (
            {"2026-10-01": "400000", "2026-11-01": "700000"},
            "The watch ends on 2026-12-01 if the balance stays.",
        ),
        ({}, ""),
    ],
)
def test_the_next_change_of_tier_is_foreseen(client, record, balances, sentence):
    if balances:
        record(balances)

    assert str(rules.foresee(client, date(2026, 11, 23))) == sentence


# --- States


def test_a_client_of_whom_nobody_heard_for_180_days_is_dormant(client, record, now):
    ContactFactory(client=client)
    Client.objects.update(last_contact_at=at("2026-05-27"))
    record({"2026-05-20": "864000", "2026-11-01": "864900"})
    promised = FollowUpFactory(client=client, trigger="regular")
    agreed = FollowUpFactory(client=client)

    done = actions.review_clients(at=now)

    client.refresh_from_db()
    promised.refresh_from_db()
    agreed.refresh_from_db()
    change = StateChange.objects.get()
    assert done == {"changed": 1, "warned": 0}
    assert (client.state, change.figures) == ("dormant", {"days": 180, "since": "2026-05-27"})
    assert (promised.state, promised.cancel_reason) == ("cancelled", "The client is dormant.")
    assert agreed.state == "open"
    assert FollowUp.objects.open().get(trigger="reactivation").due_on == date(2026, 11, 30)
    assert actions.review_clients(at=now) == {"changed": 0, "warned": 0}


def test_money_that_moves_is_a_sign_of_life_and_interest_is_none(client, record, now):
    Client.objects.update(last_contact_at=at("2026-01-10"))
    record({"2026-01-01": "864000", "2026-11-01": "865000"})

    actions.review_clients(at=now)

    client.refresh_from_db()
    assert client.state == "owned"


def test_150_days_of_silence_are_warned_of_once(client, now):
    Client.objects.update(last_contact_at=at("2026-06-26"))

    assert actions.review_clients(at=now) == {"changed": 0, "warned": 1}
    assert actions.review_clients(at=now) == {"changed": 0, "warned": 0}

    warning = FollowUp.objects.get()
    assert (warning.trigger, warning.due_on) == ("dormancy", date(2026, 11, 30))
    assert warning.purpose == "Silent since 2026-06-26"
    assert warning.owner == client.owner


def test_a_dormant_client_who_is_heard_of_is_owned_again(client, now):
    Client.objects.update(state="dormant", last_contact_at=at("2026-11-20"))
    StateChangeFactory(client=client, at=at("2026-11-01"))

    actions.review_clients(at=now)

    client.refresh_from_db()
    assert client.state == "owned"


def test_a_client_far_below_the_peak_at_three_month_ends_is_lost(client, record, now):
    Client.objects.update(last_contact_at=at("2026-11-20"))
    record({"2026-01-01": "1000000", "2026-08-31": "99999.99"})

    actions.review_clients(at=now)

    client.refresh_from_db()
    assert client.state == "lost"
    assert StateChange.objects.get().figures == {
        "month_ends": 3,
        "aum": "99999.99",
        "peak": "1000000.00",
    }


def test_two_month_ends_are_not_enough_to_be_lost(client, record, now):
    Client.objects.update(last_contact_at=at("2026-11-20"))
    record({"2026-01-01": "1000000", "2026-09-30": "1000"})

    actions.review_clients(at=now)

    client.refresh_from_db()
    assert client.state == "owned"


def test_half_of_the_peak_wins_a_lost_client_back(client, record, now):
    Client.objects.update(state="lost", last_contact_at=at("2026-11-20"))
    StateChangeFactory(
        client=client, was="owned", now="lost", at=at("2026-11-02"), figures={"peak": "1000000.00"}
    )
    record({"2026-11-21": "500000"})

    actions.review_clients(at=now)

    client.refresh_from_db()
    assert client.state == "won_back"


def test_a_client_won_back_is_owned_after_the_next_talk(client, now):
    Client.objects.update(state="won_back", last_contact_at=at("2026-11-20"))
    StateChangeFactory(client=client, was="lost", now="won_back", at=at("2026-11-02"), figures={})

    actions.review_clients(at=now)

    client.refresh_from_db()
    assert client.state == "owned"


def test_closed_clients_and_those_without_an_owner_are_not_judged(client, now):
    Client.objects.update(state="closed", last_contact_at=at("2025-01-01"))
    ClientFactory(state="identified")

    assert actions.review_clients(at=now) == {"changed": 0, "warned": 0}


@pytest.mark.parametrize(
    ("balances", "purpose"),
    [
        ({"2026-10-20": "1000000", "2026-11-20": "700000"}, "Assets fell by 30% in 30 days"),
        (
            {"2026-10-20": "510000", "2026-11-20": "490000"},
            "Assets fell below the line of Platinum",
        ),
        ({"2026-10-20": "1000000", "2026-11-20": "700000.01"}, ""),
        ({"2026-10-20": "490000", "2026-11-20": "480000"}, ""),
    ],
)
def test_an_outflow_is_called_about_on_the_next_working_day(client, record, now, balances, purpose):
    Client.objects.update(last_contact_at=at("2026-11-20"))
    record(balances)

    actions.review_clients(at=now)
    again = actions.review_clients(at=now)

    found = FollowUp.objects.filter(trigger="outflow")
    assert [(f.purpose, f.due_on) for f in found] == (
        [(purpose, date(2026, 11, 24))] if purpose else []
    )
    assert again == {"changed": 0, "warned": 0}


def test_who_asked_to_be_left_in_peace_is_not_called_about_an_outflow(client, record, now):
    Client.objects.update(last_contact_at=at("2026-11-20"), do_not_contact=True)
    record({"2026-10-20": "1000000", "2026-11-20": "600000"})

    assert actions.review_clients(at=now) == {"changed": 0, "warned": 0}


@pytest.mark.parametrize("number", [1, 3])
def test_the_review_costs_the_same_for_any_number_of_clients(
    rm, now, number, django_assert_max_num_queries
):
    for _n in range(number):
        someone = ClientFactory(owner=rm, last_contact_at=at("2026-11-20"))
        BalanceFactory(client=someone)

    with django_assert_max_num_queries(8):
        actions.review_clients(at=now)
