"""How long a record is kept: pure arithmetic of days (rules F6, J7)."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Calendar months and days that are counted from the day after a record's start.

    A month that has no such day ends the period on its last one: from 29 February a year runs to
    28 February (Civil Code art. 201, 202).
    """

    months: int = 0
    days: int = 0

    def last_day(self, start: date) -> date:
        """The last day on which a record that began on `start` is kept."""
        return start + relativedelta(months=self.months, days=self.days)

    def is_over(self, start: date, *, on: date) -> bool:
        """Whether the last day has passed."""
        return self.last_day(start) < on

    def cut(self, on: date) -> date:
        """The latest start of which the period is over: what began later is kept."""
        # Months differ in length, so counting back may miss the day by a few.
        found = on - _DAY - relativedelta(months=self.months, days=self.days)
        while self.is_over(found + _DAY, on=on):
            found += _DAY
        while not self.is_over(found, on=on):
            found -= _DAY
        return found
