"""From a proposal to the new place over the API: opinion, decision, appeal, answer (rules B7)."""

from datetime import date

import pytest

from crm.lib import clock
from managers.grades import actions
from tests.factories import PostingFactory
from tests.factories.grades import GradeAssessmentFactory

pytestmark = pytest.mark.django_db

PLACE = {"to_grade": "senior", "to_step": 4}
FROM = date(2026, 12, 10)


@pytest.fixture
def second(head_office):
    """Another administrator, who settles appeals."""
    return PostingFactory(unit=head_office, post="hq_admin").staff


@pytest.fixture
def url(rm):
    return f"/api/v1/assessments/{GradeAssessmentFactory(held=rm.posting).pk}/"


def test_an_assessment_goes_from_the_opinion_to_the_answer_and_into_force(
    url, rm, head, admin, second, speaking_for
):
    decision = PLACE | {"decision": "", "effective_on": f"{FROM}"}
    answer = {"to_grade": "senior", "to_step": 3, "answer": "Two of the sales were cancelled"}
    steps = (
        (head, "propose", PLACE | {"opinion": ""}, "advised"),
        (admin, "decide", decision, "decided"),
        (rm, "appeal", {"appeal": "Nine September is missing"}, "appealed"),
        (second, "answer", answer, "final"),
    )

    for person, verb, sent, state in steps:
        program = speaking_for(person)
        assert program.get(url).json()["allowed_actions"] == [verb]
        told = program.post(f"{url}{verb}/", sent).json()
        assert (told["state"], told["allowed_actions"]) == (state, [])

    with clock.at(clock.start_of_day(FROM)):
        actions.come_into_force(at=clock.now())
    told = speaking_for(rm).get(url).json()
    assert (told["state"], told["to_step"], told["answered_by"]) == ("in_force", 3, second.pk)
    assert rm.postings.count() == 1  # the answer left everything as it was


def test_what_came_into_force_stands_in_the_history_with_its_assessment(
    url, rm, head, admin, speaking_for
):
    speaking_for(head).post(f"{url}propose/", PLACE | {"opinion": ""})
    speaking_for(admin).post(f"{url}decide/", PLACE | {"effective_on": f"{FROM}"})
    with clock.at(clock.start_of_day(FROM)):
        actions.come_into_force(at=clock.now())

    now, before = speaking_for(rm).get("/api/v1/grade-history/").json()["results"]

    assert (now["grade"], now["step"], now["since"]) == ("senior", 4, f"{FROM}")
    assert url.endswith(f"/{now['assessment']}/")
    assert (before["step"], before["until"], before["assessment"]) == (3, f"{FROM}", None)


@pytest.mark.parametrize(
    ("sent", "status", "named"),
    [
        (PLACE | {"effective_on": "2026-11-24"}, 409, "effective_on"),
        ({"to_grade": "senior", "to_step": 5, "effective_on": f"{FROM}"}, 409, "to_step"),
        ({"to_grade": "principal", "to_step": 1, "effective_on": f"{FROM}"}, 409, "to_grade"),
        ({"to_grade": "senior", "to_step": 3, "effective_on": f"{FROM}"}, 409, "decision"),
    ],
    ids=["before_the_appeal_ends", "two_steps", "another_grade", "otherwise_without_a_reason"],
)
def test_what_cannot_be_decided_is_refused_beside_its_field(
    url, head, admin, speaking_for, sent, status, named
):
    speaking_for(head).post(f"{url}propose/", PLACE | {"opinion": ""})

    answer = speaking_for(admin).post(f"{url}decide/", sent)

    assert (answer.status_code, list(answer.json()["fields"])) == (status, [named])


def test_a_step_out_of_turn_is_a_conflict(url, rm, admin, speaking_for):
    early = speaking_for(admin).post(f"{url}decide/", PLACE | {"effective_on": f"{FROM}"})
    own = speaking_for(rm).post(f"{url}appeal/", {"appeal": "Nine September is missing"})

    assert [(one.status_code, one.json()["code"]) for one in (early, own)] == [
        (409, "conflict")
    ] * 2
