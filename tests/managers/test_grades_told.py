"""Who hears of an assessment, and of which of its steps (rules B7)."""

from datetime import date

import pytest

from crm.lib import clock
from managers.grades import actions
from managers.models import Letter, Notification, Posting
from tests.conftest import MONDAY
from tests.factories import EligibilityFactory, PostingFactory
from tests.factories.grades import CycleFactory, GradeAssessmentFactory
from tests.managers.assessing import assess, of

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(head_office):
    """Another administrator, who settles appeals."""
    return PostingFactory(unit=head_office, post="hq_admin").staff


def advise(one, head):
    told = {"to_grade": one.to_grade, "to_step": one.to_step, "opinion": ""}
    return actions.advise(one, **told, by=head, at=clock.now())


def decide(one, admin):
    told = {"to_grade": one.to_grade, "to_step": one.to_step, "decision": ""}
    told |= {"effective_on": date(2026, 12, 10)}
    return actions.decide(one, **told, by=admin, at=clock.now())


def told(person):
    """The kinds of notice that somebody has."""
    return sorted(Notification.objects.filter(to=person).values_list("kind", flat=True))


def test_the_person_hears_of_the_proposal_and_of_the_decision(rm, head, admin):
    assess(admin)
    first = told(rm)
    decide(advise(of(rm), head), admin)

    assert first == ["assessment-proposed"]
    assert told(rm) == ["assessment-decided", "assessment-proposed"]
    mails = Letter.objects.filter(recipient=rm, kind="notification")
    assert mails.count() == 2


def test_head_office_hears_once_a_day_of_the_opinions_of_an_outlet(
    rm, peer, stranger, head, other_outlet, admin, second
):
    other_head = PostingFactory(unit=other_outlet, post="branch_head").staff
    assess(admin)

    for person in (rm, peer):
        advise(of(person), head)
    same_day = told(admin), told(second), told(head)
    advise(of(stranger), other_head)

    assert same_day == (["assessment-advised"], ["assessment-advised"], ["assessments-wait"])
    assert told(admin) == ["assessment-advised"] * 2


def test_an_appeal_is_told_to_those_who_may_answer_it(rm, head, admin, second):
    one = decide(advise(GradeAssessmentFactory(held=rm.posting), head), admin)

    appealed = actions.appeal(one, appeal="Two sales are missing", by=rm, at=MONDAY)

    assert "assessment-appealed" in told(second)
    assert "assessment-appealed" not in told(admin)
    told_it = {"to_grade": "senior", "to_step": 4, "answer": "They are there now"}
    actions.answer(appealed, **told_it, by=second, at=MONDAY)
    assert told(rm) == ["assessment-answered", "assessment-decided"]


def test_a_place_taken_back_is_told_to_the_person_and_to_head_office(rm, head, admin):
    lower = {"to_grade": "senior", "to_step": 2, "opinion": "Proved: case 7 of the audit"}

    actions.take_back_place(rm, **lower, by=head, at=MONDAY)

    assert (told(rm), told(admin)) == (["assessment-proposed"], ["assessment-advised"])


@pytest.fixture
def promoted(rm, head, second):
    """Senior 7, whom the year's cycle leads to the first step of principal from 10 December on."""
    held = rm.posting
    held.step = 7
    held.save()
    cycle = CycleFactory(kind="year", first=date(2025, 1, 1), last=date(2025, 12, 31))
    place = {"to_grade": "principal", "to_step": 1, "state": "final", "advised_by": head}
    decided = {"decided_by": second, "decided_at": MONDAY, "effective_on": date(2026, 12, 10)}
    return GradeAssessmentFactory(held=held, cycle=cycle, **place, **decided)


def appoint(day):
    """What the clock does in the morning of a day."""
    at = clock.start_of_day(day)
    with clock.at(at):
        return actions.come_into_force(at=at)


def test_who_cannot_be_appointed_keeps_nobody_else_from_it(promoted, rm, peer, admin, second):
    """A violation was found after the decision; it waits until all five are attested again."""
    EligibilityFactory(staff=rm, attested_at=clock.now(), clean_record=False)
    decided = {"decided_by": second, "decided_at": MONDAY, "effective_on": date(2026, 12, 10)}
    GradeAssessmentFactory(held=peer.posting, state="final", **decided)

    first = appoint(date(2026, 12, 10)), appoint(date(2026, 12, 11))
    waits = of(rm).state, told(admin), told(rm)
    EligibilityFactory(staff=rm, attested_at=clock.start_of_day(date(2026, 12, 14)))
    then = appoint(date(2026, 12, 15))

    assert (first, of(peer).state) == ((1, 0), "in_force")
    assert waits == ("final", ["assessment-blocked"], [])
    assert (then, of(rm).state) == (1, "in_force")


def test_a_place_waits_for_a_move_that_was_planned_before(promoted, rm, other_outlet):
    """The move on 15 December keeps grade and step; the new grade follows the day after."""
    EligibilityFactory(staff=rm, attested_at=clock.now())
    moves = date(2026, 12, 15)
    held = {"grade": "senior", "step": 7}
    Posting.objects.filter(pk=rm.posting.pk).update(until=moves)
    PostingFactory(staff=rm, unit=other_outlet, since=moves, **held)

    found = {day: appoint(date(2026, 12, day)) for day in (10, 14, 15)}

    last = rm.postings.latest("since")
    assert found == {10: 0, 14: 0, 15: 1}
    assert (last.grade, last.unit, last.since) == ("principal", other_outlet, date(2026, 12, 16))


def test_a_decision_that_lapses_is_told_to_its_person(promoted, rm):
    Posting.objects.filter(pk=rm.posting.pk).update(step=6)

    assert appoint(date(2026, 12, 10)) == 0
    assert (of(rm).state, told(rm)) == ("lapsed", ["assessment-lapsed"])
