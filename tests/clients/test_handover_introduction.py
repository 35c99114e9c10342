"""Handovers: the introduction, what comes of it, and who may do what."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.book.models import Ownership, State
from clients.followups.actions import log_contact
from clients.followups.models import Trigger
from clients.handover import actions, rules
from clients.models import Client, FollowUp, Handover
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.models import BankSetting
from managers.models import AuditEvent, PointEntry
from tests.clients.handovers import (
    accepted,
    drafted,
    end_of,
    filled,
    prospect,
    readers,
    rule,
    submitted,
)
from tests.clients.test_appointments import span
from tests.factories import FollowUpFactory

__all__ = ["accepted", "drafted", "filled", "prospect", "submitted"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def introduced(accepted, rm, now):
    return actions.introduce(accepted, by=rm, at=now)


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


def test_the_client_counts_sixty_to_forty(introduced, rm, marketing):
    entries = PointEntry.objects.order_by("pk").values_list("staff", "amount", "source")

    assert list(entries) == [
        (marketing.pk, Decimal("0.60"), f"handover:{introduced.pk}:from"),
        (rm.pk, Decimal("0.40"), f"handover:{introduced.pk}:to"),
    ]


@settings(deadline=None, max_examples=50)
@given(percent=st.integers(0, 100))
def test_shares_add_up_to_one_client(percent):
    BankSetting.objects.all().delete()
    rule("competition.handover_share", [percent, 100 - percent])

    first, second = rules.shares(on=clock.today())

    assert (first, first + second) == (Decimal(percent) / 100, 1)


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
    meeting = ["plan-introduction", "introduce"]
    assert verbs(accepted) == [meeting, meeting, []]
    actions.plan_introduction(accepted, **span(10, day=25), by=rm, at=now)
    assert verbs(accepted) == [["introduce"], ["introduce"], []]
    introduced = actions.introduce(accepted, by=rm, at=now)
    assert verbs(introduced) == [[], ["close"], []]


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
