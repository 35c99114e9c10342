"""What is late in a handover is told: to whose turn it is, then to the heads, once each."""

from datetime import date, timedelta

import pytest
from django.core import mail

from clients.handover import actions
from clients.models import Handover
from managers.models import Letter, Notification, PointEntry
from managers.outbox.letters import write
from tests.clients.handovers import FILE, accepted, drafted, end_of, filled, prospect, submitted
from tests.clients.lobby import wealth_head
from tests.factories import ClientFactory

__all__ = ["accepted", "drafted", "filled", "prospect", "submitted", "wealth_head"]

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def who_knows(kind="handover-late"):
    return list(Notification.objects.filter(kind=kind).order_by("pk").values_list("to", flat=True))


def test_nobody_is_told_before_it_is_late(submitted, head, wealth_head):
    assert actions.remind(at=submitted.due_at) == 0
    assert who_knows() == []


def test_the_receiver_then_the_wealth_head_then_the_outlet_head_are_told_once_each(
    submitted, rm, head, wealth_head
):
    wednesday = end_of(11, 25)
    assert submitted.due_at == wednesday

    for at in (wednesday, end_of(11, 26), end_of(11, 30)):
        for _run in range(2):
            actions.remind(at=at + SECOND)

    assert who_knows() == [rm.pk, wealth_head.pk, head.pk]
    assert actions.remind(at=end_of(12, 31)) == 0
    assert Letter.objects.filter(kind="notification").count() == 3


def test_a_stage_that_follows_has_a_clock_of_its_own(accepted, rm, marketing, head, now):
    actions.remind(at=end_of(11, 30) + SECOND)
    assert who_knows() == [marketing.pk, rm.pk]

    actions.introduce(accepted, by=rm, at=end_of(11, 30) + SECOND)

    assert Handover.objects.get().escalated == 0


def test_a_clock_that_stood_still_tells_all_levels_at_once(submitted, rm, head, wealth_head):
    actions.remind(at=end_of(12, 31))

    assert who_knows() == [rm.pk, wealth_head.pk, head.pk]


def late_for(person):
    return list(PointEntry.objects.filter(metric="late", staff=person).values_list("day", "amount"))


def test_a_stage_that_is_late_costs_whose_turn_it_is_once(submitted, rm, marketing):
    for at in (end_of(11, 25), end_of(11, 26), end_of(11, 30)):
        actions.remind(at=at + SECOND)

    assert late_for(rm) == [(date(2026, 11, 26), 1)]
    assert late_for(marketing) == []


def test_an_introduction_that_is_late_costs_both(accepted, rm, marketing):
    actions.remind(at=end_of(11, 30) + SECOND)

    assert len(late_for(rm)) == len(late_for(marketing)) == 1


def test_whoever_does_not_even_begin_is_late_too(marketing, now):
    ClientFactory(owner=marketing, state="prospect", responsible_since=now)

    for at in (end_of(11, 26), end_of(12, 1)):
        actions.remind(at=at + SECOND)

    assert late_for(marketing) == [(date(2026, 11, 27), 1)]


# --- Qualified


def test_a_prospect_who_qualified_is_to_be_handed_over_in_three_working_days(marketing, rm, now):
    fresh = ClientFactory(owner=marketing, state="prospect", responsible_since=now)
    regular = ClientFactory(owner=marketing, state="prospect", tier="gold")

    handover = actions.draft(fresh, to=rm, by=marketing, at=now + timedelta(days=2))
    other = actions.draft(regular, to=rm, by=marketing, at=now + timedelta(days=2))

    assert handover.due_at == end_of(11, 26)
    assert other.due_at == end_of(11, 30)  # who has not qualified: from today


def test_qualified_prospects_whom_nobody_hands_over_are_remembered(marketing, head, now):
    ClientFactory(owner=marketing, state="prospect", responsible_since=now)
    ClientFactory(owner=marketing, state="prospect", responsible_since=now, tier="gold")

    assert actions.remind(at=end_of(11, 26)) == 0
    assert [actions.remind(at=end_of(11, 26) + SECOND) for _run in range(2)] == [1, 0]
    assert who_knows("handover-due") == [marketing.pk]
    actions.remind(at=end_of(12, 1) + SECOND)
    assert who_knows("handover-due") == [marketing.pk, head.pk]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_mails_about_what_is_late_are_masked(submitted, prospect, rm, language):
    rm.language = language
    rm.save()
    actions.remind(at=end_of(11, 25) + SECOND)

    message = write(Letter.objects.get(kind="notification"))

    text = message.subject + message.body + message.alternatives[0][0]
    assert prospect.name not in text
    assert FILE["needs"] not in text
    assert mail.outbox == []
