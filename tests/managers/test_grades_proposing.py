"""What a score leads to on the ladder (rules B3), for every place and any run of quarters."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from managers.grades.proposing import Case, Thresholds, move, propose
from managers.people.ladder import STEPS, Grade, rank

RULES = Thresholds(Decimal(100), Decimal(60), 2, 12)
PLACES = [(grade, step) for grade, steps in STEPS.items() for step in range(1, steps + 1)]
scores = st.decimals("0", "150", places=2)
quarters = st.lists(st.none() | scores, max_size=4)
unmet = st.sampled_from([(), ("assets",)])


def case(place, *run, missing=(), months=6):
    """A case whose latest quarter is the first of the run."""
    score = None if not run or run[0] is None else Decimal(run[0])
    known = tuple(None if one is None else Decimal(one) for one in run)
    return Case(Grade(place[0]), place[1], score, known, tuple(missing), months)


@pytest.mark.parametrize(
    ("run", "leads_to"),
    [
        (("100.00",), ("senior", 4)),
        (("99.99",), ("senior", 3)),
        (("60.00", "20"), ("senior", 3)),
        (("59.99",), ("senior", 3)),
        (("59.99", "59.99"), ("senior", 2)),
        (("59.99", "60.00", "10"), ("senior", 3)),
        (("59.99", None, "10"), ("senior", 3)),
        ((None, "10", "10"), ("senior", 3)),
    ],
)
def test_a_quarter_moves_a_step_by_the_score(run, leads_to):
    found = propose(case(("senior", 3), *run), RULES, "quarter")

    assert (found.grade.value, found.step) == leads_to


def test_the_grade_itself_moves_once_a_year():
    top, bottom = ("intermediate", 6), ("intermediate", 1)

    quarterly = [propose(case(top, "120"), RULES, "quarter")]
    quarterly += [propose(case(bottom, "10", "10"), RULES, "quarter")]
    assert [(one.grade.value, one.step) for one in quarterly] == [top, bottom]
    up = propose(case(top, "120"), RULES, "year")
    down = propose(case(bottom, "10", "10"), RULES, "year")
    assert (up.grade.value, up.step, down.grade.value, down.step) == ("senior", 1, "assistant", 4)


def test_what_the_grade_asks_beside_the_score_forbids_a_step_up_and_costs_none():
    good = propose(case(("senior", 3), "120", missing=["assets"]), RULES, "quarter")
    fair = propose(case(("senior", 3), "80", missing=["assets"]), RULES, "quarter")

    assert (good.step, good.reasons) == (3, ("good", "unmet"))
    assert (fair.step, fair.reasons) == (3, ("fair",))


def test_a_trainee_of_a_year_is_a_case_for_head_office():
    early = propose(case(("trainee", 2), "80", months=11), RULES, "quarter")
    late = propose(case(("trainee", 2), "80", months=12), RULES, "quarter")

    assert ("trainee_over" in early.reasons, "trainee_over" in late.reasons) == (False, True)


@given(st.sampled_from(PLACES), quarters, unmet, st.sampled_from(["quarter", "year"]))
def test_nobody_ever_moves_more_than_one_place_or_off_the_ladder(place, run, missing, kind):
    found = propose(case(place, *run, missing=missing), RULES, kind)

    moved = rank(found.grade, found.step) - rank(*place)
    assert abs(moved) <= 1
    if kind == "quarter":
        assert found.grade.value == place[0]
    elif moved:
        assert found.grade.value != place[0]


@given(st.sampled_from(PLACES), quarters, scores, scores)
def test_a_better_score_never_leads_lower(place, before, one, other):
    worse, better = sorted([one, other])

    low, high = (
        propose(case(place, str(score), *before), RULES, "quarter") for score in (worse, better)
    )

    assert rank(low.grade, low.step) <= rank(high.grade, high.step)


@given(st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_up_and_down_are_told_by_the_place(here, there):
    way = move(*here, *there)

    apart = rank(*there) - rank(*here)
    assert way == ("hold" if not apart else "up" if apart > 0 else "down")
