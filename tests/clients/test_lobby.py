"""Referrals: from whoever recognises a client to the RM who is asked."""

from datetime import timedelta

import pytest

from clients.book.models import State
from clients.lobby.actions import accept, decline, refer_newcomer
from clients.models import Client, Referral
from crm.lib.errors import RuleBroken
from managers.models import AuditEvent, Letter, PointEntry
from tests.clients.lobby import CUES, send, shanghai, waiting
from tests.factories import AbsenceFactory, ClientFactory

__all__ = ["waiting"]

pytestmark = pytest.mark.django_db


def test_a_referral_waits_thirty_minutes_while_the_client_is_in_the_lobby(waiting, lobby, rm, now):
    referral = send(waiting, lobby, rm, now, note="asks about a deposit")

    waiting.refresh_from_db()
    assert (referral.source, referral.state) == ("lobby_manager", "new")
    assert referral.answer_by == now + timedelta(minutes=30)
    assert waiting.state == State.REFERRED
    assert waiting.pool == waiting.outlet


def test_a_referral_waits_to_the_end_of_the_next_working_day_when_the_client_has_left(
    waiting, lobby, rm
):
    friday = shanghai(2026, 11, 20, 16, 0)

    referral = send(waiting, lobby, rm, friday, on_site=False)

    assert referral.answer_by == shanghai(2026, 11, 23, 23, 59, 59)


def test_a_referral_writes_one_letter_to_the_rm_and_one_line_to_the_audit(waiting, lobby, rm, now):
    referral = send(waiting, lobby, rm, now)

    letter = Letter.objects.get()
    assert (letter.kind, letter.recipient) == ("referral-new", rm)
    assert letter.context == {"referral": referral.pk}
    event = AuditEvent.objects.get(verb__startswith="referral")
    assert (event.verb, event.actor, event.client_id) == ("referral.made", lobby, waiting.pk)
    assert event.facts == {"target": rm.pk, "cues": CUES}


def test_a_client_who_waits_for_an_answer_is_not_referred_again(
    waiting, lobby, teller, rm, peer, now
):
    send(waiting, lobby, rm, now)

    with pytest.raises(RuleBroken, match="waits for the answer") as refused:
        send(waiting, teller, peer, now)

    assert refused.value.code == "conflict"
    assert Referral.objects.count() == 1


def test_a_client_who_has_an_rm_is_referred_to_that_rm_only(rm, peer, lobby, now):
    client = ClientFactory(owner=rm)

    with pytest.raises(RuleBroken, match="Lin Yue looks after this client"):
        send(client, lobby, peer, now)
    send(client, lobby, rm, now)

    client.refresh_from_db()
    assert (client.state, client.owner) == (State.OWNED, rm)


def test_a_client_whose_rm_is_away_may_be_referred_to_the_deputy(rm, peer, lobby, now):
    client = ClientFactory(owner=rm)
    AbsenceFactory(staff=rm, deputy=peer)

    accept(send(client, lobby, peer, now), by=peer, at=now)

    client.refresh_from_db()
    assert client.owner == rm


@pytest.mark.parametrize("cues", [[], ["well_dressed"]])
def test_a_referral_names_something_that_may_be_a_reason(waiting, lobby, rm, now, cues):
    with pytest.raises(RuleBroken, match="Tick at least one thing") as refused:
        send(waiting, lobby, rm, now, cues=cues)

    assert set(refused.value.fields) == {"cues"}


def test_nobody_refers_a_client_to_themselves(waiting, rm, now):
    with pytest.raises(RuleBroken, match="not to yourself"):
        send(waiting, rm, rm, now)


def test_clients_of_another_outlet_are_not_for_me_to_refer(waiting, stranger, rm, now):
    with pytest.raises(RuleBroken, match="your own outlet"):
        send(waiting, stranger, rm, now)


def test_a_client_is_not_referred_to_an_rm_of_another_outlet(waiting, lobby, stranger, now):
    with pytest.raises(RuleBroken, match="works for another outlet"):
        send(waiting, lobby, stranger, now)


def test_a_client_who_left_the_bank_is_not_referred(waiting, lobby, rm, now):
    waiting.state = State.CLOSED
    waiting.save()

    with pytest.raises(RuleBroken, match="left the bank"):
        send(waiting, lobby, rm, now)


def test_a_newcomer_is_opened_in_the_pool_and_referred_at_once(outlet, teller, rm, now):
    referral = refer_newcomer(
        name="徐明",
        phone="13800001111",
        outlet=outlet,
        target=rm,
        cues=["wealth_enquiry"],
        on_site=True,
        by=teller,
        at=now,
    )

    client = Client.objects.get()
    assert referral.client == client
    assert (client.state, client.pool, client.owner) == (State.REFERRED, outlet, None)
    assert (client.phone_last4, referral.source) == ("1111", "teller_cash")


def test_a_newcomer_whose_referral_is_refused_leaves_nothing_behind(outlet, teller, stranger, now):
    with pytest.raises(RuleBroken, match="another outlet"):
        refer_newcomer(
            name="徐明",
            phone="13800001111",
            outlet=outlet,
            target=stranger,
            cues=CUES,
            on_site=True,
            by=teller,
            at=now,
        )

    assert not Client.objects.exists()


def test_a_client_without_an_rm_counts_as_identified_for_who_saw_them_first(
    waiting, lobby, teller, rm, now
):
    decline(send(waiting, lobby, rm, now), reason="Not today", by=rm, at=now)
    later = now + timedelta(days=40)
    decline(send(waiting, teller, rm, later), reason="Nor today", by=rm, at=later)

    [entry] = PointEntry.objects.filter(metric="identified")
    assert (entry.staff, entry.amount, entry.post) == (lobby, 1, "lobby_manager")


@pytest.mark.parametrize("known", ["owned", "recommended"])
def test_who_has_an_rm_or_was_named_by_somebody_else_is_not_identified_anew(
    waiting, lobby, rm, now, known
):
    if known == "owned":
        send(ClientFactory(owner=rm), lobby, rm, now)
    else:
        send(waiting, lobby, rm, now, source="colleague")

    assert not PointEntry.objects.filter(metric="identified").exists()
