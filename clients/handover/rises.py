"""Which clients rose, and which rises are taken back: arithmetic over plain values (H2, H7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from clients.assets.rules.months import following
from clients.assets.rules.tiers import RANK

KEPT = 12  # months in which a tier that was held before brings nothing


@dataclass(frozen=True, slots=True)
class Change:
    """A change of tier that a month decided; `earned` where the month's average reached it."""

    month: date
    was: str
    now: str
    earned: bool

    @property
    def rises(self) -> bool:
        """Whether it is one upwards that the average earned."""
        return self.earned and RANK[self.now] > RANK[self.was]


def counts(changes: Sequence[Change], month: date) -> list[Change]:
    """The rises that a month decided and that count; `changes` of one client in their order.

    A tier that the client had or passed within the twelve months before is none that was won.
    """
    found = []
    for place, change in enumerate(changes):
        since = following(month, -KEPT)
        before = [one for one in changes[:place] if one.month >= since]
        held = max((RANK[one.was] for one in before), default=-1)
        if change.rises and change.month == month and held < RANK[change.now]:
            found.append(change)
    return found


def lost(changes: Sequence[Change], *, months: int) -> Iterable[Change]:
    """The rises that a later change undid, decided within so many months."""
    for place, change in enumerate(changes):
        until = following(change.month, months)
        falls = (one for one in changes[place + 1 :] if one.month <= until)
        if change.rises and any(RANK[one.now] < RANK[change.now] for one in falls):
            yield change
