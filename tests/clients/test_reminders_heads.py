"""What the heads are told: overdue follow-ups each day, their branch each week."""

from datetime import date, time, timedelta

import pytest

from clients.desk.reminders.escalation import plan_escalations
from clients.desk.reminders.week import plan_weeks
from crm.lib import clock
from managers.inbox.kinds import tell
from managers.models import Notification
from tests.clients.test_reminders import EIGHT, mail, owe, plan
from tests.factories import ClientFactory, ContactFactory, PostingFactory, StaffFactory


@pytest.fixture
def wealth_head(outlet):
    """An Qi, who leads the wealth centre."""
    person = StaffFactory(employee_no="880480", name="安琪", latin_name="An Qi")
    PostingFactory(staff=person, unit=outlet, post="wealth_head")
    return person


def told_in_inbox(person):
    """What the inbox says to a person."""
    return [told for _row, told in tell(Notification.objects.filter(to=person), to=person)]


# --- Overdue: the heads


@pytest.mark.parametrize(
    ("tier", "due_on", "told"),
    [
        ("diamond", "2026-11-19", False),  # two working days over
        ("diamond", "2026-11-18", True),  # three
        ("private", "2026-11-20", False),  # one
        ("private", "2026-11-19", True),  # two are the half of three, rounded up
    ],
)
def test_a_wealth_head_is_told_after_three_working_days_and_of_private_after_two(
    rm, wealth_head, tier, due_on, told
):
    owe(rm, day=date.fromisoformat(due_on), tier=tier)

    assert plan(plan_escalations, EIGHT) == ([wealth_head] if told else [])


@pytest.mark.parametrize(
    ("tier", "due_on", "told"),
    [
        ("diamond", "2026-11-17", False),
        ("diamond", "2026-11-16", True),
        ("private", "2026-11-19", False),
        ("private", "2026-11-18", True),
    ],
)
def test_a_branch_head_is_told_after_five_working_days_and_of_private_after_three(
    rm, wealth_head, head, tier, due_on, told
):
    owe(rm, day=date.fromisoformat(due_on), tier=tier)

    assert (head in plan(plan_escalations, EIGHT)) is told


def test_the_heads_get_one_mail_for_all_of_a_day(rm, peer, head):
    for owner in (rm, rm, peer):
        owe(owner, day=date(2026, 11, 9))

    assert plan(plan_escalations, EIGHT) == [head]
    told = mail(EIGHT)
    assert told.subject == "3 follow-ups are overdue for days"
    assert "安然" not in told.message().as_string()
    assert "\nLin Yue · 2\n" in told.body


def test_the_inbox_tells_the_heads_of_the_morning_once_a_day(rm, head):
    for _number in range(2):
        owe(rm, day=date(2026, 11, 9))
    plan(plan_escalations, EIGHT)

    [told] = told_in_inbox(head)
    assert (told.title, told.url) == ("2 follow-ups are overdue for days", "/branch/")


# --- The week


def test_heads_hear_of_their_branch_on_the_first_working_day_of_a_week(rm, head):
    for days in (3, 90):
        client = ClientFactory(owner=rm, tier="diamond")
        ContactFactory(client=client, staff=rm, happened_at=EIGHT - timedelta(days=days))
    owe(rm, day=date(2026, 11, 20))

    assert plan(plan_weeks, EIGHT) == [head]
    assert plan(plan_weeks, EIGHT + timedelta(days=1)) == [head]
    assert mail(EIGHT).subject == "Your week: 33% covered, 1 overdue, 0 handovers stuck"


def test_the_inbox_tells_of_the_week_too_and_not_to_a_head_without_clients(rm, head, other_head):
    owe(rm, day=date(2026, 11, 20))
    plan(plan_weeks, EIGHT)

    [told] = told_in_inbox(head)
    assert told.title == "Your week: 0% covered, 1 overdue, 0 handovers stuck"
    assert told.text == "0 of 1 clients were contacted as often as their tier asks."
    assert told_in_inbox(other_head) == []


def test_a_week_that_begins_with_a_holiday_is_told_on_its_first_working_day(head, rm):
    """2026-10-05 to 2026-10-07 are days off, 2026-10-08 is a Thursday."""
    assert plan(plan_weeks, clock.at_time(date(2026, 10, 5), time(8))) == []
    assert plan(plan_weeks, clock.at_time(date(2026, 10, 8), time(8))) == [head]
