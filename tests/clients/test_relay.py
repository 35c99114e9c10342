"""The relay's pages: refer in twenty seconds, answer, fill the file, introduce; and its mails."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from clients.handover import actions as handovers
from clients.handover.models import Item
from clients.lobby.actions import decline, refer
from clients.lobby.queries import pick
from clients.models import Client, Handover, Referral
from crm.lib import clock
from managers.models import Letter
from managers.outbox.letters import write
from tests.factories import ClientFactory, HandoverFactory, PostingFactory, ReferralFactory

pytestmark = pytest.mark.django_db
FILE = {item.value: f"About {item.value}" for item in Item}


@pytest.fixture
def waiting(outlet):
    """徐明, platinum, in the outlet's pool."""
    return ClientFactory(outlet=outlet, name="徐明")


@pytest.fixture
def referral(waiting, lobby, rm, now):
    return refer(waiting, target=rm, cues=["maturity"], on_site=True, by=lobby, at=now)


@pytest.fixture
def prospect(marketing):
    return ClientFactory(owner=marketing, state="prospect", name="蒋文")


@pytest.fixture
def draft(prospect, rm, marketing, now):
    return handovers.draft(prospect, to=rm, by=marketing, at=now)


@pytest.fixture
def submitted(draft, marketing, now):
    filled = handovers.save_file(draft, file=FILE, by=marketing, at=now)
    return handovers.submit(filled, by=marketing, at=now)


def text_of(browser, person, name, *args, **query):
    browser.force_login(person)
    answer = browser.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(browser, person, name, *args, **typed):
    browser.force_login(person)
    return browser.post(reverse(name, args=args), typed)


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
    # and whom they cover.
    with django_assert_num_queries(9):
        html = client.get(reverse("relay"), {"list": shown}).content.decode()

    assert html.count('class="relay-row"') == 2 * rows
    assert html.count("<tr>") == rows + 1


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


# --- Handover


def test_a_handover_goes_its_whole_way_by_pages(client, prospect, marketing, rm):
    answer = send(client, marketing, "handover-new", client=prospect.pk, to=rm.pk)
    pk = Handover.objects.get().pk
    assert answer.url == reverse("handover", args=[pk])

    typed = {**FILE, "to": rm.pk, "version": 1}
    send(client, marketing, "handover", pk, **{**typed, "risk": ""})
    assert Handover.objects.get().filled == 9
    send(client, marketing, "handover", pk, **{**typed, "version": 2, "then": "submit"})
    assert "10 of 10" in text_of(client, rm, "handover", pk)
    send(client, rm, "handover-accept", pk)
    refused = send(client, rm, "handover-introduce", pk)
    assert refused.status_code == 422
    send(client, rm, "handover-introduce", pk, met="on")

    prospect.refresh_from_db()
    assert (Handover.objects.get().state, prospect.owner) == ("introduced", rm)


def test_a_gap_is_named_beside_its_item_and_the_rest_is_kept(client, draft, marketing, rm):
    typed = {**FILE, "dates": "", "to": rm.pk, "version": 1, "then": "submit"}

    answer = send(client, marketing, "handover", draft.pk, **typed)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#id_dates">Important dates</a>: Please fill this in.' in html
    draft.refresh_from_db()
    assert (draft.filled, draft.state) == (9, "draft")
    again = {**typed, "dates": "May", "version": draft.version}
    assert send(client, marketing, "handover", draft.pk, **again).status_code == 302


def test_two_windows_show_both_texts_and_lose_none(client, draft, marketing, rm):
    typed = {"to": rm.pk, "version": 1}
    send(client, marketing, "handover", draft.pk, **typed, needs="A flat")

    answer = send(client, marketing, "handover", draft.pk, **typed, needs="A house")

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Saved meanwhile: A flat" in html
    assert "A house</textarea>" in html
    assert 'name="version" value="2"' in html


