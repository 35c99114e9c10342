"""Handovers: a marketing RM's file is filled, submitted and answered."""

from datetime import timedelta

import pytest

from clients.book.models import State
from clients.handover import actions
from clients.models import Client, FileReader, Handover
from crm.lib.errors import RuleBroken, Stale
from managers.models import Letter, Staff
from managers.people.actions import post_to
from tests.clients.handovers import (
    FILE,
    accepted,
    drafted,
    end_of,
    filled,
    prospect,
    readers,
    rule,
    submitted,
)
from tests.factories import ClientFactory, PostingFactory

__all__ = ["accepted", "drafted", "filled", "prospect", "submitted"]

pytestmark = pytest.mark.django_db


# --- Draft and file


def test_a_draft_changes_nothing_for_the_client(drafted, prospect, marketing, rm):
    prospect.refresh_from_db()
    assert (prospect.owner, prospect.state) == (marketing, State.PROSPECT)
    assert (drafted.state, drafted.filled) == ("draft", 0)
    assert not Client.objects.visible_to(rm).exists()
    assert not Letter.objects.exists()


def test_rms_hand_over_their_own_clients_only(prospect, rm, peer, marketing, lobby, now):
    with pytest.raises(RuleBroken, match="their own clients"):
        actions.draft(prospect, to=peer, by=rm, at=now)
    with pytest.raises(RuleBroken, match="their own clients"):
        actions.draft(ClientFactory(owner=rm), to=peer, by=marketing, at=now)
    with pytest.raises(RuleBroken, match="their own clients"):
        actions.draft(ClientFactory(owner=marketing, state="owned"), to=rm, by=marketing, at=now)


def test_a_client_is_handed_over_once_at_a_time(drafted, prospect, peer, marketing, now):
    with pytest.raises(RuleBroken, match="under way") as refused:
        actions.draft(prospect, to=peer, by=marketing, at=now)

    assert refused.value.code == "conflict"


def test_a_client_is_handed_over_to_a_wealth_rm_of_the_outlet(
    prospect, stranger, lobby, marketing, now
):
    with pytest.raises(RuleBroken, match="another outlet"):
        actions.draft(prospect, to=stranger, by=marketing, at=now)
    with pytest.raises(RuleBroken, match="to a wealth RM"):
        actions.draft(prospect, to=lobby, by=marketing, at=now)


def test_saving_keeps_the_items_that_are_not_named(drafted, marketing, now):
    actions.save_file(drafted, file={"identity": " Seen on Monday "}, by=marketing, at=now)
    saved = actions.save_file(drafted, file={"needs": "A flat in 2028"}, by=marketing, at=now)

    assert saved.file == {"identity": "Seen on Monday", "needs": "A flat in 2028"}
    assert saved.filled == 2


def test_saving_over_somebody_elses_version_is_refused(drafted, marketing, now):
    actions.save_file(drafted, file={"needs": "A flat"}, by=marketing, at=now, version=1)

    with pytest.raises(Stale, match="saved elsewhere"):
        actions.save_file(drafted, file={"needs": "A house"}, by=marketing, at=now, version=1)


def test_the_receiver_can_be_changed_until_the_file_is_accepted(filled, peer, marketing, now):
    saved = actions.save_file(filled, file={}, to=peer, by=marketing, at=now)

    assert saved.to_staff == peer


def test_nobody_but_the_sender_fills_and_submits(filled, rm, head, now):
    for colleague in (rm, head):
        with pytest.raises(RuleBroken, match="Only the sender"):
            actions.save_file(filled, file={"needs": "x"}, by=colleague, at=now)
        with pytest.raises(RuleBroken, match="Only the sender"):
            actions.submit(filled, by=colleague, at=now)


# --- Submit


def test_an_incomplete_file_is_not_submitted_and_the_gaps_are_named(drafted, marketing, now):
    almost = {**FILE, "risk": "  ", "dates": ""}
    saved = actions.save_file(drafted, file=almost, by=marketing, at=now)

    with pytest.raises(RuleBroken) as refused:
        actions.submit(saved, by=marketing, at=now)

    assert str(refused.value) == (
        "2 items of the file are missing: Risk level, or not assessed and Important dates."
    )
    assert set(refused.value.fields) == {"risk", "dates"}
    assert not FileReader.objects.exists()


