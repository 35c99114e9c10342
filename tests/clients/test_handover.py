"""Handovers: a marketing RM's prospect becomes a wealth RM's client, with the whole file."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.book.models import Ownership, State
from clients.followups.actions import log_contact
from clients.followups.models import Trigger
from clients.handover import actions, rules
from clients.handover.models import Item
from clients.models import Client, FileReader, FollowUp, Handover
from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from crm.models import BankSetting
from managers.models import AuditEvent, Letter, PointEntry
from tests.factories import ClientFactory, FollowUpFactory, PostingFactory

pytestmark = pytest.mark.django_db
FILE = {item.value: f"About {item.value}" for item in Item}


def rule(key, value):
    """The bank sets a rule; everybody reads it at once."""
    BankSetting.objects.create(key=key, valid_from="2026-11-01", value=value)
    bank.forget()


def end_of(month, day):
    return datetime(2026, month, day, 23, 59, 59, tzinfo=clock.SHANGHAI)


@pytest.fixture
def prospect(marketing):
    """Guo Feng's own prospect."""
    return ClientFactory(owner=marketing, state=State.PROSPECT, name="蒋文")


@pytest.fixture
def drafted(prospect, rm, marketing, now):
    return actions.draft(prospect, to=rm, by=marketing, at=now)


@pytest.fixture
def filled(drafted, marketing, now):
    return actions.save_file(drafted, file=FILE, by=marketing, at=now)


@pytest.fixture
def submitted(filled, marketing, now):
    return actions.submit(filled, by=marketing, at=now)


@pytest.fixture
def accepted(submitted, rm, now):
    return actions.accept(submitted, by=rm, at=now)


@pytest.fixture
def introduced(accepted, rm, now):
    return actions.introduce(accepted, by=rm, at=now)


def readers(client):
    return [reader.staff for reader in FileReader.objects.filter(client=client)]


# --- Draft and file


def test_a_draft_changes_nothing_for_the_client(drafted, prospect, marketing, rm):
    prospect.refresh_from_db()
    assert (prospect.owner, prospect.state) == (marketing, State.PROSPECT)
    assert (drafted.state, drafted.filled, drafted.due) == ("draft", 0, None)
    assert not Client.objects.visible_to(rm).exists()
    assert not Letter.objects.exists()


def test_only_marketing_rms_hand_over_and_only_their_own(prospect, rm, peer, marketing, now):
    with pytest.raises(RuleBroken, match="their own prospects"):
        actions.draft(prospect, to=peer, by=rm, at=now)
    with pytest.raises(RuleBroken, match="their own prospects"):
        actions.draft(ClientFactory(owner=rm), to=peer, by=marketing, at=now)


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


def test_a_full_book_accepts_nobody(submitted, rm, now):
    rule("book.limits", {"gold": 600, "platinum": 1, "diamond": 150, "private": 60})
    ClientFactory(owner=rm)

    with pytest.raises(RuleBroken, match="The book of Lin Yue is full"):
        actions.accept(submitted, by=rm, at=now)


def test_a_returned_file_is_closed_to_the_receiver_and_open_to_the_sender(
    submitted, prospect, rm, marketing, now
):
    returned = actions.return_(submitted, reason="incomplete", note="No number", by=rm, at=now)

    assert (returned.state, returned.returns, returned.due) == ("returned", 1, None)
    assert (returned.return_reason, returned.return_note) == ("incomplete", "No number")
    assert readers(prospect) == []
    mended = actions.save_file(returned, file={"contact": "Mornings"}, by=marketing, at=now)
    again = actions.submit(mended, by=marketing, at=now + timedelta(minutes=1))
    assert again.state == "submitted"
    assert readers(prospect) == [rm]
    assert Letter.objects.count() == 2


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


# --- Introduce


@pytest.mark.parametrize("who", ["rm", "marketing"])
def test_either_of_the_two_records_the_introduction(accepted, prospect, rm, now, request, who):
    actions.introduce(accepted, by=request.getfixturevalue(who), at=now)

    prospect.refresh_from_db()
    assert (prospect.owner, prospect.state) == (rm, State.OWNED)


def test_nobody_else_records_the_introduction(accepted, peer, head, now):
    for colleague in (peer, head):
        with pytest.raises(RuleBroken, match="one of the two"):
            actions.introduce(accepted, by=colleague, at=now)


def test_a_file_that_nobody_accepted_is_not_introduced(submitted, rm, now):
    with pytest.raises(RuleBroken, match="moved on"):
        actions.introduce(submitted, by=rm, at=now)


def test_at_the_introduction_the_client_changes_hands_in_one_moment(
    introduced, prospect, rm, marketing, now
):
    until, since = Ownership.objects.filter(client=prospect).order_by("pk")

    assert (until.owner, until.until) == (marketing, now)
    assert (since.owner, since.since, since.cause) == (rm, now, Ownership.Cause.HANDOVER)
    assert not Client.objects.visible_to(marketing).exists()
    assert readers(prospect) == []
    assert introduced.due_at == end_of(12, 7)


