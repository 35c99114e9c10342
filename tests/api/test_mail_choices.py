"""A program chooses a person's mails as the page does (rules F8)."""

import pytest

from managers.models import AuditEvent
from managers.outbox import rules

pytestmark = pytest.mark.django_db
URL = "/api/v1/mail-choices/"


def wanted(answer) -> dict[str, bool]:
    return {row["kind"]: row["is_wanted"] for row in answer.json()["reminders"]}


def changed(program, **given):
    """Change what was just read."""
    tag = program.get(URL).headers["ETag"]
    return program.patch(URL, given, headers={"If-Match": tag})


def test_everything_comes_until_somebody_chooses(rm, head, speaking_for):
    answer = speaking_for(rm).get(URL)

    assert wanted(answer) == {
        "morning-digest": True,
        "while-away": True,
        "evening-summary": True,
        "call-soon": True,
    }
    assert (answer.json()["quiet_from"], answer.json()["quiet_from_earliest"]) == (None, "17:00")
    assert "week-of-the-head" in wanted(speaking_for(head).get(URL))


def test_what_is_left_out_stays_as_it_was(rm, speaking_for):
    program = speaking_for(rm)

    changed(program, stopped=["evening-summary"], quiet_from="19:00")
    answer = changed(program, quiet_until="09:30")

    assert answer.status_code == 200
    assert wanted(answer)["evening-summary"] is False
    assert (answer.json()["quiet_from"], answer.json()["quiet_until"]) == ("19:00", "09:30")
    assert rules.choice_of(rm).stopped == ["evening-summary"]
    assert AuditEvent.objects.filter(verb="mails.chosen", actor=rm).count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quiet_until": "10:30"}, "quiet_until"),
        ({"quiet_from": "16:00"}, "quiet_from"),
        ({"quiet_from": "late"}, "quiet_from"),
        ({"stopped": ["new-device"]}, "stopped"),
        ({"stopped": ["week-of-the-head"]}, "stopped"),
        ({"stopped": ["overdue-escalation"]}, "stopped"),
    ],
)
def test_what_the_bank_requires_cannot_be_chosen_away(rm, speaking_for, given, field):
    answer = changed(speaking_for(rm), **given)

    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert rules.choice_of(rm).as_chosen == ((), None, None)


def test_nobody_overwrites_a_choice_that_they_have_not_seen(rm, speaking_for):
    program = speaking_for(rm)
    tag = program.get(URL).headers["ETag"]
    changed(program, stopped=["call-soon"])

    missing = program.patch(URL, {"stopped": []})
    stale = program.patch(URL, {"stopped": []}, headers={"If-Match": tag})

    assert (missing.status_code, stale.status_code) == (428, 412)
    assert rules.choice_of(rm).stopped == ["call-soon"]
