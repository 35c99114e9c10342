"""From sums to a score, a place and a prize: exact, and nothing here reads the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from crm.lib.money import CENT, round_cents
from managers.competition.metrics import MONEY, RATES, Metric
from managers.competition.rulebook import Goal, Rulebook

NOTHING = Decimal("0.00")


class Total(NamedTuple):
    """What the ledger holds of one metric: the sum, and entries less those taken back."""

    amount: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """What one metric brought: actual against target, and its part of the score (rules H1)."""

    metric: str
    actual: Decimal
    target: Decimal
    weight: Decimal
    score: Decimal
    uncapped: Decimal
    most: Decimal

    @property
    def label(self) -> str:
        """The metric's name in the page's language."""
        return label(self.metric)

    @property
    def is_money(self) -> bool:
        """Whether actual and target are CNY."""
        return self.metric in MONEY

    @property
    def is_capped(self) -> bool:
        """Whether more was reached than counts."""
        return self.uncapped > self.score


class Mark(NamedTuple):
    """What one metric asks of a person: the goal, their target, and the most that it brings.

    `hundredths` are weight, target and the most as whole numbers, once for all who share the mark.
    """

    goal: Goal
    target: Decimal
    most: Decimal
    hundredths: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Taken:
    """Points that events of one kind cost (rules H3)."""

    metric: str
    count: Decimal
    points: Decimal

    @property
    def label(self) -> str:
        """What cost the points."""
        return label(self.metric)


@dataclass(frozen=True, slots=True)
class Score:
    """A person's score with all that explains it; `deducted` is at most the cap."""

    lines: tuple[Line, ...]
    taken: tuple[Taken, ...]
    deducted: Decimal
    total: Decimal

    @property
    def earned(self) -> Decimal:
        """The sum of the metrics before anything is taken off."""
        return sum((line.score for line in self.lines), NOTHING)

    def actual(self, metric: str) -> Decimal:
        """The actual of a metric; 0 where it does not count for the post."""
        return next((line.actual for line in self.lines if line.metric == metric), NOTHING)

    def part(self, metric: str) -> Decimal:
        """What a metric brought; 0 where it does not count for the post."""
        return next((line.score for line in self.lines if line.metric == metric), NOTHING)

    def has(self, metric: str) -> bool:
        """Whether a metric counts for the post."""
        return any(line.metric == metric for line in self.lines)

    def key(self, ties: Iterable[str]) -> tuple:
        """What decides the place: the better one sorts first; equal keys share it (rules H5)."""
        breakers = (self.deducted if name == "deductions" else -self.actual(name) for name in ties)
        return (-self.total, *breakers)


def score(rules: Rulebook, post: str, grade: str, present: Fraction, totals: Mapping) -> Score:
    """The score of somebody with these totals by metric, present for this part of the period."""
    return scored(rules, marks(rules, post, grade, present), totals)


def marks(rules: Rulebook, post: str, grade: str, present: Fraction) -> tuple[Mark, ...]:
    """What is asked of a post and grade; targets grow with the days present, but for rates (H4)."""
    return tuple(_mark(rules, goal, grade, present) for goal in rules.goals[post])


def scored(rules: Rulebook, asked: Iterable[Mark], totals: Mapping) -> Score:
    """The score of totals by metric against what was asked; many share one tuple of marks."""
    lines = tuple(_line(mark, totals) for mark in asked)
    taken = _taken(rules, totals)
    deducted = _deducted(rules, taken)
    earned = sum((line.score for line in lines), NOTHING)
    return Score(lines, taken, deducted, max(earned - deducted, rules.floor))


def key(rules: Rulebook, asked: Iterable[Mark], totals: Mapping) -> tuple:
    """What `Score.key` is for these totals, without the lines that explain it."""
    earned = 0
    reached = {}
    for mark in asked:
        metric = mark.goal.metric
        if metric in totals:
            reached[metric] = found = actual(metric, totals)
            earned += min(_points(mark, found), mark.hundredths[-1])
    deducted = _deducted(rules, _taken(rules, totals))
    total = max(Decimal(earned).scaleb(-2) - deducted, rules.floor)
    breakers = (
        deducted if name == "deductions" else -reached.get(name, NOTHING) for name in rules.ties
    )
    return (-total, *breakers)


