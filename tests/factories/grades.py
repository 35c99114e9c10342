"""Cycles and assessments of the ladder."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from managers.grades.models import Assessment, Cycle
from managers.grades.proposing import kept_rules
from tests.factories.people import PostingFactory


class CycleFactory(DjangoModelFactory):
    """The third quarter of 2026, filled."""

    class Meta:
        model = Cycle

    kind = "quarter"
    first = date(2026, 7, 1)
    last = date(2026, 9, 30)
    rules = factory.LazyAttribute(lambda one: kept_rules(one.last))
    opened_at = filled_at = datetime(2026, 10, 21, 1, 0, tzinfo=UTC)


class GradeAssessmentFactory(DjangoModelFactory):
    """A step up from senior 3 that was proposed on 2026-11-20 and waits for the head."""

    class Meta:
        model = Assessment
        exclude = ["held"]

    held = factory.SubFactory(PostingFactory)
    cycle = factory.SubFactory(CycleFactory)
    staff = factory.LazyAttribute(lambda one: one.held.staff)
    unit = factory.LazyAttribute(lambda one: one.held.unit)
    post = factory.LazyAttribute(lambda one: one.held.post)
    grade = factory.LazyAttribute(lambda one: one.held.grade)
    step = factory.LazyAttribute(lambda one: one.held.step)
    score = "105.98"
    to_grade = factory.LazyAttribute(lambda one: one.grade)
    to_step = factory.LazyAttribute(lambda one: one.step + 1)
    reasons = ["good"]
    evidence = factory.LazyAttribute(
        lambda one: {
            "score": None,
            "present_days": 92,
            "quarters": [],
            "criteria": [["compliance", "5", "0", True]],
            "licences": [],
            "missing": [],
            "months": 10,
            "attested": None,
            "proposed": [one.to_grade, one.to_step],
        }
    )
    made_at = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
