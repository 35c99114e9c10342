"""From sums to a score, a place and a prize: exact, and nothing here reads the database."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from crm.lib.money import CENT
from managers.competition.metrics import RATES
from managers.competition.rulebook import Goal, Rulebook
from managers.competition.scores import NOTHING, Explained, Line, Taken, Total, decimal, hundredths


class Mark(NamedTuple):
    """What one metric asks of a person: their target, and the most that it brings.

    `whole` are weight, target and the most in hundredths.
    """

    metric: str
    is_rate: bool
    weight: Decimal
    target: Decimal
    most: Decimal
    whole: tuple[int, int, int]


class Asked(NamedTuple):
    """What is asked of a post and grade for the days present; many people share one."""

    rules: Rulebook
    marks: tuple[Mark, ...]
    deduction_cap: int  # hundredths
    floor: int


@dataclass(frozen=True, eq=False)
class Counted(Explained):
    """The score of totals by metric against what is asked.

    A table puts thousands in order by their keys alone; what explains a score is worked out for
    whoever looks at it.
    """

    asked: Asked
    totals: Mapping[str, Total]
    key: tuple[int, ...]

    @property
    def total(self) -> Decimal:
        """The points that count."""
        return decimal(-self.key[0])

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """What each metric brought."""
        return tuple(_line(mark, self.totals) for mark in self.asked.marks)

    @cached_property
    def taken(self) -> tuple[Taken, ...]:
        """What cost points, and what costs the prize without any."""
        return tuple(
            Taken(metric, total.amount, decimal(points))
            for metric, total, points in _costs(self.asked.rules, self.totals)
        )

    @cached_property
    def deducted(self) -> Decimal:
        """What was taken off, at most the cap."""
        return decimal(_deducted(self.asked, self.totals))


def score(rules: Rulebook, post: str, grade: str, present: Fraction, totals: Mapping) -> Counted:
    """The score of somebody with these totals by metric, present for this part of the period."""
    return scored(asked_of(rules, post, grade, present), totals)


def asked_of(rules: Rulebook, post: str, grade: str, present: Fraction) -> Asked:
    """What is asked of a post and grade; targets grow with the days present, but for rates (H4)."""
    marks = tuple(_mark(rules, goal, grade, present) for goal in rules.goals[post])
    return Asked(rules, marks, hundredths(rules.deduction_cap), hundredths(rules.floor))


def scored(asked: Asked, totals: Mapping[str, Total]) -> Counted:
    """The score of totals by metric against what was asked."""
    return Counted(asked, totals, key(asked, totals))


def key(asked: Asked, totals: Mapping[str, Total]) -> tuple[int, ...]:
    """What decides the place: the better one sorts first; equal keys share it (rules H5).

    In hundredths: the total, and what breaks a tie; what is better is less.
    """
    earned = 0
    reached = {}
    for mark in asked.marks:
        if total := totals.get(mark.metric):
            reached[mark.metric] = found = _mean(total) if mark.is_rate else total.hundredths
            if found > 0:
                weight, target, most = mark.whole
                earned += min(_quotient(found * weight, target), most)
    deducted = _deducted(asked, totals)
    total = max(earned - deducted, asked.floor)
    breakers = [
        deducted if name == "deductions" else -reached.get(name, 0) for name in asked.rules.ties
    ]
    return (-total, *breakers)


def actual(metric: str, totals: Mapping[str, Total]) -> Decimal:
    """The sum, or for a rate the mean of its readings, to two places."""
    if metric not in totals:
        return NOTHING
    return decimal(_mean(totals[metric])) if metric in RATES else totals[metric].amount


def half_up(value: Fraction) -> Decimal:
    """A fraction to two places, a half away from zero; exact, whatever its decimals."""
    return decimal(_divided(value.numerator * 100, value.denominator))


def needed(line: Line, gap: Decimal) -> Decimal | None:
    """How much more of the metric alone adds `gap` to the score; None where the cap forbids it."""
    wanted = line.score + gap
    if wanted > line.most:
        return None
    # The least actual whose score rounds up to what is wanted, to the next whole hundredth.
    least = Fraction(wanted - CENT / 2) * Fraction(line.target) / Fraction(line.weight)
    wanted_hundredths = -(-least.numerator * 100 // least.denominator)
    return max(decimal(wanted_hundredths) - line.actual, CENT)


def gained(line: Line, more: Decimal) -> Decimal:
    """Points that so much more of the metric adds to the score, up to the cap."""
    reached = max(hundredths(line.actual + more), 0)
    points = decimal(_quotient(reached * hundredths(line.weight), hundredths(line.target)))
    return min(points, line.most) - line.score


def forecast(totals: Mapping, *, passed: int, days: int) -> dict:
    """The totals at the end if every day brings what the days so far brought; rates stay."""
    pace = Fraction(days, max(passed, 1))
    return {
        metric: total
        if metric in RATES
        else Total(_divided(total.hundredths * pace.numerator, pace.denominator), total.count)
        for metric, total in totals.items()
    }


def places(keys: Mapping) -> dict:
    """The place of each: one more than the number of those who are better (1-2-2-4)."""
    first_at: dict = {}
    for place, key in enumerate(sorted(keys.values()), 1):
        first_at.setdefault(key, place)
    return {one: first_at[key] for one, key in keys.items()}


def prizes(pool: Decimal, winners: int, ranked: list[tuple[object, int, Decimal]]) -> dict:
    """CNY of each winner: the pool in proportion to the scores of the first `winners` (rules H8).

    `ranked` holds (who, place, score), best first. Each gets whole cents, left-over cents go by the
    largest remainder; those who share a place get the mean of their prizes, and a cent that cannot
    be shared stays in the pool.
    """
    scores = [points for _who, _place, points in ranked[:winners]]
    return _paid(_shared(int(pool.scaleb(2)), scores), ranked)


def by_rank(amounts: Iterable[Decimal], ranked: list[tuple[object, int, Decimal]]) -> dict:
    """CNY of each winner of a place with its own prize; who has no points wins none (rules H8)."""
    winning = [one for one in ranked if one[2] > 0]
    return _paid([int(amount.scaleb(2)) for amount in amounts], winning)


def _paid(cents: list[int], ranked) -> dict:
    by_place: dict[int, list] = {}
    for position, (who, place, _points) in enumerate(ranked):
        by_place.setdefault(place, []).append(
            (who, cents[position] if position < len(cents) else 0)
        )
    found = {}
    for group in by_place.values():
        each = sum(won for _who, won in group) // len(group)
        found |= {who: Decimal(each).scaleb(-2) for who, _won in group if each}
    return found


def _shared(cents: int, scores: list[Decimal]) -> list[int]:
    whole = sum((Fraction(points) for points in scores), Fraction(0))
    if whole <= 0:
        return []
    exact = [cents * Fraction(points) / whole for points in scores]
    floors = [int(part) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda n: (floors[n] - exact[n], n))
    for position in by_remainder[: cents - sum(floors)]:
        floors[position] += 1
    return floors


def _mark(rules: Rulebook, goal: Goal, grade: str, present: Fraction) -> Mark:
    target = _target(rules, goal, grade, present)
    most = half_up(Fraction(rules.cap) * Fraction(goal.weight))
    whole = hundredths(goal.weight), hundredths(target), hundredths(most)
    return Mark(goal.metric, goal.metric in RATES, goal.weight, target, most, whole)


def _target(rules: Rulebook, goal: Goal, grade: str, present: Fraction) -> Decimal:
    if goal.metric in RATES:
        return goal.target
    return max(half_up(Fraction(rules.target(goal, grade)) * present), CENT)


def _costs(rules: Rulebook, totals: Mapping[str, Total]) -> Iterator[tuple[str, Total, int]]:
    """What cost points, in hundredths, and what costs the prize without any."""
    for metric, points in rules.costs.items():
        if metric in totals and (total := totals[metric]).hundredths:
            yield metric, total, _divided(total.hundredths * hundredths(points), 100)


def _deducted(asked: Asked, totals: Mapping[str, Total]) -> int:
    if asked.rules.costs.keys().isdisjoint(totals):  # as it is with nearly everybody
        return 0
    lost = sum(points for _metric, _total, points in _costs(asked.rules, totals))
    return min(lost, asked.deduction_cap)


def _line(mark: Mark, totals: Mapping[str, Total]) -> Line:
    reached = actual(mark.metric, totals)
    weight, target, _most = mark.whole
    uncapped = decimal(_quotient(max(hundredths(reached), 0) * weight, target))
    score = min(uncapped, mark.most)
    return Line(mark.metric, reached, mark.target, mark.weight, score, uncapped, mark.most)


def _mean(total: Total) -> int:
    return _divided(total.hundredths, total.count) if total.count > 0 else 0


def _divided(number: int, divisor: int) -> int:
    """Rounded to a whole number, a half away from zero."""
    whole = _quotient(abs(number), divisor)
    return whole if number >= 0 else -whole


def _quotient(number: int, divisor: int) -> int:
    """Whole-number division, rounded half up: a score per metric needs no fraction."""
    return (2 * number + divisor) // (2 * divisor)


def mean(scores: list[Decimal]) -> Decimal:
    """The mean to two places; of a team that has members (rules H4)."""
    return (sum(scores, NOTHING) / len(scores)).quantize(CENT, rounding=ROUND_HALF_UP)
