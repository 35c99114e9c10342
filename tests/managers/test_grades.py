"""A cycle from the end of the quarter to the new place (rules B2 to B7)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.grades import actions, queries
from managers.grades.models import Assessment, Cycle
from managers.grades.proposing import Thresholds
from managers.models import Notification
from tests.conftest import MONDAY
from tests.factories import EligibilityFactory, LicenceFactory, PostingFactory, StaffFactory
from tests.factories.grades import CycleFactory, GradeAssessmentFactory
from tests.managers.assessing import assess, of
from tests.managers.contest import give
from tests.managers.examples import WEALTH

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 15)
SOON = "2026-12-10"


@pytest.fixture
def second(head_office):
    """Another administrator, who settles appeals."""
    return PostingFactory(
        staff=StaffFactory(employee_no="880009"), unit=head_office, post="hq_admin"
    ).staff


@pytest.fixture
def licensed(rm):
    for kind in ("fund", "insurance"):
        LicenceFactory(staff=rm, kind=kind, valid_until=date(2027, 6, 30))


def places(one):
    return one.to_grade, one.to_step


def advise(one, head, **changes):
    told = {"to_grade": one.to_grade, "to_step": one.to_step, "opinion": ""} | changes
    return actions.advise(one, **told, by=head, at=clock.now())


def decide(one, admin, **changes):
    told = {"to_grade": one.to_grade, "to_step": one.to_step, "decision": ""}
    told |= {"effective_on": date.fromisoformat(SOON)} | changes
    return actions.decide(one, **told, by=admin, at=clock.now())


def test_a_quarter_proposes_for_everybody_of_the_sequence_with_frozen_evidence(
    rm, peer, lobby, teller, head, admin, licensed
):
    give(rm, DAY, **WEALTH)

    assess(admin)

    assert {one.staff for one in Assessment.objects.all()} == {rm, peer, lobby}
    found = of(rm)
    # Senior: targets are 120 percent of the usual ones, and no assets are managed yet.
    assert (found.grade, found.step, places(found)) == ("senior", 3, ("senior", 3))
    assert found.evidence["criteria"][0] == ["assets", "50000000", "0", False]
    assert found.evidence["score"]["total"] == str(found.score)
    assert Notification.objects.filter(to=head, kind="assessments-wait").count() == 1


def test_filling_a_cycle_twice_changes_nothing(rm, admin):
    cycle = assess(admin)

    assert (actions.fill(at=MONDAY), cycle.assessments.count()) == (0, 1)


def test_the_clock_opens_a_quarter_ten_working_days_after_its_end(rm, admin):
    early, due = clock.start_of_day(date(2026, 10, 13)), clock.start_of_day(date(2026, 11, 23))

    assert actions.open_due(at=early) <= 1
    assert not Cycle.objects.filter(first=date(2026, 7, 1)).exists()
    actions.open_due(at=due)
    assert Cycle.objects.filter(kind="quarter", first=date(2026, 7, 1)).count() == 1
    assert actions.open_due(at=due) == 0


def test_a_year_without_a_quarter_is_not_opened_by_the_clock(rm):
    spring = clock.start_of_day(date(2027, 1, 20))

    with clock.at(spring):
        actions.open_due(at=spring)
        actions.open_due(at=spring)

    assert {cycle.first for cycle in Cycle.objects.filter(kind="year")} == {date(2026, 1, 1)}


def test_nobody_is_assessed_before_the_period_is_over_or_twice(admin):
    with pytest.raises(RuleBroken, match="before the period is over"):
        actions.open_cycle(kind="quarter", first=date(2026, 10, 1), by=admin, at=MONDAY)
    with pytest.raises(RuleBroken, match="A quarter begins in"):
        actions.open_cycle(kind="year", first=date(2025, 4, 1), by=admin, at=MONDAY)
    assess(admin)
    with pytest.raises(RuleBroken, match="assessed already"):
        assess(admin)


def test_a_decision_takes_effect_after_the_time_to_appeal(rm, head, admin):
    one = GradeAssessmentFactory(held=rm.posting)

    decide(advise(one, head), admin)
    with clock.at(clock.start_of_day(date(2026, 12, 9))):
        assert actions.come_into_force(at=clock.now()) == 0
    with clock.at(clock.start_of_day(date(2026, 12, 10))):
        assert actions.come_into_force(at=clock.now()) == 1
        assert actions.come_into_force(at=clock.now()) == 0

    now, before = rm.postings.order_by("-since")
    assert (now.grade, now.step, now.since, before.until) == (
        "senior",
        4,
        date(2026, 12, 10),
        date(2026, 12, 10),
    )
    assert of(rm).posting == now
    assert Notification.objects.filter(to=rm, kind="assessment-decided").exists()


def test_who_proposed_does_not_decide_and_who_decided_does_not_answer(rm, head, admin, second):
    one = GradeAssessmentFactory(held=rm.posting, state="advised", advised_by=admin)
    with pytest.raises(RuleBroken, match="not for you"):
        decide(one, admin)

    decided = decide(one, second)
    appealed = actions.appeal(decided, appeal="Two sales are missing", by=rm, at=MONDAY)
    told = {"to_grade": "senior", "to_step": 4, "answer": "They are there now"}
    with pytest.raises(RuleBroken, match="not for you"):
        actions.answer(appealed, **told, by=second, at=MONDAY)
    final = actions.answer(appealed, **told, by=PostingFactory(post="hq_admin").staff, at=MONDAY)

    assert final.state == "final"


def test_another_place_than_the_proposed_one_needs_a_reason(rm, head, admin):
    one = GradeAssessmentFactory(held=rm.posting)

    with pytest.raises(RuleBroken, match="Say why"):
        advise(one, head, to_step=3)
    advised = advise(one, head, to_step=3, opinion="Two clients complained to me")
    with pytest.raises(RuleBroken, match="Say why"):
        decide(advised, admin, to_step=4)
    assert decide(advised, admin, to_step=4, decision="The complaints were not upheld").to_step == 4


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ({"to_grade": "principal", "to_step": 1}, "once a year"),
        ({"to_step": 5}, "One step"),
        ({"to_step": 9}, "one of its steps"),
    ],
)
def test_a_quarter_leads_one_step_and_no_further(rm, head, place, says):
    one = GradeAssessmentFactory(held=rm.posting)

    with pytest.raises(RuleBroken, match=says):
        advise(one, head, **place, opinion="She has earned it by far")


def test_a_new_grade_asks_for_fresh_attestations(rm, head, admin):
    year = CycleFactory(kind="year", first=date(2025, 1, 1), last=date(2025, 12, 31))
    one = GradeAssessmentFactory(
        held=rm.posting, cycle=year, to_grade="principal", to_step=1, state="advised"
    )
    with pytest.raises(RuleBroken, match="Not attested"):
        decide(one, admin)
    EligibilityFactory(staff=rm, attested_at=MONDAY - timedelta(days=91))
    with pytest.raises(RuleBroken, match="asks for them again"):
        decide(one, admin)
    EligibilityFactory(staff=rm, attested_at=MONDAY)

    assert decide(one, admin).state == "decided"


def test_head_office_waits_five_working_days_for_the_opinion(rm, admin):
    one = GradeAssessmentFactory(held=rm.posting, made_at=MONDAY)

    with pytest.raises(RuleBroken, match="not for you"):
        decide(one, admin)
    with clock.at(MONDAY + timedelta(days=8)):
        assert decide(one, admin, effective_on=date(2026, 12, 20)).state == "decided"


def test_the_time_to_appeal_ends(rm, admin):
    one = GradeAssessmentFactory(
        held=rm.posting, state="decided", decided_by=admin, decided_at=MONDAY
    )

    with clock.at(MONDAY + timedelta(days=8)), pytest.raises(RuleBroken, match="not for you"):
        actions.appeal(one, appeal="I was ill for two weeks", by=rm, at=clock.now())


def test_a_step_within_the_grade_asks_for_no_new_attestations(rm, head, admin):
    rm.eligibilities.all().delete()
    decide(advise(GradeAssessmentFactory(held=rm.posting), head), admin)

    with clock.at(clock.start_of_day(date(2026, 12, 10))):
        assert actions.come_into_force(at=clock.now()) == 1


def test_somebody_who_went_elsewhere_meanwhile_is_not_appointed(rm, head, admin, outlet):
    decide(advise(GradeAssessmentFactory(held=rm.posting), head), admin)
    rm.postings.update(until=date(2026, 12, 1))
    PostingFactory(staff=rm, unit=outlet, post="branch_head", since=date(2026, 12, 1))

    with clock.at(clock.start_of_day(date(2026, 12, 10))):
        actions.come_into_force(at=clock.now())

    assert (of(rm).state, rm.postings.count()) == ("lapsed", 2)


def test_outside_the_cycles_a_head_only_proposes_a_lower_place(rm, stranger, head):
    told = {"opinion": "Signed for a client, file 2026-17", "by": head, "at": MONDAY}

    with pytest.raises(RuleBroken, match="only taken back"):
        actions.take_back_place(rm, to_grade="senior", to_step=4, **told)
    with pytest.raises(RuleBroken, match="one's own units"):
        actions.take_back_place(stranger, to_grade="senior", to_step=2, **told)
    made = actions.take_back_place(rm, to_grade="intermediate", to_step=6, **told)
    with pytest.raises(RuleBroken, match="waits for its decision"):
        actions.take_back_place(rm, to_grade="senior", to_step=2, **told)

    assert (made.state, made.cycle) == ("advised", None)


def test_other_thresholds_are_tried_on_the_frozen_evidence(rm, peer):
    cycle = CycleFactory()
    GradeAssessmentFactory(held=rm.posting, cycle=cycle)
    GradeAssessmentFactory(
        held=peer.posting, cycle=cycle, score="97.00", to_step=3, reasons=["fair"]
    )

    trial = queries.simulate(cycle, Thresholds(Decimal(95), Decimal(60), 2, 12))

    assert (trial.before, trial.then) == ({"up": 1, "hold": 1}, {"up": 2})
    assert [(one.staff, tried.step) for one, tried in trial.differing] == [(peer, 4)]
    assert set(Assessment.objects.values_list("to_step", flat=True)) == {3, 4}


def test_the_year_goes_by_the_mean_of_its_quarters(rm, admin, licensed):
    rm.postings.update(step=7)
    for first, score in ((date(2025, 1, 1), "90.00"), (date(2025, 4, 1), "120.00")):
        quarter = CycleFactory(first=first, last=first + timedelta(days=89))
        GradeAssessmentFactory(held=rm.posting, cycle=quarter, score=score, to_step=7)
    rm.postings.update(since=date(2024, 1, 1))
    year = actions.open_cycle(kind="year", first=date(2025, 1, 1), by=admin, at=MONDAY)

    actions.fill(at=MONDAY)

    [found] = year.assessments.all()
    assert (found.score, places(found)) == (Decimal("105.00"), ("senior", 7))
    assert found.reasons == ["good", "unmet"]  # senior asks for assets managed
