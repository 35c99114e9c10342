"""Referrals: accepted or declined, the first source, and who sees whom."""

from datetime import timedelta

import pytest

from clients.book.models import Ownership, State
from clients.followups.models import Trigger
from clients.lobby import rules
from clients.lobby.actions import accept, decline
from clients.lobby.queries import answerers, choices, pick, picked
from clients.models import Client, FollowUp, Referral
from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.models import BankSetting
from managers.models import PointEntry
from tests.clients.lobby import send, shanghai, waiting
from tests.factories import (
    AbsenceFactory,
    ClientFactory,
    PostingFactory,
    ReferralFactory,
    StaffFactory,
)

__all__ = ["waiting"]

pytestmark = pytest.mark.django_db


def rule(key, value):
    """The bank sets a rule; everybody reads it at once."""
    BankSetting.objects.create(key=key, valid_from="2026-11-01", value=value)
    bank.forget()


# --- Accept


def test_accepting_makes_the_client_mine_with_a_first_call_to_make(waiting, lobby, rm, now):
    accept(send(waiting, lobby, rm, now), by=rm, at=now)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.owner, waiting.pool) == (State.OWNED, rm, None)
    assert Ownership.objects.get(client=waiting, until=None).cause == Ownership.Cause.REFERRAL
    call = FollowUp.objects.get()
    assert (call.client, call.owner, call.trigger) == (waiting, rm, Trigger.NEW_CLIENT)


def test_accepting_counts_once_for_the_referrer(waiting, lobby, rm, now):
    referral = accept(send(waiting, lobby, rm, now), by=rm, at=now)

    entry = PointEntry.objects.get(metric="referral")
    assert (entry.staff, entry.amount) == (lobby, 1)
    assert (entry.metric, entry.source) == ("referral", f"referral:{referral.pk}")


def test_only_the_rm_who_was_asked_accepts(waiting, lobby, rm, peer, head, now):
    referral = send(waiting, lobby, rm, now)

    for colleague in (peer, head, lobby):
        with pytest.raises(RuleBroken, match="Only the colleague"):
            accept(referral, by=colleague, at=now)

    waiting.refresh_from_db()
    assert waiting.owner is None


def test_a_late_referral_can_still_be_accepted(waiting, lobby, rm, now):
    referral = send(waiting, lobby, rm, now)

    accept(referral, by=rm, at=now + timedelta(days=3))

    referral.refresh_from_db()
    assert referral.state == "accepted"


def test_a_full_book_takes_nobody(waiting, lobby, rm, now):
    limits = {"gold": 600, "platinum": 1, "diamond": 150, "private": 60}
    referral = send(waiting, lobby, rm, now)
    rule("book.limits", limits)
    ClientFactory(owner=rm)

    with pytest.raises(RuleBroken, match="The book of Lin Yue is full"):
        accept(referral, by=rm, at=now)

    referral.refresh_from_db()
    assert referral.state == "new"
    assert not PointEntry.objects.filter(metric="referral").exists()


def test_a_client_who_found_another_rm_meanwhile_stays_there(waiting, lobby, rm, peer, now):
    referral = send(waiting, lobby, rm, now)
    Client.objects.filter(pk=waiting.pk).update(owner=peer, pool=None, state=State.OWNED)

    with pytest.raises(RuleBroken, match="Xu Ke has this client since") as refused:
        accept(referral, by=rm, at=now)

    assert refused.value.code == "conflict"


def test_an_answer_is_given_once(waiting, lobby, rm, now):
    referral = send(waiting, lobby, rm, now)
    accept(referral, by=rm, at=now)

    with pytest.raises(RuleBroken, match="was answered") as refused:
        decline(referral, reason="Too far away", by=rm, at=now)

    assert refused.value.code == "conflict"


# --- Decline


def test_a_declined_client_goes_back_to_the_pool(waiting, lobby, rm, now):
    referral = send(waiting, lobby, rm, now)

    decline(referral, reason=" Speaks Cantonese only ", by=rm, at=now)

    waiting.refresh_from_db()
    referral.refresh_from_db()
    assert (waiting.state, waiting.pool) == (State.IDENTIFIED, waiting.outlet)
    assert (referral.state, referral.decline_reason) == ("declined", "Speaks Cantonese only")
    assert not PointEntry.objects.filter(metric="referral").exists()


def test_declining_says_why(waiting, lobby, rm, now):
    with pytest.raises(RuleBroken, match="Say why") as refused:
        decline(send(waiting, lobby, rm, now), reason="  ", by=rm, at=now)

    assert set(refused.value.fields) == {"reason"}