def test_after_the_introduction_the_sender_sees_name_stage_and_points_only(
    client, submitted, marketing, rm, now
):
    handovers.accept(submitted, by=rm, at=now)
    assert "About needs" in text_of(client, marketing, "handover", submitted.pk)
    handovers.introduce(submitted, by=rm, at=now)

    html = text_of(client, marketing, "handover", submitted.pk)

    assert "About needs" not in html
    assert "Jiang Wen" in html
    assert "6.00" in html


def test_the_receiver_reads_the_file_only_while_it_is_submitted(client, submitted, rm, now):
    assert "About needs" in text_of(client, rm, "handover", submitted.pk)

    send(client, rm, "handover-return", submitted.pk, reason="incomplete", note="No number")

    html = text_of(client, rm, "handover", submitted.pk)
    assert "About needs" not in html
    assert "蒋文" not in html


def test_colleagues_do_not_know_of_a_handover(client, submitted, peer, lobby, other_head, auditor):
    for person in (peer, lobby, other_head, auditor):
        client.force_login(person)
        assert client.get(reverse("handover", args=[submitted.pk])).status_code == 404
        assert client.post(reverse("handover-accept", args=[submitted.pk])).status_code == 404


def test_only_marketing_rms_begin_handovers(client, rm, head):
    for person in (rm, head):
        client.force_login(person)
        assert client.get(reverse("handover-new")).status_code == 403


def test_prospects_under_way_are_not_offered_again(client, draft, prospect, marketing):
    html = text_of(client, marketing, "handover-new")

    assert "You have no prospect to hand over" in html


def test_a_withdrawn_handover_is_told_and_gone_for_the_receiver(client, submitted, marketing, rm):
    send(client, marketing, "handover-withdraw", submitted.pk)

    assert "Withdrawn" in text_of(client, marketing, "handover", submitted.pk)
    client.force_login(rm)
    assert client.get(reverse("handover", args=[submitted.pk])).status_code == 404


def test_the_page_of_a_handover_costs_the_same_filled_or_not(
    client, draft, marketing, now, django_assert_num_queries
):
    client.force_login(marketing)
    address = reverse("handover", args=[draft.pk])
    client.get(address)

    def cost():
        with django_assert_num_queries(12):
            client.get(address)

    cost()
    handovers.save_file(draft, file=FILE, by=marketing, at=now)
    cost()


# --- Mails


def the_mail():
    return write(Letter.objects.get())


@pytest.mark.parametrize(
    ("language", "subject"),
    [("en", "Xu** is in the lobby: please answer by 09:40"), ("zh-hans", None)],
)
def test_the_mail_of_a_referral_is_masked_and_leads_to_the_answer(referral, rm, language, subject):
    rm.language = language
    rm.save()

    message = the_mail()

    html, _kind = message.alternatives[0]
    if subject:
        assert message.subject == subject
    for part in (message.subject, message.body, html):
        assert "徐明" not in part
        assert "Xu Ming" not in part
    address = reverse("referral", args=[referral.pk])
    assert f"http://testserver{address}" in message.body
    assert address in html
    assert mail.outbox == []


def test_the_mail_of_a_handover_is_masked_and_leads_to_the_file(submitted):
    message = the_mail()

    assert message.subject == "Guo Feng hands Jiang** over to you: please answer by 2026-11-25"
    for part in (message.body, message.alternatives[0][0]):
        assert "蒋文" not in part
        assert "About needs" not in part
        assert reverse("handover", args=[submitted.pk]) in part


def test_a_mail_whose_question_is_answered_is_dropped(referral, rm, submitted, now):
    decline(referral, reason="On leave", by=rm, at=now)
    handovers.accept(submitted, by=rm, at=now)

    assert [write(letter) for letter in Letter.objects.all()] == [None, None]


def test_the_referral_is_written_to_the_rm_who_was_asked_only(referral, rm):
    letter = Letter.objects.get()
    letter.recipient = PostingFactory().staff

    assert write(letter) is None
    assert clock.today().isoformat() == "2026-11-23"