def test_submitting_opens_the_file_to_the_receiver_for_two_working_days(
    submitted, prospect, rm, peer, marketing
):
    prospect.refresh_from_db()
    assert (submitted.state, submitted.due_at) == ("submitted", end_of(11, 25))
    assert Client.objects.visible_to(rm).get() == prospect
    assert not Client.objects.visible_to(peer).exists()
    assert prospect.owner == marketing


def test_submitting_writes_one_letter_to_the_receiver(submitted, rm):
    letter = Letter.objects.get()

    assert (letter.kind, letter.recipient) == ("handover-submitted", rm)
    assert letter.context == {"handover": submitted.pk}


# --- Accept, return, withdraw


def test_the_receiver_accepts_and_has_five_working_days_to_meet_the_client(accepted):
    assert (accepted.state, accepted.due_at) == ("accepted", end_of(11, 30))


def test_colleagues_and_sender_do_not_answer_but_the_head_of_the_centre_does(
    submitted, peer, marketing, head, outlet, now
):
    for colleague in (peer, marketing, head):
        with pytest.raises(RuleBroken, match="Only the receiving RM"):
            actions.accept(submitted, by=colleague, at=now)

    centre_head = PostingFactory(unit=outlet, post="wealth_head").staff
    assert actions.accept(submitted, by=centre_head, at=now).state == "accepted"


def test_who_sent_a_file_and_heads_the_centre_meanwhile_does_not_accept_it(
    submitted, marketing, outlet, now
):
    post_to(marketing, unit=outlet, post="wealth_head", since=now.date(), by=None, at=now)
    sender = Staff.objects.get(pk=marketing.pk)

    with pytest.raises(RuleBroken, match="Only the receiving RM"):
        actions.accept(submitted, by=sender, at=now)


def test_a_full_book_accepts_nobody(submitted, rm, now):
    rule("book.limits", {"gold": 600, "platinum": 1, "diamond": 150, "private": 60})
    ClientFactory(owner=rm)

    with pytest.raises(RuleBroken, match="The book of Lin Yue is full"):
        actions.accept(submitted, by=rm, at=now)


def test_a_returned_file_is_closed_to_the_receiver_and_open_to_the_sender(
    submitted, prospect, rm, marketing, now
):
    returned = actions.return_(submitted, reason="incomplete", note="No number", by=rm, at=now)

    assert (returned.state, returned.returns, returned.due) == ("returned", 1, end_of(11, 26))
    assert (returned.return_reason, returned.return_note) == ("incomplete", "No number")
    assert readers(prospect) == []
    mended = actions.save_file(returned, file={"contact": "Mornings"}, by=marketing, at=now)
    again = actions.submit(mended, by=marketing, at=now + timedelta(minutes=1))
    assert again.state == "submitted"
    assert readers(prospect) == [rm]
    assert Letter.objects.filter(kind="handover-submitted").count() == 2


def test_a_return_has_a_reason_and_other_says_it_in_words(submitted, rm, now):
    with pytest.raises(RuleBroken) as refused:
        actions.return_(submitted, reason="", by=rm, at=now)
    assert set(refused.value.fields) == {"reason"}

    with pytest.raises(RuleBroken) as refused:
        actions.return_(submitted, reason="other", note=" ", by=rm, at=now)
    assert set(refused.value.fields) == {"note"}


def test_a_withdrawn_handover_leaves_the_client_with_the_sender(
    submitted, prospect, rm, peer, marketing, now
):
    actions.withdraw(submitted, by=marketing, at=now)

    prospect.refresh_from_db()
    assert prospect.owner == marketing
    assert readers(prospect) == []
    assert not Handover.objects.visible_to(rm).exists()
    assert actions.draft(prospect, to=peer, by=marketing, at=now).state == "draft"


def test_an_accepted_handover_is_not_withdrawn(accepted, marketing, now):
    with pytest.raises(RuleBroken, match="moved on: it is Accepted now"):
        actions.withdraw(accepted, by=marketing, at=now)


def test_two_answers_to_one_file_the_second_is_refused(submitted, rm, now):
    actions.accept(submitted, by=rm, at=now)

    with pytest.raises(RuleBroken, match="moved on") as refused:
        actions.return_(submitted, reason="duplicate", by=rm, at=now)

    assert refused.value.code == "conflict"
