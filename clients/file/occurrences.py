"""When a day of the year comes next, by the solar or the lunar calendar."""

from calendar import monthrange
from datetime import date

from borax.calendars.lunardate import MAX_LUNAR_YEAR, LCalendars, LunarDate


def next_solar(month: int, day: int, *, on: date) -> date:
    """The next such day from `on`; 29 February is kept on the 28th (rules F2)."""
    this_year = _solar(on.year, month, day)
    return this_year if this_year >= on else _solar(on.year + 1, month, day)


def next_lunar(month: int, day: int, *, is_leap: bool = False, on: date) -> date | None:
    """The next such day of the lunar calendar; None beyond the library's tables.

    In years without the leap month it is kept in the ordinary one; where a month has only 29 days
    the 30th is kept on its last (rules F2).
    """
    for year in range(on.year - 1, min(on.year + 1, MAX_LUNAR_YEAR) + 1):
        found = _lunar(year, month, day, is_leap)
        if found >= on:
            return found
    return None


def lunar_year(day: date) -> int:
    """The lunar year in which a day lies: it begins in January or February."""
    return LunarDate.from_solar(day).year


def is_lunar_day(month: int, day: int) -> bool:
    """Whether a lunar calendar can have such a day."""
    return 1 <= month <= 12 and 1 <= day <= 30


def is_solar_day(month: int, day: int) -> bool:
    """Whether some year has such a day."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(2024, month)[1]


def _solar(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _lunar(year: int, month: int, day: int, is_leap: bool) -> date:
    leap = is_leap and LCalendars.leap_month(year) == month
    last = LCalendars.ndays(year, month, leap)
    return LunarDate(year, month, min(day, last), leap).to_solar_date()
