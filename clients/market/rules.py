"""Who writes notes and reports, and who has yet to read one (rules E11). Reads only."""

from django.utils.translation import gettext as _

from crm.lib.errors import RuleBroken
from managers.people import scope
from managers.people.scope import Reach, Right


def may_note(person) -> bool:
    """RMs tell their outlet what they have noticed outside."""
    return scope.reach(person, Right.FOLLOW_UP) == Reach.OWN


def may_write(person, report) -> bool:
    """Only the author writes a report."""
    return report.author_id == person.pk


def is_unread(person, report) -> bool:
    """Whether a colleague's report was handed in and the person has not marked it as read."""
    theirs = report.submitted_at is not None and report.author_id != person.pk
    return theirs and not report.readings.filter(staff=person).exists()


def check_writable(report, *, by) -> None:
    """Raise RuleBroken unless the report is this person's, and has not been handed in."""
    if not may_write(by, report):
        raise RuleBroken(_("Only the author writes this report."), code="forbidden")
    if report.submitted_at:
        raise RuleBroken(_("This report has been handed in."), code="conflict")


def allowed_actions(person, report) -> list[str]:
    """The verbs that this person may apply to the report now."""
    if report.submitted_at is None:
        return ["update", "hand-in"] if may_write(person, report) else []
    return ["read"] if is_unread(person, report) else []
