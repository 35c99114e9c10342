"""The pages of the relay: the inbox, a referral and its answer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from clients.handover import actions as handovers
from clients.lobby.actions import decline, refer
from clients.lobby.queries import pick
from clients.models import Client, Referral
from tests.clients.relay import draft, prospect, referral, send, submitted, text_of, waiting
from tests.factories import ClientFactory, HandoverFactory, ReferralFactory

__all__ = ["draft", "prospect", "referral", "submitted", "waiting"]

pytestmark = pytest.mark.django_db


# --- The inbox


def test_the_rm_sees_what_waits_the_client_in_the_lobby_first(client, referral, submitted, rm, now):
    html = text_of(client, rm, "relay")

    assert "Start with Xu**, who waits in the lobby: 30 min left." in html
    assert html.index("Xu**") < html.index("Jiang Wen")
    assert "Handover from Guo Feng, file 10 of 10: accept or return" in html


def test_a_client_who_is_not_mine_yet_is_masked(client, referral, rm, lobby, head):
    assert "徐明" not in text_of(client, rm, "relay")
    assert "徐明" not in text_of(client, lobby, "relay")
    assert "徐明" in text_of(client, head, "relay")


def test_the_sender_sees_what_became_of_it(client, referral, lobby, rm, now):
    decline(referral, reason="Speaks Cantonese only", by=rm, at=now)

    html = text_of(client, lobby, "relay")

    assert "Declined" in html
    assert "Speaks Cantonese only" in html
    assert "Nothing waits for you." in html


def test_the_head_sees_what_is_late(client, waiting, lobby, rm, head, now):
    long_ago = now - timedelta(hours=3)
    refer(waiting, target=rm, cues=["maturity"], on_site=True, by=lobby, at=long_ago)

    html = text_of(client, head, "relay")

    assert "Late in your outlets" in html
    assert "Lin Yue has not answered" in html
    assert "2 h late" in html


def test_the_sender_is_shown_drafts_and_returned_files(
    client, draft, submitted, marketing, rm, now
):
    handovers.return_(submitted, reason="incomplete", note="No number", by=rm, at=now)

    html = text_of(client, marketing, "relay")

    assert "Lin Yue returned the file: Incomplete" in html
    assert "No number" in html
    assert "Lin Yue returned" not in text_of(client, rm, "relay")


@pytest.mark.parametrize("shown", ["referrals", "handovers"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_inbox_costs_the_same_for_any_number(
    client, rm, lobby, marketing, outlet, rows, shown, django_assert_num_queries
):
    for _row in range(rows):
        ReferralFactory(target=rm, referrer=lobby, outlet=outlet)
        HandoverFactory(to_staff=rm, from_staff=marketing, state="submitted")
    client.force_login(rm)

    # Session, person, posting; waiting referrals and handovers; the list; whose file is open
    # and whom they cover; the own referrals of the month.
    with django_assert_num_queries(11):
        html = client.get(reverse("relay"), {"list": shown}).content.decode()

    assert html.count('class="relay-row"') == 2 * rows
    assert html.count("<tr>") == rows + 1


def test_who_refers_reads_what_became_of_it_this_month(client, lobby, teller, rm, outlet):
    for state in ("new", "accepted", "converted"):
        ReferralFactory(referrer=lobby, outlet=outlet, state=state)
    ReferralFactory(referrer=lobby, outlet=outlet, made_at=datetime(2026, 10, 30, tzinfo=UTC))

    html = text_of(client, lobby, "relay")

    assert "Your referrals this month: referred 3, accepted 2, became clients 1" in html
    assert "Your referrals this month" not in text_of(client, teller, "relay")


def test_the_lists_are_narrowed_and_paged(client, rm, lobby, outlet, now):
    for number in range(30):
        ReferralFactory(
            target=rm,
            referrer=lobby,
            outlet=outlet,
            state="accepted",
            answered_at=now,
            made_at=now - timedelta(days=number),
        )
    ReferralFactory(target=rm, referrer=lobby, outlet=outlet)
    client.force_login(rm)

    def rows(**query):
        return client.get(reverse("relay"), query).context["page"].rows

    first = client.get(reverse("relay"), {"state": "accepted"}).context["page"]
    second = rows(state="accepted", after=first.next_cursor)
    assert (len(first.rows), len(second)) == (25, 5)
    assert [row.state for row in rows(state="new")] == ["new"]
    assert rows(overdue="true") == []
    assert len(rows(state="nonsense")) == 25
    assert len(rows(after="nonsense")) == 25


@pytest.mark.parametrize("who", ["admin", "auditor", "officer"])
def test_posts_outside_the_relay_are_told_so(client, request, who):
    client.force_login(request.getfixturevalue(who))

    answer = client.get(reverse("relay"))

    assert answer.status_code == 403
    assert "not part of your post" in answer.content.decode()


# --- Refer


def test_a_client_is_looked_up_masked_and_picked(client, waiting, lobby, stranger):
    ClientFactory(owner=stranger, name="徐远")

    html = send(client, lobby, "referral-new", q="徐").content.decode()
    assert "Check the spelling" in html  # a surname alone leafs through nobody's book
    html = send(client, lobby, "referral-new", q="xu ming").content.decode()

    assert "Xu*" in html
    assert "has no RM yet" in html
    assert html.count("pick-row") == 1


def test_a_picked_client_is_referred_with_one_form(client, waiting, lobby, rm, peer, now):
    address = f"{reverse('referral-new')}?client={pick(lobby, waiting.pk)}"
    client.force_login(lobby)
    assert "Refer Xu*" in client.get(address).content.decode()

    typed = {"cues": ["maturity", "vip_card"], "on_site": "yes", "target": peer.pk, "note": "new"}
    answer = client.post(address, typed)

    assert answer.url == reverse("relay")
    made = Referral.objects.get()
    assert (made.client, made.target, made.on_site) == (waiting, peer, True)
    assert (made.cues, made.note) == (["maturity", "vip_card"], "new")
    assert "Xu Ke has your referral." in client.get(answer.url).content.decode()


def test_a_newcomer_is_referred_with_one_form(client, teller, rm):
    typed = {
        "name": "徐明",
        "phone": "138 0000 1111",
        "cues": ["wealth_enquiry"],
        "on_site": "no",
        "target": rm.pk,
    }
    client.force_login(teller)

    answer = client.post(f"{reverse('referral-new')}?new=1", typed)

    assert answer.url == reverse("relay")
    assert Referral.objects.get().client.phone_last4 == "1111"


def test_what_is_missing_is_said_beside_the_field_and_nothing_typed_is_lost(client, teller, rm):
    client.force_login(teller)

    answer = client.post(
        f"{reverse('referral-new')}?new=1",
        {"name": "徐明", "phone": "12", "on_site": "yes", "target": rm.pk, "cues": ["maturity"]},
    )

    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'value="徐明"' in html
    assert 'role="alert"' in html
    assert not Client.objects.exists()


def test_a_phone_that_the_bank_knows_is_refused_with_the_masked_name(client, teller, rm, lobby):
    typed = {"phone": "13800001111", "cues": ["maturity"], "on_site": "yes", "target": rm.pk}
    client.force_login(lobby)
    client.post(f"{reverse('referral-new')}?new=1", {**typed, "name": "徐明"})
    client.force_login(teller)

    answer = client.post(f"{reverse('referral-new')}?new=1", {**typed, "name": "徐明"})

    assert answer.status_code == 422
    assert "This number belongs to Xu*" in answer.content.decode()


def test_a_forged_pick_leads_back_to_the_look_up(client, waiting, lobby):
    client.force_login(lobby)
    html = client.get(f"{reverse('referral-new')}?client={waiting.pk}").content.decode()

    assert "Look up" in html
    assert "Xu*" not in html


def test_an_owned_client_is_offered_to_the_owner_only(client, rm, peer, lobby):
    owned = ClientFactory(owner=rm)

    html = text_of(client, lobby, "referral-new", client=pick(lobby, owned.pk))

    assert "Lin Yue looks after this client and answers." in html
    assert f'value="{rm.pk}"' in html
    assert f'value="{peer.pk}"' not in html


# --- Answer


def test_the_rm_accepts_with_one_click_and_lands_at_the_client(client, referral, waiting, rm):
    answer = send(client, rm, "referral-accept", referral.pk)

    assert answer.url == reverse("client", args=[waiting.pk])
    waiting.refresh_from_db()
    assert waiting.owner == rm


def test_declining_needs_a_reason(client, referral, rm):
    answer = send(client, rm, "referral-decline", referral.pk, reason="")
    assert answer.status_code == 422

    answer = send(client, rm, "referral-decline", referral.pk, reason="My sister")
    assert answer.url == reverse("relay")
    referral.refresh_from_db()
    assert referral.state == "declined"


def test_a_second_answer_is_told_who_was_faster(client, referral, rm):
    send(client, rm, "referral-accept", referral.pk)

    answer = send(client, rm, "referral-accept", referral.pk)

    assert answer.url == reverse("referral", args=[referral.pk])
    assert "was answered on" in client.get(answer.url).content.decode()


def test_a_colleagues_referral_does_not_exist_for_me(client, referral, peer, teller, other_head):
    for person in (peer, teller, other_head):
        client.force_login(person)
        assert client.get(reverse("referral", args=[referral.pk])).status_code == 404
        assert client.post(reverse("referral-accept", args=[referral.pk])).status_code == 404


def test_the_head_reads_the_referral_and_does_not_answer(client, referral, head):
    html = text_of(client, head, "referral", referral.pk)
    assert "Accept the client" not in html

    answer = send(client, head, "referral-accept", referral.pk)
    assert answer.url == reverse("referral", args=[referral.pk])
    referral.refresh_from_db()
    assert referral.state == "new"
