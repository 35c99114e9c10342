"""Working days in China (rules F5, F6): pure functions of a table of announced days."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import holidays
from chinese_calendar import constants as announced

_DAY = timedelta(days=1)
_FRIDAY = 4
_KNOWN_YEARS = range(min(announced.holidays).year, max(announced.holidays).year + 1)


class WorkCalendar:
    """Which days people work on.

    `overrides` maps a day to (is it worked, name) and goes first; then come the years
    that the chinesecalendar library knows. Any other year is provisional: weekends and
    the statutory holidays, without the make-up days that the State Council announces
    each autumn.
    """

    def __init__(self, overrides: Mapping[date, tuple[bool, str]] | None = None):
        self._overrides = dict(overrides or {})

    def is_workday(self, day: date) -> bool:
        """Whether people work on this day."""
        if day in self._overrides:
            return self._overrides[day][0]
        if day in announced.workdays:
            return True
        return day.weekday() <= _FRIDAY and not self._holiday(day)

    def name(self, day: date) -> str:
        """The Chinese name of the holiday, or of the one that a make-up day pays for; else ""."""
        if day in self._overrides:
            return self._overrides[day][1]
        if day in announced.workdays:
            return announced.Holiday(announced.workdays[day]).chinese
        return self._holiday(day)

    def is_provisional(self, day: date) -> bool:
        """Whether this day is our guess, because its year has not been announced."""
        return day not in self._overrides and not self._is_announced(day.year)

    def next_workday(self, day: date) -> date:
        """This day if people work on it, else the next one on which they do."""
        while not self.is_workday(day):
            day += _DAY
        return day

    def previous_workday(self, day: date) -> date:
        """This day if people work on it, else the last one before on which they did."""
        while not self.is_workday(day):
            day -= _DAY
        return day

    def add_working_days(self, start: date, count: int) -> date:
        """The count-th working day after `start`, which itself is not counted (rules F6).

        Adding none gives `start` itself. Raises ValueError for a negative count.
        """
        if count < 0:
            raise ValueError("Working days are counted forward.")
        day = start
        for _ in range(count):
            day = self.next_workday(day + _DAY)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative if `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(
            self.is_workday(start + timedelta(days=passed))
            for passed in range(1, (end - start).days + 1)
        )

    def _is_announced(self, year: int) -> bool:
        # The file of a year holds stray days of its neighbours, but each year's National Day
        # only stands in its own.
        return year in _KNOWN_YEARS or date(year, 10, 1) in self._overrides

    def _holiday(self, day: date) -> str:
        if day.year in _KNOWN_YEARS:
            english = announced.holidays.get(day)
            return announced.Holiday(english).chinese if english else ""
        return "" if self._is_announced(day.year) else _statutory(day.year).get(day, "")


@lru_cache(maxsize=64)
def _statutory(year: int) -> dict[date, str]:
    """The thirteen days that the law itself names, without days in lieu."""
    days = holidays.country_holidays("CN", years=year, observed=False, language="zh_CN")
    return dict(days)
