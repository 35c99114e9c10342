"""Heads place referred clients, referrals come to something, and everybody reads the story."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse

from clients.lobby.actions import accept, convert, decline, move_on, place, settle
from clients.models import Hop
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.models import Letter, Notification, PointEntry, Staff
from managers.outbox.letters import write
from tests.clients.lobby import asked, now_of, send, shanghai, waiting, wealth_head
from tests.factories import (
    ContactFactory,
)

__all__ = ["waiting", "wealth_head"]

pytestmark = pytest.mark.django_db

HALF_AN_HOUR = timedelta(minutes=31)


# --- A head places


def test_a_head_gives_the_client_to_an_rm_who_is_told_and_the_referrer_credited(
    client, waiting, lobby, rm, peer, head, now
):
    referral = send(waiting, lobby, rm, now)

    client.force_login(head)
    answer = client.post(reverse("referral-place", args=[referral.pk]), {"to": peer.pk})

    assert answer.url == reverse("relay")
    waiting.refresh_from_db()
    assert (waiting.owner, now_of(referral).target) == (peer, peer)
    assert asked(referral) == [(rm, "overtaken"), (head, "placed")]
    assert PointEntry.objects.get(metric="referral").staff == lobby
    assert Notification.objects.filter(kind="referral-placed", to=peer).exists()


def test_only_heads_of_the_outlet_place(waiting, lobby, rm, peer, other_head, now):
    referral = send(waiting, lobby, rm, now)

    for person in (lobby, rm, other_head):
        with pytest.raises(RuleBroken, match="Only a head"):
            place(referral, to=peer, by=person, at=now)


def test_of_two_heads_the_second_is_told_that_it_is_answered(
    waiting, lobby, rm, peer, head, wealth_head, now
):
    referral = send(waiting, lobby, rm, now)
    place(referral, to=peer, by=head, at=now)

    with pytest.raises(RuleBroken, match="was answered on") as refused:
        place(referral, to=rm, by=wealth_head, at=now)

    assert refused.value.code == "conflict"


# --- What it came to


def test_the_first_valid_contact_converts_a_referral_once(waiting, lobby, rm, now):
    referral = accept(send(waiting, lobby, rm, now), by=rm, at=now)
    with pytest.raises(RuleBroken, match="Not yet"):
        convert(referral, by=rm, at=now)
    ContactFactory(client=waiting, staff=rm, is_valid=True, happened_at=now + timedelta(hours=1))

    assert [settle(at=now + timedelta(days=1)) for _run in range(2)] == [
        {"converted": 1, "expired": 0},
        {"converted": 0, "expired": 0},
    ]

    assert now_of(referral).state == "converted"
    earned = PointEntry.objects.order_by("pk").values_list("staff", "metric", "source")
    assert list(earned) == [
        (lobby.pk, "identified", f"identified:{referral.client_id}"),
        (lobby.pk, "referral", f"referral:{referral.pk}"),
        (lobby.pk, "conversion", f"conversion:{referral.pk}"),
    ]


def test_an_accepted_referral_that_comes_to_nothing_expires(waiting, lobby, rm, now):
    referral = accept(send(waiting, lobby, rm, now), by=rm, at=now)

    assert settle(at=now + timedelta(days=90))["expired"] == 0
    assert settle(at=now + timedelta(days=91))["expired"] == 1
    assert now_of(referral).state == "expired"


# --- What people read


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_mails_name_nobody_and_no_free_text(waiting, lobby, rm, peer, head, now, language):
    Staff.objects.update(language=language)
    referral = send(waiting, lobby, rm, now)
    decline(referral, reason="徐明 is my brother", by=rm, at=now)
    place(referral, to=peer, by=head, at=now)

    written = [write(letter) for letter in Letter.objects.order_by("pk")]

    mails = [mail for mail in written if mail]
    assert len(mails) == 2  # to the RM who has the client, and to the referrer
    for mail in mails:
        text = mail.subject + mail.body + mail.alternatives[0][0]
        assert "徐明" not in text
        assert "Xu Ming" not in text


def test_the_page_tells_the_story_and_lets_the_head_decide(
    client, waiting, lobby, rm, peer, head, now
):
    referral = send(waiting, lobby, rm, now)
    move_on(at=now + HALF_AN_HOUR)
    with clock.at(now + HALF_AN_HOUR):
        client.force_login(lobby)
        html = client.get(reverse("referral", args=[referral.pk])).content.decode()
        assert "Lin Yue was asked at 09:10 and did not answer by 09:40." in html
        client.force_login(head)
        html = client.get(reverse("referral", args=[referral.pk])).content.decode()
        assert "Who takes the client?" in html


def test_two_waiting_questions_of_one_referral_cannot_be(waiting, lobby, rm, peer, now):
    referral = send(waiting, lobby, rm, now)
    with pytest.raises(IntegrityError):
        Hop.objects.create(referral=referral, asked=peer, asked_at=now, until=shanghai(2026, 12, 1))
