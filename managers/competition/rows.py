"""One line of the standings."""

from dataclasses import dataclass
from decimal import Decimal

from managers.competition.divisions import Division, Participant
from managers.competition.scores import NOTHING, Explained, label
from managers.people.models import OrgUnit, Staff

ABSENT = "absent"  # too few days of the period to be ranked (rules H4)


@dataclass(frozen=True)
class Row:
    """A participant with score and place; equal keys share a place (1-2-2-4, rules H5).

    `place` is None for who was there too few days. `to_next` and `ahead` are points to the next
    better and the next worse place, `move` places won since the last working day, `climb` since the
    first day of the period; None where nothing is to compare. `prize` in CNY, as things stand.
    `bar` is a metric's code or `absent` where no prize can be won.
    """

    who: Participant
    score: Explained
    place: int | None = None
    to_next: Decimal | None = None
    ahead: Decimal | None = None
    move: int | None = None
    climb: int | None = None
    prize: Decimal = NOTHING
    bar: str = ""
    part: Decimal | None = None  # the score of one metric, where places are by it
    metric: str = ""  # that metric

    @property
    def staff(self) -> Staff:
        """The person."""
        return self.who.staff

    @property
    def unit(self) -> OrgUnit:
        """Where the person works."""
        return self.who.unit

    @property
    def post(self) -> str:
        """The post of the division."""
        return self.who.post

    @property
    def division(self) -> Division:
        """Whom the person stands against."""
        return self.who.division

    @property
    def bar_label(self) -> str:
        """The metric that costs the prize; nothing for too few days."""
        return label(self.bar) if self.bar not in ("", ABSENT) else ""

    @property
    def shown(self) -> Decimal:
        """What the place goes by."""
        return self.score.total if self.part is None else self.part

    @property
    def actual(self) -> Decimal:
        """What was reached of the metric that the place goes by."""
        return self.score.actual(self.metric)

    @property
    def fall(self) -> int:
        """Places lost since the last working day."""
        return -(self.move or 0)

    @property
    def slide(self) -> int:
        """Places lost since the first day."""
        return -(self.climb or 0)
