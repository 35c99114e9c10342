"""The facts of which the brief may speak."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Fact:
    """Something on file; `anchor` is where the page shows it.

    What happened `at` a moment stands in the timeline, maybe not on its first page.
    """

    anchor: str
    at: datetime | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Said(Fact):
    """Something that a person wrote down."""

    text: str


@dataclass(frozen=True)
class Loss(Fact):
    """What assets lost in the running month, in CNY and in percent of the last month's close."""

    amount: Decimal
    percent: int


@dataclass(frozen=True)
class Promise(Fact):
    """A follow-up that is late or due today."""

    what: str
    due_on: date
    is_late: bool


@dataclass(frozen=True)
class Silence(Fact):
    """More days without a valid contact than the tier allows; no days where there was none."""

    days: int | None
    allowed: int


@dataclass(frozen=True)
class Maturity(Fact):
    """A holding that matures soon; no amount where the source names none."""

    name: str
    day: date
    amount: Decimal | None = None
    currency: str = "CNY"


@dataclass(frozen=True)
class Due(Fact):
    """Something that has its day by a rule of the bank."""

    due_on: date
    is_late: bool


@dataclass(frozen=True)
class Dated(Fact):
    """Something said or expected, with its day."""

    text: str
    day: date


@dataclass(frozen=True)
class Unanswered(Fact):
    """Days on which nobody answered, and whether to write instead (rules F4)."""

    days: int
    should_write: bool


@dataclass(frozen=True)
class Facts:
    """What the brief may speak of; None for what is not on file or not out of the ordinary."""

    left_in_peace: Fact | None = None
    loss: Loss | None = None
    promise: Promise | None = None
    silence: Silence | None = None
    falls: Said | None = None
    review: Due | None = None
    celebrates: Dated | None = None
    agreed: Dated | None = None
    maturity: Maturity | None = None
    event: Dated | None = None
    risk_ended: Dated | None = None
    unused: Dated | None = None
    topics: Said | None = None
    avoid: Said | None = None
    keep_in_mind: Said | None = None
    unanswered: Unanswered | None = None
    decides: Said | None = None
    no_offers: Fact | None = None
    best_time: Said | None = None
