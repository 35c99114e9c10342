"""The pages of a handover, and the mails of the relay."""

import pytest
from django.core import mail
from django.urls import reverse

from clients.handover import actions as handovers
from clients.lobby.actions import decline
from clients.models import Handover
from crm.lib import clock
from managers.models import Letter
from managers.outbox.letters import write
from tests.clients.relay import FILE, draft, prospect, referral, send, submitted, text_of, waiting
from tests.factories import PostingFactory

__all__ = ["draft", "prospect", "referral", "submitted", "waiting"]

pytestmark = pytest.mark.django_db


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
    assert '<a href="#id_dates">Important dates</a> · Please fill this in.' in html
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


def test_after_the_introduction_the_sender_sees_name_stage_and_share_only(
    client, submitted, marketing, rm, now
):
    handovers.accept(submitted, by=rm, at=now)
    assert "About needs" in text_of(client, marketing, "handover", submitted.pk)
    handovers.introduce(submitted, by=rm, at=now)

    html = text_of(client, marketing, "handover", submitted.pk)

    assert "About needs" not in html
    assert "Jiang Wen" in html
    assert "0.60" in html


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


def test_only_rms_begin_handovers(client, lobby, head):
    for person in (lobby, head):
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


def test_the_page_of_a_handover_costs_no_more_when_it_is_filled(
    client, draft, marketing, now, django_assert_num_queries
):
    client.force_login(marketing)
    address = reverse("handover", args=[draft.pk])
    client.get(address)

    with django_assert_num_queries(16):  # one asks who could waive what is missing
        client.get(address)
    handovers.save_file(draft, file=FILE, by=marketing, at=now)
    with django_assert_num_queries(15):
        client.get(address)


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

    asked = Letter.objects.exclude(kind="notification")
    assert [write(letter) for letter in asked] == [None, None]


def test_the_referral_is_written_to_the_rm_who_was_asked_only(referral, rm):
    letter = Letter.objects.get()
    letter.recipient = PostingFactory().staff

    assert write(letter) is None
    assert clock.today().isoformat() == "2026-11-23"