# --- First source


def test_a_second_referral_within_thirty_days_counts_for_the_first_source(
    waiting, lobby, teller, rm, peer, now
):
    first = send(waiting, teller, rm, now - timedelta(days=30), on_site=False)
    decline(first, reason="On leave from tomorrow", by=rm, at=now - timedelta(days=30))

    second = accept(send(waiting, lobby, peer, now), by=peer, at=now)

    assert (second.source, second.referrer) == ("teller_cash", lobby)
    entry = PointEntry.objects.get(metric="referral")
    assert (entry.staff, entry.source) == (teller, f"referral:{first.pk}")


def test_a_second_referral_after_thirty_one_days_counts_for_itself(waiting, lobby, teller, rm, now):
    first = send(waiting, teller, rm, now - timedelta(days=31), on_site=False)
    decline(first, reason="On leave from tomorrow", by=rm, at=now - timedelta(days=31))

    second = accept(send(waiting, lobby, rm, now), by=rm, at=now)

    assert second.source == "lobby_manager"
    assert PointEntry.objects.get(metric="referral").staff == lobby


def test_referring_a_client_again_and_again_counts_no_more(waiting, lobby, teller, rm, now):
    accept(send(waiting, lobby, rm, now), by=rm, at=now)
    accept(send(waiting, teller, rm, now), by=rm, at=now)

    assert PointEntry.objects.get(metric="referral").staff == lobby


# --- Who is offered, who is seen


def test_rms_with_the_emptiest_book_are_offered_first(outlet, rm, peer, stranger, marketing, now):
    ClientFactory.create_batch(3, owner=rm)

    found = choices(outlet, tier="platinum", on=clock.today())

    assert [choice.staff for choice in found] == [peer, rm]
    assert [choice.load.percent for choice in found] == [0, 1]


def test_rms_who_are_away_full_or_too_junior_are_not_offered(outlet, rm, peer, now):
    AbsenceFactory(staff=peer)
    junior = PostingFactory(unit=outlet, grade="trainee", step=1).staff
    full = PostingFactory(unit=outlet).staff
    limits = {"gold": 600, "platinum": 300, "diamond": 1, "private": 60}
    rule("book.limits", limits)
    ClientFactory(owner=full, tier="diamond")

    found = choices(outlet, tier="diamond", on=clock.today())

    assert [choice.staff for choice in found] == [rm]
    assert junior not in found


def test_for_a_client_with_an_rm_that_rm_and_the_deputy_are_offered(rm, peer):
    client = ClientFactory(owner=rm)
    AbsenceFactory(staff=rm, deputy=peer)

    assert [choice.staff for choice in answerers(client, on=clock.today())] == [rm, peer]


def test_a_picked_client_is_for_the_person_who_looked_up(waiting, lobby, teller):
    mark = pick(lobby, waiting.pk)

    assert picked(lobby, mark) == waiting
    assert picked(teller, mark) is None
    assert picked(lobby, str(waiting.pk)) is None
    assert picked(lobby, "") is None


def test_a_pick_is_for_half_an_hour(waiting, lobby, monkeypatch):
    mark = pick(lobby, waiting.pk)

    monkeypatch.setattr("time.time", lambda: shanghai(2100, 1, 1).timestamp())

    assert picked(lobby, mark) is None


def test_a_pick_of_another_outlet_is_nobody(lobby, stranger):
    assert picked(lobby, pick(lobby, ClientFactory(owner=stranger).pk)) is None


def test_referrals_are_seen_by_sender_target_and_head(
    waiting, lobby, teller, rm, peer, head, other_head, stranger, auditor, now
):
    referral = send(waiting, lobby, rm, now)

    def sees(person):
        return list(Referral.objects.visible_to(person)) == [referral]

    assert [sees(person) for person in (lobby, rm, head)] == [True] * 3
    others = (teller, peer, other_head, stranger, auditor)
    assert [sees(person) for person in others] == [False] * 5


def test_an_rm_who_refers_is_the_source_rm_and_a_head_a_colleague(rm, head, lobby, teller):
    sources = [rules.source_of(person).value for person in (rm, head, lobby, teller)]

    assert sources == ["rm", "colleague", "lobby_manager", "teller_cash"]


def test_the_factory_makes_a_referral_that_holds_all_constraints():
    referral = ReferralFactory()

    assert referral.client.referrals.waiting().get() == referral
    assert StaffFactory() not in (referral.referrer, referral.target)
