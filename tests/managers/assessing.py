"""Assessing the third quarter, as the tests of grades need it."""

from datetime import date

from managers.grades import actions
from managers.grades.models import Assessment
from tests.conftest import MONDAY


def assess(admin, at=MONDAY):
    """Open the third quarter and let the worker propose."""
    cycle = actions.open_cycle(kind="quarter", first=date(2026, 7, 1), by=admin, at=at)
    actions.fill(at=at)
    return cycle


def of(person):
    return Assessment.objects.get(staff=person)
