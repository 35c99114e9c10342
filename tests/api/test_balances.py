"""Balances over the API: the feed delivers, whoever may open the file reads."""

from datetime import date
from decimal import Decimal

import pytest

from clients.models import Balance, Client
from tests.factories import BalanceFactory, ClientFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/balances/"


@pytest.fixture
def someone(rm):
    return ClientFactory(owner=rm, number="88000001")


def item(**changed):
    return {"number": "88000001", "day": "2026-10-01", "closing": "2000000.00"} | changed


def outcomes(answer):
    return [(result["outcome"], result["detail"]) for result in answer.json()["results"]]


def test_each_item_of_a_batch_has_its_own_answer(someone, admin, speaking_for):
    BalanceFactory(client=someone, day=date(2026, 9, 1), closing=Decimal("1.00"))
    BalanceFactory(client=someone, day=date(2026, 9, 2), closing=Decimal("1.00"))
    items = [
        item(),
        item(day="2026-09-01"),
        item(day="2026-09-02", closing="1.00"),
        item(),
        item(number="1"),
        item(day="2026-11-24"),
        item(day="1989-12-31"),
        item(closing="-0.01"),
        item(closing="0.001"),
        item(day="31.10.2026"),
        {},
    ]

    answer = speaking_for(admin).post(URL, {"items": items}, format="json")

    assert (answer.status_code, outcomes(answer)[:7]) == (
        200,
        [
            ("created", ""),
            ("updated", ""),
            ("unchanged", ""),
            ("rejected", "This client and day stand in the batch already."),
            ("rejected", "There is no client 1."),
            ("rejected", "This day has not come yet."),
            ("rejected", "This day is too long ago."),
        ],
    )
    assert {word for word, _why in outcomes(answer)[7:]} == {"rejected"}
    assert all(why for _word, why in outcomes(answer)[7:])
    assert Balance.objects.count() == 3
    someone.refresh_from_db()
    assert (someone.aum, someone.tier) == (Decimal("2000000.00"), "diamond")


def test_delivering_again_changes_nothing(someone, admin, speaking_for):
    program = speaking_for(admin)
    program.post(URL, {"items": [item()]}, format="json")
    seen = Client.objects.values().get(pk=someone.pk)

    again = program.post(URL, {"items": [item()]}, format="json")

    assert outcomes(again) == [("unchanged", "")]
    assert Client.objects.values().get(pk=someone.pk) == seen


@pytest.mark.parametrize("items", [[], [1], "all", None, [item()] * 1001])
def test_a_batch_that_is_none_is_refused_whole(items, admin, speaking_for):
    answer = speaking_for(admin).post(URL, {"items": items}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_only_the_feed_delivers(someone, rm, head, speaking_for):
    for person in (rm, head):
        assert speaking_for(person).post(URL, {"items": [item()]}, format="json").status_code == 403
    assert not Balance.objects.exists()


def test_balances_are_read_with_the_file(someone, rm, stranger, speaking_for):
    balance = BalanceFactory(client=someone)
    BalanceFactory(client=someone, day=date(2026, 9, 1))

    found = speaking_for(rm).get(URL, {"client": someone.pk, "since": "2026-10-01"})

    assert found.json()["results"] == [
        {"id": balance.pk, "client": someone.pk, "day": "2026-10-31", "closing": "864000.00"}
    ]
    assert speaking_for(stranger).get(URL).json()["results"] == []
    assert speaking_for(stranger).get(f"{URL}{balance.pk}/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_batch_costs_the_same_for_any_size(
    rows, admin, rm, speaking_for, django_assert_max_num_queries
):
    items = [item(number=ClientFactory(owner=rm).number, closing=f"60000{n}") for n in range(rows)]

    with django_assert_max_num_queries(36):
        speaking_for(admin).post(URL, {"items": items}, format="json")
