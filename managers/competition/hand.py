"""What somebody has at hand that could count; registered by features that know it (rules H10)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from managers.competition.metrics import Metric

NEAREST = 3  # things named one by one; the rest is a number


@dataclass(frozen=True)
class Thing:
    """One thing at hand, by the name that its owner may read, and CNY where that says more."""

    label: str
    href: str
    amount: Decimal | None = None
    text: str = ""


@dataclass(frozen=True)
class Hand:
    """A sentence about all that is at hand for a metric, where to see it, and the nearest of it."""

    text: str
    href: str = ""
    nearest: tuple[Thing, ...] = ()


# What a person has at hand at a moment; None for nothing. A fixed number of queries.
Reader = Callable[..., Hand | None]

_readers: dict[str, Reader] = {}


def register(metric: Metric, reader: Reader) -> None:
    """Name who knows what is at hand for a metric."""
    _readers[metric.value] = reader


def at_hand(person, metrics: Iterable[str], *, at) -> dict[str, Hand]:
    """By metric what the person has at hand; metrics of which nothing is known are left out."""
    found = {metric: _readers[metric](person, at=at) for metric in metrics if metric in _readers}
    return {metric: hand for metric, hand in found.items() if hand is not None}
