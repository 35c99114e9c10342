"""Cycles over the API: opened by head office, and tried under other thresholds (rules B2, B3)."""

import pytest

from managers.grades import actions
from tests.conftest import MONDAY
from tests.factories.grades import CycleFactory, GradeAssessmentFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/assessment-cycles/"


@pytest.fixture
def cycle(rm, peer):
    """A step up of 105.98 with half of the assets that are asked, and one that stays with 70."""
    made = CycleFactory()
    up = GradeAssessmentFactory(cycle=made, held=rm.posting)
    up.evidence["criteria"] = [["assets", "50000000", "25000000", False]]
    up.evidence["proposed"] = ["senior", 3]
    up.to_step, up.reasons = 3, ["good", "unmet"]
    up.save()
    stays = {"score": "70.00", "to_step": peer.posting.step, "reasons": ["fair"]}
    GradeAssessmentFactory(cycle=made, held=peer.posting, **stays)
    return made


def test_head_office_opens_a_cycle_and_it_is_filled(rm, admin, speaking_for):
    program = speaking_for(admin)

    made = program.post(LIST, {"kind": "quarter", "first": "2026-07-01"})
    waiting = program.get(f"{LIST}{made.json()['id']}/").json()
    actions.fill(at=MONDAY)
    filled = program.get(f"{LIST}{made.json()['id']}/").json()

    assert (made.status_code, waiting["last"], waiting["filled_at"]) == (201, "2026-09-30", None)
    assert (waiting["opened_by"], waiting["rules"]["ladder.up_score"]) == (admin.pk, 100)
    assert filled["filled_at"] is not None


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"kind": "quarter", "first": "2026-10-01"}, 409),
        ({"kind": "quarter", "first": "2026-08-01"}, 409),
        ({"kind": "month", "first": "2026-07-01"}, 400),
    ],
    ids=["not_over", "no_quarter_begins", "no_such_kind"],
)
def test_what_cannot_be_assessed_is_refused(admin, speaking_for, sent, status):
    assert speaking_for(admin).post(LIST, sent).status_code == status


def test_other_thresholds_are_tried_and_nothing_is_kept(cycle, rm, peer, admin, speaking_for):
    url = f"{LIST}{cycle.pk}/simulation/"
    before = list(cycle.assessments.order_by("pk").values())

    as_it_was = speaking_for(admin).get(url).json()
    half = speaking_for(admin).get(url, {"assets": 50}).json()
    lower = speaking_for(admin).get(url, {"up": 70, "assets": 50}).json()

    assert as_it_was == {
        "before": {"up": 0, "hold": 2, "down": 0},
        "then": {"up": 0, "hold": 2, "down": 0},
        "differing": [],
    }
    assert half["then"] == {"up": 1, "hold": 1, "down": 0}
    [other] = half["differing"]
    assert (other["staff"], other["to_grade"], other["to_step"]) == (rm.pk, "senior", 4)
    assert other["reasons"] == ["good"]
    assert {one["staff"] for one in lower["differing"]} == {rm.pk, peer.pk}
    assert list(cycle.assessments.order_by("pk").values()) == before


@pytest.mark.parametrize("asked", [{"up": 0}, {"low": 9}, {"assets": 501}, {"assents": 50}])
def test_a_threshold_that_makes_no_sense_is_malformed(cycle, admin, speaking_for, asked):
    answer = speaking_for(admin).get(f"{LIST}{cycle.pk}/simulation/", asked)

    assert (answer.status_code, list(answer.json()["fields"])) == (400, list(asked))


def test_a_cycle_is_for_those_whom_it_assessed_and_their_heads(
    cycle, rm, stranger, head, speaking_for
):
    seen = [speaking_for(one).get(LIST).json()["results"] for one in (rm, head, stranger)]

    assert [[one["id"] for one in some] for some in seen] == [[cycle.pk], [cycle.pk], []]
    assert speaking_for(stranger).get(f"{LIST}{cycle.pk}/").status_code == 404
    assert speaking_for(head).get(f"{LIST}{cycle.pk}/simulation/").status_code == 403


def test_cycles_are_found_by_kind_and_period(cycle, admin, speaking_for):
    def found(**asked):
        return len(speaking_for(admin).get(LIST, asked).json()["results"])

    assert (found(kind="quarter"), found(kind="year")) == (1, 0)
    assert (found(since="2026-07-01"), found(since="2026-07-02")) == (1, 0)
    assert (found(until="2026-09-30"), found(until="2026-09-29")) == (1, 0)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number(
    admin, rows, speaking_for, django_assert_num_queries
):
    for year in range(rows):
        CycleFactory(first=f"{2020 + year}-07-01", last=f"{2020 + year}-09-30")
    program = speaking_for(admin)
    program.get(LIST)

    with django_assert_num_queries(1):
        assert len(program.get(LIST).json()["results"]) == rows