def actual(metric: str, totals: Mapping) -> Decimal:
    """The sum, or for a rate the mean of its readings, to two places."""
    found = totals.get(metric)
    if found is None:
        return NOTHING
    if metric not in RATES:
        return found.amount
    return _divided(_hundredths(found.amount), found.count) if found.count > 0 else NOTHING


def half_up(value: Fraction) -> Decimal:
    """A fraction to two places, a half away from zero; exact, whatever its decimals."""
    return _divided(value.numerator * 100, value.denominator)


def needed(line: Line, gap: Decimal) -> Decimal | None:
    """How much more of the metric alone adds `gap` to the score; None where the cap forbids it."""
    wanted = line.score + gap
    if wanted > line.most:
        return None
    # The least actual whose score rounds up to what is wanted, to the next whole hundredth.
    least = Fraction(wanted - CENT / 2) * Fraction(line.target) / Fraction(line.weight)
    hundredths = -(-least.numerator * 100 // least.denominator)
    return max(Decimal(hundredths).scaleb(-2) - line.actual, CENT)


def gained(line: Line, more: Decimal) -> Decimal:
    """Points that so much more of the metric adds to the score, up to the cap."""
    hundredths = _hundredths(line.actual + more) * _hundredths(line.weight)
    points = Decimal(_quotient(max(hundredths, 0), _hundredths(line.target))).scaleb(-2)
    return min(points, line.most) - line.score


def forecast(totals: Mapping, *, passed: int, days: int) -> dict:
    """The totals at the end if every day brings what the days so far brought; rates stay."""
    pace = Fraction(days, max(passed, 1))
    return {
        metric: total
        if metric in RATES
        else Total(half_up(Fraction(total.amount) * pace), total.count)
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
    return Mark(goal, target, most, (*map(_hundredths, (goal.weight, target, most)),))


def _target(rules: Rulebook, goal: Goal, grade: str, present: Fraction) -> Decimal:
    if goal.metric in RATES:
        return goal.target
    return max(half_up(Fraction(rules.target(goal, grade)) * present), CENT)


def _taken(rules: Rulebook, totals: Mapping) -> tuple[Taken, ...]:
    """What cost points, and what costs the prize without any."""
    return tuple(
        Taken(metric, totals[metric].amount, round_cents(totals[metric].amount * points))
        for metric, points in rules.costs.items()
        if metric in totals and totals[metric].amount
    )


def _deducted(rules: Rulebook, taken: Iterable[Taken]) -> Decimal:
    return min(sum((one.points for one in taken), NOTHING), rules.deduction_cap)


def _line(mark: Mark, totals: Mapping) -> Line:
    goal, target, most, _whole = mark
    reached = actual(goal.metric, totals)
    uncapped = Decimal(_points(mark, reached)).scaleb(-2)
    return Line(goal.metric, reached, target, goal.weight, min(uncapped, most), uncapped, most)


def _points(mark: Mark, reached: Decimal) -> int:
    """Hundredths of points before the cap."""
    weight, target, _most = mark.hundredths
    return _quotient(max(_hundredths(reached), 0) * weight, target)


def _divided(hundredths: int, divisor: int) -> Decimal:
    whole, rest = divmod(abs(hundredths), divisor)
    if 2 * rest >= divisor:
        whole += 1
    return Decimal(whole if hundredths >= 0 else -whole).scaleb(-2)


def _quotient(hundredths: int, divisor: int) -> int:
    """Whole-number division, rounded half up: a score per metric needs no fraction."""
    return (2 * hundredths + divisor) // (2 * divisor)


def _hundredths(amount: Decimal) -> int:
    return int(amount * 100)


def mean(scores: list[Decimal]) -> Decimal:
    """The mean to two places; of a team that has members (rules H4)."""
    return (sum(scores, NOTHING) / len(scores)).quantize(CENT, rounding=ROUND_HALF_UP)


def label(metric: str) -> str:
    """The metric's name in the page's language."""
    return str(Metric(metric).label)
