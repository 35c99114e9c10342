"""What a kind of record is: from when, how long and on what ground it is kept (rules J7).

Law is a floor that no setting undercuts. The lines stand in `table.py`; features above register
kinds of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from clients.privacy.emptying import empty_typed
from clients.privacy.periods import Period
from crm import bank
from crm.lib import clock

AML = _("Law: Anti-Money-Laundering Law, art. 34")
NETWORK_LOGS = _("Law for six months (Cybersecurity Law, art. 21), then a setting")
SETTING = _("Setting of the bank")
Drop = Callable[[list[int], datetime], None]
_DAY = timedelta(days=1)
_KEY = "retention.months"


@dataclass(frozen=True)
class Kind:
    """One line of the table.

    `held` gives the rows that still hold something, `starts` names the field that their period is
    counted from. `drop` empties or deletes locked rows by their ids; where it is None the rows
    are not ours to take away, and `why` says who does.
    """

    code: str
    label: str
    start: str
    basis: str
    period: Callable[[date], Period]
    held: Callable[[], QuerySet]
    starts: str
    by_day: bool = False  # whether that field is a day, not a moment
    proves_itself: bool = False  # whether `drop` keeps a proof for each row
    drop: Drop | None = None
    why: str = ""

    def due(self, *, on: date) -> QuerySet:
        """Rows whose period is over on a day, the oldest ids first."""
        edge = self.period(on).cut(on) + _DAY
        before = edge if self.by_day else clock.start_of_day(edge)
        return self.held().filter(**{f"{self.starts}__lt": before}).order_by("pk")


def months(code: str) -> Callable[[date], Period]:
    """The months that the bank has set for a kind, and never fewer than the law asks for."""

    def read(on: date) -> Period:
        return Period(months=max(bank.read(_KEY, on=on)[code], bank.FLOORS[_KEY].get(code, 0)))

    return read


def days(key: str) -> Callable[[date], Period]:
    """A period that is a setting of its own, in days."""
    return lambda on: Period(days=bank.read(key, on=on))


def delete(model: type[Model]) -> Drop:
    """Take the rows of a table away."""
    return lambda pks, at: model._base_manager.filter(pk__in=pks).delete()


def typed(model: type[Model]) -> Drop:
    """Empty what people typed; the rows stay as figures."""
    return lambda pks, at: empty_typed(model, pks)


_KINDS: list[Kind] = []


def register(kind: Kind) -> None:
    """Add a line to the table; one of the same code takes its place."""
    _KINDS[:] = [known for known in _KINDS if known.code != kind.code] + [kind]


def kinds() -> list[Kind]:
    """All lines of the table."""
    return list(_KINDS)
