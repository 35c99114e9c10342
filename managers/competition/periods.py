"""Months, quarters and years of the competition."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm import words

_CODE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})|-Q(?P<quarter>[1-4]))?")
_EARLIEST, _LATEST = 2000, 2100  # years beyond are a typing error


class Kind(TextChoices):
    """How long a period is."""

    MONTH = "month", gettext_lazy("Month")
    QUARTER = "quarter", gettext_lazy("Quarter")
    YEAR = "year", gettext_lazy("Year")


_MONTHS = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.YEAR: 12}


@dataclass(frozen=True)
class Period:
    """One month, quarter or year, by its first month."""

    kind: Kind
    first: date

    @classmethod
    def parse(cls, code: str) -> "Period":
        """Read `2026-11`, `2026-Q4` or `2026`. Raises ValueError for anything else."""
        found = _CODE.fullmatch(code)
        if found is None or not _EARLIEST <= int(found["year"]) <= _LATEST:
            raise ValueError(f"{code!r} is no period.")
        year = int(found["year"])
        if found["month"]:
            return cls(Kind.MONTH, date(year, int(found["month"]), 1))
        if found["quarter"]:
            return cls(Kind.QUARTER, date(year, 3 * int(found["quarter"]) - 2, 1))
        return cls(Kind.YEAR, date(year, 1, 1))

    @classmethod
    def around(cls, kind: str, day: date) -> "Period":
        """The period of this kind in which a day lies."""
        kind = Kind(kind)
        month = day.month - (day.month - 1) % _MONTHS[kind]
        return cls(kind, date(day.year, month, 1))

    @property
    def last(self) -> date:
        """The last day, which belongs to the period."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Period":
        """The period that follows."""
        return Period(self.kind, _shifted(self.first, _MONTHS[self.kind]))

    @property
    def previous(self) -> "Period":
        """The period before."""
        return Period(self.kind, _shifted(self.first, -_MONTHS[self.kind]))

    @property
    def code(self) -> str:
        """How it stands in addresses: `2026-11`, `2026-Q4`, `2026`."""
        if self.kind == Kind.MONTH:
            return f"{self.first:%Y-%m}"
        if self.kind == Kind.QUARTER:
            return f"{self.first.year}-Q{self._quarter}"
        return str(self.first.year)

    def __str__(self) -> str:
        """How it is called in the page's language."""
        if self.kind == Kind.MONTH:
            return words.month(self.first)
        if self.kind == Kind.QUARTER:
            return _("Q%(quarter)d %(year)d") % {
                "quarter": self._quarter,
                "year": self.first.year,
            }
        return _("Year %(year)d") % {"year": self.first.year}

    def days_left(self, today: date) -> int:
        """Calendar days from today to the last day, both counted; 0 once it is over."""
        return max((self.last - max(today, self.first)).days + 1, 0)

    @property
    def _quarter(self) -> int:
        return (self.first.month + 2) // 3


def _shifted(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
