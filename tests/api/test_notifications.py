"""Notifications through the API."""

import pytest

from tests.factories import NotificationFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/notifications/"


def ids(answer):
    return [row["id"] for row in answer.json()["results"]]


def test_a_person_reads_their_own_and_puts_one_aside(rm, peer, speaking_for):
    mine = NotificationFactory(to=rm)
    NotificationFactory(to=peer)
    program = speaking_for(rm)

    assert ids(program.get(f"{URL}?unread=true")) == [mine.pk]
    answer = program.post(f"{URL}{mine.pk}/read/").json()
    assert (answer["about"], answer["read_at"]) == (
        "clients.referral:1",
        "2026-11-23T09:10:00+08:00",
    )
    assert ids(program.get(f"{URL}?unread=true")) == []
    assert ids(program.get(f"{URL}?unread=false")) == [mine.pk]


def test_a_colleagues_notification_does_not_exist(rm, peer, speaking_for):
    theirs = NotificationFactory(to=peer)

    assert speaking_for(rm).post(f"{URL}{theirs.pk}/read/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number(rm, speaking_for, rows, django_assert_num_queries):
    NotificationFactory.create_batch(rows, to=rm)
    program = speaking_for(rm)

    # Rows, and the caller's posting, which says whose clients they may still read of.
    with django_assert_num_queries(3):
        assert len(ids(program.get(URL))) == rows
