"""What a score consists of, and what explains it; amounts exact, with two places."""

from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from managers.competition.metrics import MONEY, Metric

NOTHING = Decimal("0.00")


class Total(NamedTuple):
    """What the ledger holds of one metric: the sum, and entries less those taken back.

    The sum is in hundredths, as the database adds it up: a bank has a hundred thousand of them.
    """

    hundredths: int
    count: int

    @classmethod
    def of(cls, amount: Decimal, count: int) -> "Total":
        """The total of an amount."""
        return cls(hundredths(amount), count)

    @property
    def amount(self) -> Decimal:
        """The sum itself."""
        return decimal(self.hundredths)

    def plus(self, more: "Total") -> "Total":
        """Both together."""
        return Total(self.hundredths + more.hundredths, self.count + more.count)


class Line(NamedTuple):
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


class Explained:
    """A score with all that explains it; two that say the same are equal.

    `deducted` is at most the cap of the rules.
    """

    lines: tuple[Line, ...]
    taken: tuple[Taken, ...]
    deducted: Decimal
    total: Decimal

    def __eq__(self, other):
        if not isinstance(other, Explained):
            return NotImplemented
        parts = attrgetter("lines", "taken", "deducted", "total")
        return parts(self) == parts(other)

    __hash__ = None

    @property
    def earned(self) -> Decimal:
        """The sum of the metrics before anything is taken off."""
        return sum((line.score for line in self.lines), NOTHING)

    @property
    def lost(self) -> Decimal:
        """What deductions would cost without their cap."""
        return sum((one.points for one in self.taken), NOTHING)

    @property
    def is_raised(self) -> bool:
        """Whether the floor of the rules holds the score up."""
        return self.total > self.earned - self.deducted

    def actual(self, metric: str) -> Decimal:
        """The actual of a metric; 0 where it does not count for the post."""
        return next((line.actual for line in self.lines if line.metric == metric), NOTHING)

    def part(self, metric: str) -> Decimal:
        """What a metric brought; 0 where it does not count for the post."""
        return next((line.score for line in self.lines if line.metric == metric), NOTHING)

    def has(self, metric: str) -> bool:
        """Whether a metric counts for the post."""
        return any(line.metric == metric for line in self.lines)


@dataclass(frozen=True, eq=False)
class Score(Explained):
    """A score as it was written down."""

    lines: tuple[Line, ...]
    taken: tuple[Taken, ...]
    deducted: Decimal
    total: Decimal


def hundredths(amount: Decimal) -> int:
    """An amount with two places as a whole number."""
    return int(amount * 100)


def decimal(hundredths: int) -> Decimal:
    """The amount of so many hundredths."""
    return Decimal(hundredths).scaleb(-2)


def label(metric: str) -> str:
    """The metric's name in the page's language."""
    return str(Metric(metric).label)
