"""What lies ahead of a client's tier, and what silence and outflow do."""

from datetime import date

import pytest

from clients.assets import actions, rules
from clients.models import Client, FollowUp, StateChange
from tests.clients.assets import at, client, record
from tests.factories import (
    BalanceFactory,
    ClientFactory,
    ContactFactory,
    FollowUpFactory,
    StateChangeFactory,
)

__all__ = ["client", "record"]


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
    promised = FollowUpFactory(client=client, trigger="cadence")
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
