"""Grades while several act: a place is decided once and comes into force once."""

from datetime import date

import pytest
from django.db import connection

from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.grades import actions
from managers.models import Assessment, AuditEvent, Notification, Staff
from tests.factories import PostingFactory
from tests.factories.grades import GradeAssessmentFactory
from tests.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer: no races to see"
    ),
]
FROM = date(2026, 12, 10)


def test_two_officers_who_decide_at_once_make_one_decision(rm, head, admin, head_office, now):
    second = PostingFactory(unit=head_office, post="hq_admin").staff
    one = GradeAssessmentFactory(held=rm.posting, state="advised", advised_by=head)

    def decide(officer, step):
        return actions.decide(
            Assessment.objects.get(pk=one.pk),
            to_grade="senior",
            to_step=step,
            decision="Seen with the head",
            effective_on=FROM,
            by=Staff.objects.get(pk=officer.pk),
            at=now,
        )

    results = at_once(lambda: decide(admin, 4), lambda: decide(second, 3))

    refused = [result for result in results if isinstance(result, Exception)]
    [made] = [result for result in results if not isinstance(result, Exception)]
    assert [isinstance(one, RuleBroken) for one in refused] == [True]
    kept = Assessment.objects.get(pk=one.pk)
    assert (kept.decided_by, kept.to_step) == (made.decided_by, made.to_step)
    assert Notification.objects.filter(to=rm, kind="assessment-decided").count() == 1
    assert AuditEvent.objects.filter(verb="assessment.decided").count() == 1


def test_a_decision_comes_into_force_once_though_two_workers_run(rm, head, admin, now):
    one = GradeAssessmentFactory(held=rm.posting, state="advised", advised_by=head)
    told = {"to_grade": "senior", "to_step": 4, "decision": ""}
    actions.decide(one, **told, effective_on=FROM, by=admin, at=now)
    at = clock.start_of_day(FROM)

    results = at_once(*[lambda: actions.come_into_force(at=at)] * 2)

    assert sorted(results) == [0, 1]
    assert rm.postings.filter(since=FROM).count() == 1
    assert rm.postings.filter(until=None).count() == 1
