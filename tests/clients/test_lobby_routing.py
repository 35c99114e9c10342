"""A referral that nobody answers goes on: to another RM once, then to a head, never nowhere."""

from datetime import date, timedelta

import pytest

from clients.book.models import State
from clients.lobby.actions import accept, decline, move_on
from clients.lobby.story import told
from clients.models import Client, Referral
from crm.lib.errors import RuleBroken
from managers.models import Notification, Posting, Staff
from managers.people.models import Post
from tests.clients.lobby import asked, now_of, send, waiting, wealth_head
from tests.factories import (
    AbsenceFactory,
    ClientFactory,
    PostingFactory,
)

__all__ = ["waiting", "wealth_head"]

pytestmark = pytest.mark.django_db

HALF_AN_HOUR = timedelta(minutes=31)


# --- Nobody answers


def test_who_does_not_answer_in_time_is_followed_by_another_rm_then_by_the_head(
    waiting, lobby, rm, peer, wealth_head, head, now
):
    referral = send(waiting, lobby, rm, now)

    assert move_on(at=now + timedelta(minutes=30)) == 0
    assert move_on(at=now + HALF_AN_HOUR) == 1
    assert asked(referral) == [(rm, "silent"), (peer, "waiting")]
    assert now_of(referral).answer_by == now + HALF_AN_HOUR + timedelta(minutes=30)

    move_on(at=now + 2 * HALF_AN_HOUR)
    assert asked(referral)[1:] == [(peer, "silent"), (wealth_head, "waiting")]
    assert now_of(referral).target == wealth_head

    assert move_on(at=now + timedelta(days=9)) == 0
    assert now_of(referral).state == "new"


def test_the_clock_may_run_twice(waiting, lobby, rm, peer, now):
    referral = send(waiting, lobby, rm, now)

    assert [move_on(at=now + HALF_AN_HOUR) for _run in range(2)] == [1, 0]

    assert asked(referral) == [(rm, "silent"), (peer, "waiting")]
    assert Notification.objects.filter(kind="referral-moved", to=lobby).count() == 1


def test_the_referrer_reads_who_was_asked_and_what_came_of_it(waiting, lobby, rm, peer, now):
    referral = send(waiting, lobby, rm, now)
    at = now + HALF_AN_HOUR
    move_on(at=at)

    assert [line.text for line in told(now_of(referral), at=at)] == [
        "Lin Yue was asked at 09:10 and did not answer by 09:40.",
        "Xu Ke was asked at 09:41 and has time until 10:11.",
    ]


def test_without_another_rm_it_is_the_outlet_head_who_is_asked(waiting, lobby, rm, head, now):
    referral = send(waiting, lobby, rm, now)

    move_on(at=now + HALF_AN_HOUR)

    assert asked(referral) == [(rm, "silent"), (head, "waiting")]


def test_where_nobody_is_left_it_stays_with_who_was_asked(waiting, lobby, rm, now):
    referral = send(waiting, lobby, rm, now)

    assert move_on(at=now + timedelta(days=3)) == 0

    assert asked(referral) == [(rm, "waiting")]
    assert accept(referral, by=rm, at=now + timedelta(days=3)).state == "accepted"


@pytest.mark.parametrize("why", ["inactive", "away", "auditor", "elsewhere"])
def test_who_cannot_answer_any_more_is_followed_at_once_and_does_not_count(
    waiting, lobby, rm, peer, head, other_outlet, now, why
):
    third = PostingFactory(unit=waiting.outlet).staff
    referral = send(waiting, lobby, rm, now)
    if why == "inactive":
        Staff.objects.filter(pk=rm.pk).update(is_active=False)
    elif why == "away":
        AbsenceFactory(staff=rm)
    else:
        Posting.objects.filter(staff=rm).update(until=date(2026, 11, 23))
        unit = other_outlet if why == "elsewhere" else waiting.outlet
        post = Post.WEALTH_RM if why == "elsewhere" else Post.AUDITOR
        PostingFactory(staff=rm, unit=unit, post=post, since=date(2026, 11, 23))

    at = now + timedelta(minutes=1)
    move_on(at=at)
    move_on(at=at + HALF_AN_HOUR)
    move_on(at=at + 2 * HALF_AN_HOUR)

    outcomes = [outcome for _person, outcome in asked(referral)]
    assert outcomes == ["gone", "silent", "silent", "waiting"]
    assert {person for person, _outcome in asked(referral)} == {rm, peer, third, head}


def test_an_owned_client_goes_to_the_deputy_then_to_the_head(lobby, rm, peer, head, now):
    owned = ClientFactory(owner=rm)
    referral = send(owned, lobby, rm, now)
    AbsenceFactory(staff=rm, deputy=peer)

    move_on(at=now + timedelta(minutes=1))
    move_on(at=now + 2 * HALF_AN_HOUR)

    assert asked(referral) == [(rm, "gone"), (peer, "silent"), (head, "waiting")]


def test_a_client_who_was_given_to_another_rm_is_answered_for_by_that_one(
    waiting, lobby, rm, peer, head, now
):
    referral = send(waiting, lobby, rm, now)
    Client.objects.filter(pk=waiting.pk).update(owner=peer, pool=None, state=State.OWNED)

    move_on(at=now + timedelta(minutes=1))

    assert asked(referral) == [(rm, "gone"), (peer, "waiting")]


def test_a_client_who_left_the_bank_needs_no_answer(waiting, lobby, rm, now):
    referral = send(waiting, lobby, rm, now)
    Client.objects.filter(pk=waiting.pk).update(state=State.CLOSED)

    move_on(at=now)

    assert now_of(referral).state == "expired"
    assert asked(referral) == [(rm, "closed")]


# --- Declined


def test_while_the_client_waits_a_no_asks_the_next_one_at_once(waiting, lobby, rm, peer, head, now):
    referral = send(waiting, lobby, rm, now)

    decline(referral, reason="With a client", by=rm, at=now + timedelta(minutes=2))
    decline(referral, reason="Speaks Cantonese only", by=peer, at=now + timedelta(minutes=4))

    assert asked(referral) == [(rm, "declined"), (peer, "declined"), (head, "waiting")]
    waiting.refresh_from_db()
    assert waiting.state == State.REFERRED
    decline(referral, reason="Is no quality client", by=head, at=now + timedelta(minutes=9))
    assert now_of(referral).state == "declined"
    waiting.refresh_from_db()
    assert waiting.state == State.IDENTIFIED


def test_a_no_on_another_day_ends_it(waiting, lobby, rm, peer, head, now):
    referral = send(waiting, lobby, rm, now)

    decline(referral, reason="Too far", by=rm, at=now + timedelta(days=1))

    assert asked(referral) == [(rm, "declined")]
    assert now_of(referral).state == "declined"


def test_who_was_passed_over_is_told_who_is_asked_now(waiting, lobby, rm, peer, now):
    referral = send(waiting, lobby, rm, now)
    move_on(at=now + HALF_AN_HOUR)

    with pytest.raises(RuleBroken, match="Xu Ke is asked now") as refused:
        accept(referral, by=rm, at=now + HALF_AN_HOUR)

    assert refused.value.code == "conflict"
    assert referral in Referral.objects.visible_to(rm)
