"""Calls that were promised for a minute: the board, and who hears of a missed one (rules F12)."""

import re
from datetime import time, timedelta

import pytest
from django.urls import reverse

from clients.followups.actions import complete, tell_of_missed
from clients.followups.board import board
from clients.models import FollowUp
from crm.lib import clock
from managers.models import AuditEvent, Notification
from tests.factories import AbsenceFactory, ClientFactory, FollowUpFactory

pytestmark = pytest.mark.django_db


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


@pytest.fixture
def promised(rm, outlet, now):
    """Promise calls for so many minutes from now, each to a client of its own."""

    def promise(*minutes, owner=rm, **more):
        made = []
        for each in minutes:
            at = now + timedelta(minutes=each)
            when = {"due_at": at, "from_time": clock.local(at).time()}
            file = ClientFactory(owner=owner, outlet=outlet)
            made.append(FollowUpFactory(client=file, **when, **more))
        return made

    return promise


def standing(person, at):
    return [(code, [row.item.pk for row in rows]) for code, rows in board(person, at=at).groups]


def test_a_call_stands_by_its_minute(promised, rm, now):
    missed, overdue, due, soon, later = promised(-16, -15, 0, 15, 16)

    assert standing(rm, now) == [
        ("missed", [missed.pk]),
        ("due", [overdue.pk, due.pk]),
        ("soon", [soon.pk]),
        ("later", [later.pk]),
    ]


def test_only_calls_with_a_minute_are_callbacks(promised, rm, now):
    promised(5, to_time=time(11, 0))
    promised(5, channel="message")
    FollowUpFactory(client=ClientFactory(owner=rm))

    assert standing(rm, now) == []


def test_an_rm_sees_own_and_covered_ones_a_head_all(promised, rm, peer, head, other_head, now):
    [mine], [theirs] = promised(5), promised(6, owner=peer)

    seen = [standing(one, now) for one in (rm, peer, head, other_head)]
    assert seen == [
        [("soon", [mine.pk])],
        [("soon", [theirs.pk])],
        [("soon", [mine.pk, theirs.pk])],
        [],
    ]
    AbsenceFactory(staff=peer, deputy=rm, first_day=now.date(), last_day=now.date())
    assert standing(rm, now) == [("soon", [mine.pk, theirs.pk])]


def test_the_head_hears_at_once_and_once_of_a_missed_one(promised, rm, head, now):
    [missed, _due] = promised(-16, -14)

    assert [tell_of_missed(at=now), tell_of_missed(at=now)] == [1, 0]

    told = Notification.objects.get()
    assert (told.kind, told.to, told.about_id) == ("callback-missed", head, str(missed.pk))
    assert AuditEvent.objects.filter(verb="follow_up.late").count() == 1


def test_a_call_that_was_made_or_put_to_another_minute_is_told_of_anew_or_not(
    promised, rm, head, now
):
    [done, moved] = promised(-20, -20)
    complete(done, outcome="reached", by=rm, at=now)
    tell_of_missed(at=now)
    FollowUp.objects.filter(pk=moved.pk).update(due_at=now + timedelta(minutes=5))

    later = now + timedelta(minutes=21)
    assert [tell_of_missed(at=at) for at in (now, later, later)] == [0, 1, 0]

    assert {row.about_id for row in Notification.objects.all()} == {str(moved.pk)}


def test_what_was_missed_long_ago_wakes_nobody(promised, head, now):
    promised(-60 * 26)

    assert tell_of_missed(at=now) == 0


def test_the_page_tells_minutes_and_looks_again_by_itself(client, promised, rm):
    promised(-20, 10)
    client.force_login(rm)

    page = client.get(reverse("callbacks"))
    part = client.get(reverse("callbacks-board"), headers={"HX-Request": "true"})

    for said in ("08:50 20 min late", "09:20 in 10 min"):
        assert said in text(page)
        assert said in text(part)
    assert 'hx-trigger="every 30s"' in part.content.decode()
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_board_costs_the_same_for_any_size(promised, rm, rows, now, django_assert_num_queries):
    promised(*range(rows))

    with django_assert_num_queries(5):
        assert sum(len(calls) for _code, calls in board(rm, at=now).groups) == rows
