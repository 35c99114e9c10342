"""Which quarters and months count for an assessment (rules B2, B3)."""

from datetime import date
from decimal import Decimal

import pytest

from crm.lib import clock
from managers.grades import actions
from managers.grades.models import Assessment
from managers.models import Posting
from tests.factories import PostingFactory
from tests.factories.grades import CycleFactory, GradeAssessmentFactory
from tests.managers.assessing import assess, of

pytestmark = pytest.mark.django_db


def test_a_year_goes_by_the_quarters_of_that_year(rm, admin):
    """90 and 110 of 2026 make 100; 40 of the last quarter of 2025 is of no account."""
    for first, last, score in (
        (date(2025, 10, 1), date(2025, 12, 31), "40.00"),
        (date(2026, 1, 1), date(2026, 3, 31), "90.00"),
        (date(2026, 7, 1), date(2026, 9, 30), "110.00"),
    ):
        cycle = CycleFactory(first=first, last=last)
        GradeAssessmentFactory(cycle=cycle, held=rm.posting, score=score)
    spring = clock.start_of_day(date(2027, 2, 1))

    with clock.at(spring):
        actions.open_cycle(kind="year", first=date(2026, 1, 1), by=admin, at=spring)
        actions.fill(at=spring)

    assert Assessment.objects.get(cycle__kind="year").score == Decimal("100.00")


def test_months_in_a_grade_are_those_up_to_the_end_of_the_period(rm, admin):
    """Senior since 2026-02-01; for a day in October a principal, and a senior again."""
    held = rm.posting
    Posting.objects.filter(pk=held.pk).update(since=date(2026, 2, 1), until=date(2026, 10, 5))
    known = {"staff": rm, "unit": held.unit}
    PostingFactory(**known, grade="principal", since=date(2026, 10, 5), until=date(2026, 10, 6))
    PostingFactory(**known, grade="senior", since=date(2026, 10, 6))

    assess(admin)

    assert of(rm).evidence["months"] == 7
