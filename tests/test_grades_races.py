"""Grades while several act: a place is decided once and comes into force once."""

from datetime import date, timedelta

import pytest
from django.db import connection

from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.grades import actions, rules
from managers.models import Assessment, AuditEvent, Notification, Staff
from tests.factories import PostingFactory
from tests.factories.grades import CycleFactory, GradeAssessmentFactory
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


def outcomes(results):
    """How many went through, and how many were refused by a rule; anything else is a fault."""
    refused = [one for one in results if isinstance(one, RuleBroken)]
    assert [one for one in results if isinstance(one, Exception) and one not in refused] == []
    return len(results) - len(refused), len(refused)


def fresh(one):
    return Assessment.objects.get(pk=one.pk)


def test_an_opinion_and_a_decision_of_the_same_page_do_not_both_win(rm, head, admin, now):
    """The head's days are over: both may act, each on the assessment as they read it."""
    one = GradeAssessmentFactory(held=rm.posting, made_at=now - timedelta(days=30))
    told = {"to_grade": "senior", "to_step": 4, "version": one.version, "at": now}

    results = at_once(
        lambda: actions.advise(fresh(one), **told, opinion="", by=head),
        lambda: actions.decide(fresh(one), **told, decision="", effective_on=FROM, by=admin),
    )

    assert outcomes(results) == (1, 1)
    kept = fresh(one)
    assert (kept.version, (kept.advised_by is None) ^ (kept.decided_by is None)) == (2, True)


def test_an_appeal_and_the_worker_do_not_both_win(rm, head, admin, now):
    """The appeal came on its last evening, and is written while the worker appoints."""
    one = GradeAssessmentFactory(held=rm.posting, state="advised", advised_by=head)
    told = {"to_grade": "senior", "to_step": 4, "decision": ""}
    decided = actions.decide(one, **told, effective_on=FROM, by=admin, at=now)
    last = rules.appeal_until(decided)

    appealed, appointed = at_once(
        lambda: actions.appeal(fresh(one), appeal="Two sales are missing", by=rm, at=last),
        lambda: actions.come_into_force(at=clock.start_of_day(FROM)),
    )

    won = not isinstance(appealed, Exception)
    assert won or isinstance(appealed, RuleBroken)
    assert (appointed, fresh(one).state) == ((0, "appealed") if won else (1, "in_force"))
    assert rm.postings.count() == (1 if won else 2)


def test_two_who_answer_an_appeal_at_once_make_one_answer(rm, head, admin, head_office, now):
    officers = [PostingFactory(unit=head_office, post="hq_admin").staff for _n in range(2)]
    decided = {"decided_by": admin, "decided_at": now, "effective_on": FROM}
    one = GradeAssessmentFactory(held=rm.posting, state="appealed", advised_by=head, **decided)

    def answer(officer, step):
        told = {"to_grade": "senior", "to_step": step, "answer": "Looked into it again"}
        return actions.answer(fresh(one), **told, by=Staff.objects.get(pk=officer.pk), at=now)

    results = at_once(lambda: answer(officers[0], 3), lambda: answer(officers[1], 4))

    assert outcomes(results) == (1, 1)
    assert Notification.objects.filter(to=rm, kind="assessment-answered").count() == 1
    assert AuditEvent.objects.filter(verb="assessment.answered").count() == 1


def test_two_opinions_of_an_outlet_at_once_tell_head_office_once(rm, peer, head, admin, now):
    cycle = CycleFactory()
    found = [GradeAssessmentFactory(cycle=cycle, held=one.posting) for one in (rm, peer)]

    def advise(one):
        told = {"to_grade": one.to_grade, "to_step": one.to_step, "opinion": ""}
        return actions.advise(fresh(one), **told, by=Staff.objects.get(pk=head.pk), at=now)

    results = at_once(*[lambda one=one: advise(one) for one in found])

    assert outcomes(results) == (2, 0)
    assert Notification.objects.filter(to=admin, kind="assessment-advised").count() == 1


def test_two_workers_propose_for_everybody_once(rm, peer, now):
    cycle = CycleFactory(filled_at=None)

    results = at_once(*[lambda: actions.fill(at=now)] * 2)

    assert sorted(results) == [0, 2]
    assert cycle.assessments.count() == 2
    assert Notification.objects.filter(kind="assessment-proposed").count() == 2


def test_two_heads_who_take_a_place_back_at_once_make_one_proposal(rm, head, outlet, now):
    second = PostingFactory(unit=outlet, post="branch_head").staff

    def take_back(person, step):
        told = {"to_grade": "senior", "to_step": step, "opinion": "Proved: case 7 of the audit"}
        return actions.take_back_place(
            Staff.objects.get(pk=rm.pk), **told, by=Staff.objects.get(pk=person.pk), at=now
        )

    results = at_once(lambda: take_back(head, 1), lambda: take_back(second, 2))

    assert outcomes(results) == (1, 1)
    assert Assessment.objects.get(staff=rm).cycle is None