def test_promises_move_along_and_a_first_call_is_booked(accepted, prospect, rm, now):
    promised = FollowUpFactory(client=prospect, purpose="Send the rate sheet")

    actions.introduce(accepted, by=rm, at=now)

    items = FollowUp.objects.open().order_by("pk")
    assert [(item.owner, item.trigger) for item in items] == [
        (rm, promised.trigger),
        (rm, Trigger.NEW_CLIENT),
    ]


def test_the_points_are_shared_sixty_to_forty(introduced, rm, marketing):
    entries = PointEntry.objects.order_by("pk").values_list("staff", "points", "source")

    assert list(entries) == [
        (marketing.pk, Decimal("6.00"), f"handover:{introduced.pk}:from"),
        (rm.pk, Decimal("4.00"), f"handover:{introduced.pk}:to"),
    ]


@settings(deadline=None, max_examples=50)
@given(
    total=st.decimals(0, 10_000, places=2),
    percent=st.integers(0, 100),
)
def test_shares_add_up_to_the_cent(total, percent):
    points = {
        "handover_introduced": str(total),
        "referral_accepted": "2.00",
        "valid_contact": "0.50",
    }
    BankSetting.objects.all().delete()
    rule("competition.points", points)
    rule("competition.handover_share", [percent, 100 - percent])

    first, second = rules.shares(on=clock.today())

    assert first + second == total
    assert abs(first - total * percent / 100) <= Decimal("0.005")


def test_a_client_who_left_the_senders_book_is_not_introduced(accepted, prospect, peer, rm, now):
    Client.objects.filter(pk=prospect.pk).update(owner=peer, state=State.OWNED)

    with pytest.raises(RuleBroken, match="not in the book of Guo Feng any more") as refused:
        actions.introduce(accepted, by=rm, at=now)

    assert refused.value.code == "conflict"
    assert not PointEntry.objects.exists()


def test_an_introduction_happens_once(introduced, rm, now):
    with pytest.raises(RuleBroken, match="moved on"):
        actions.introduce(introduced, by=rm, at=now)

    assert PointEntry.objects.count() == 2


# --- Close, and what has lost its ground


def test_the_first_valid_contact_alone_closes_the_handover(introduced, prospect, rm, now):
    later = now + timedelta(days=2)
    spoken = {"channel": "call", "outcome": "reached", "notes": "Agreed on a review in May."}
    log_contact(prospect, **spoken, next_step="Prepare the review", by=rm, at=later)

    assert actions.tidy(at=later) == {"closed": 1, "withdrawn": 0}

    introduced.refresh_from_db()
    assert (introduced.state, introduced.closed_at) == ("closed", later)
    assert AuditEvent.objects.filter(verb="handover.closed", actor=None).count() == 1


def test_an_attempt_does_not_close_the_handover(introduced, prospect, rm, now):
    log_contact(prospect, channel="call", outcome="no_answer", notes="", by=rm, at=now)

    assert actions.tidy(at=now + timedelta(days=1)) == {"closed": 0, "withdrawn": 0}


def test_a_handover_whose_client_was_assigned_to_another_is_taken_back(
    accepted, prospect, peer, now
):
    Client.objects.filter(pk=prospect.pk).update(owner=peer, state=State.OWNED)

    assert actions.tidy(at=now) == {"closed": 0, "withdrawn": 1}

    accepted.refresh_from_db()
    assert accepted.state == "withdrawn"
    assert readers(prospect) == []


# --- Who may do what


def test_what_each_may_do_at_each_stage(filled, rm, marketing, head, now):
    def verbs(handover):
        return [rules.allowed_actions(person, handover) for person in (marketing, rm, head)]

    assert verbs(filled) == [["save", "submit", "withdraw"], [], []]
    submitted = actions.submit(filled, by=marketing, at=now)
    assert verbs(submitted) == [["withdraw"], ["accept", "return"], []]
    accepted = actions.accept(submitted, by=rm, at=now)
    assert verbs(accepted) == [["introduce"], ["introduce"], []]
    introduced = actions.introduce(accepted, by=rm, at=now)
    assert verbs(introduced) == [[], [], []]


def test_drafts_are_seen_by_sender_and_head_only(
    drafted, marketing, rm, head, other_head, peer, lobby
):
    people = (marketing, head, rm, other_head, peer, lobby)
    seen = [Handover.objects.visible_to(person).exists() for person in people]

    assert seen == [True, True, False, False, False, False]


def test_every_step_is_recorded_with_ids_only(introduced, prospect):
    events = AuditEvent.objects.filter(verb__startswith="handover.").order_by("pk")

    assert [event.verb for event in events] == [
        "handover.drafted",
        "handover.saved",
        "handover.submitted",
        "handover.accepted",
        "handover.introduced",
    ]
    assert {event.client_id for event in events} == {prospect.pk}
    assert events[1].facts == {"filled": 10}
