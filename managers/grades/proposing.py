"""What follows from a score for grade and step: pure, so that it can be tried with other rules."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import takewhile

from crm import bank
from managers.people.ladder import STEPS, Grade

QUARTER, YEAR = "quarter", "year"
WAYS = ("up", "hold", "down")
# Why a proposal is what it is; `words.py` says each in the page's language.
ABSENT = "absent"
GOOD, FAIR, LOW, LOW_AGAIN = "good", "fair", "low", "low_again"
AT_THE_TOP, AT_THE_BOTTOM = "at_the_top", "at_the_bottom"
UNMET, TRAINEE_OVER, NEXT_GRADE, LOWER_GRADE = "unmet", "trainee_over", "next_grade", "lower_grade"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What scores lead to: percent of H1 for a step up, for keeping it, and how often below.

    `trainee_months` are calendar months after which nobody is a trainee any more (rules B3).
    """

    up: Decimal
    hold: Decimal
    low_running: int
    trainee_months: int

    @classmethod
    def of(cls, kept: Mapping) -> "Thresholds":
        """From the settings of a day, or from the rules that a cycle keeps."""
        return cls(
            Decimal(str(kept["ladder.up_score"])),
            Decimal(str(kept["ladder.hold_score"])),
            kept["ladder.low_running"],
            kept["ladder.trainee_months"],
        )


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one person at the end of a period.

    `score` is that of the quarter, or the mean of the year's quarters; None for somebody who was
    there too few days. `quarters` are the scores of quarters, the latest first, this one included.
    `unmet` are the criteria of the grade that are not met, `months` calendar months in the grade.
    """

    grade: Grade
    step: int
    score: Decimal | None
    quarters: tuple[Decimal | None, ...]
    unmet: tuple[str, ...]
    months: int

    def low_running(self, hold: Decimal) -> int:
        """How many quarters up to the latest were below a score, without a break."""
        low = (score is not None and score < hold for score in self.quarters)
        return sum(1 for _quarter in takewhile(bool, low))


@dataclass(frozen=True, slots=True)
class Proposal:
    """The place proposed, and the codes of why."""

    grade: Grade
    step: int
    reasons: tuple[str, ...]


def kept_rules(on) -> dict:
    """The settings of the ladder on a day, as a cycle keeps them."""
    return {key: bank.read(key, on=on) for key in bank.DEFAULTS if key.startswith("ladder.")}


def propose(case: Case, rules: Thresholds, kind: str) -> Proposal:
    """Step up, keep or down within the grade by quarters; the grade itself once a year (rules B3).

    Criteria of the grade that are not met forbid a step up, never cause one down.
    """
    here = Proposal(case.grade, case.step, ())
    if case.score is None:
        return replace(here, reasons=(ABSENT,))
    if case.low_running(rules.hold) >= rules.low_running:
        found = _down(case, kind)
    elif case.score >= rules.up:
        found = _up(case, kind)
    else:
        found = replace(here, reasons=(LOW if case.score < rules.hold else FAIR,))
    overdue = case.grade == Grade.TRAINEE == found.grade and case.months >= rules.trainee_months
    return replace(found, reasons=(*found.reasons, TRAINEE_OVER)) if overdue else found


def move(grade: str, step: int, to_grade: str, to_step: int) -> str:
    """`up`, `hold` or `down`."""
    order = list(Grade)
    here, there = (order.index(grade), step), (order.index(to_grade), to_step)
    return "hold" if here == there else "up" if there > here else "down"


def _up(case: Case, kind: str) -> Proposal:
    here = Proposal(case.grade, case.step, (GOOD,))
    if case.unmet:
        return replace(here, reasons=(GOOD, UNMET))
    at_the_top = case.step == STEPS[case.grade]
    if kind == QUARTER:
        if at_the_top:
            return replace(here, reasons=(GOOD, AT_THE_TOP))
        return replace(here, step=case.step + 1)
    higher = _next(case.grade, 1)
    if at_the_top and higher is not None:
        return Proposal(higher, 1, (GOOD, NEXT_GRADE))
    return here


def _down(case: Case, kind: str) -> Proposal:
    here = Proposal(case.grade, case.step, (LOW_AGAIN,))
    if kind == QUARTER:
        if case.step == 1:
            return replace(here, reasons=(LOW_AGAIN, AT_THE_BOTTOM))
        return replace(here, step=case.step - 1)
    lower = _next(case.grade, -1)
    if case.step == 1 and lower is not None:
        return Proposal(lower, STEPS[lower], (LOW_AGAIN, LOWER_GRADE))
    return here


def _next(grade: Grade, way: int) -> Grade | None:
    order = list(Grade)
    index = order.index(grade) + way
    return order[index] if 0 <= index < len(order) else None
