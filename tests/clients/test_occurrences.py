"""Days that return each year, by the solar and by the lunar calendar (rules F2)."""

from datetime import date, timedelta

import pytest

from clients.file.occurrences import lunar_year, next_lunar, next_solar

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("month", "day", "on", "expected"),
    [
        (11, 23, TODAY, TODAY),
        (11, 22, TODAY, date(2027, 11, 22)),
        (2, 29, TODAY, date(2027, 2, 28)),
        (2, 29, date(2027, 12, 1), date(2028, 2, 29)),
    ],
)
def test_a_day_comes_next_today_or_later_and_29_february_on_the_28th(month, day, on, expected):
    assert next_solar(month, day, on=on) == expected


@pytest.mark.parametrize(
    ("month", "day", "leap", "on", "expected"),
    [
        (8, 15, False, TODAY, date(2027, 9, 15)),  # mid-autumn
        (1, 1, False, TODAY, date(2027, 2, 6)),  # spring festival
        (12, 8, False, date(2027, 1, 1), date(2027, 1, 15)),  # still of the lunar year before
        (6, 1, True, date(2025, 7, 1), date(2025, 7, 25)),  # 2025 has a leap sixth month
        (6, 10, True, date(2025, 7, 1), date(2025, 8, 3)),
        (
            11,
            1,
            True,
            date(2033, 12, 1),
            date(2033, 12, 22),
        ),  # 2033 has a leap eleventh
        (6, 10, True, TODAY, date(2027, 7, 13)),  # 2027 has not: the ordinary sixth
        (12, 30, False, TODAY, date(2027, 2, 5)),  # only 29 days: its last
        (12, 30, False, date(2026, 1, 1), date(2026, 2, 16)),
        (1, 1, False, date(2101, 1, 28), None),  # beyond the tables
    ],
)
def test_a_lunar_day_comes_next_by_the_lunar_calendar(month, day, leap, on, expected):
    assert next_lunar(month, day, is_leap=leap, on=on) == expected


@pytest.mark.parametrize(
    ("festival", "month", "day"),
    [
        (date(1978, 9, 17), 8, 15),  # its new moon rose nine minutes after midnight
        (date(2024, 2, 10), 1, 1),
        (date(2024, 9, 17), 8, 15),
        (date(2025, 1, 29), 1, 1),
        (date(2025, 10, 6), 8, 15),  # after a leap month
        (date(2026, 2, 17), 1, 1),
        (date(2026, 6, 19), 5, 5),
        (date(2026, 9, 25), 8, 15),
        (date(2034, 2, 19), 1, 1),
    ],
)
def test_festivals_fall_on_the_days_of_the_almanac(festival, month, day):
    assert next_lunar(month, day, on=festival) == festival
    assert next_lunar(month, day, on=festival - timedelta(days=40)) == festival


def test_the_lunar_year_begins_at_the_spring_festival():
    assert lunar_year(date(2026, 2, 16)) == 2025
    assert lunar_year(date(2026, 2, 17)) == 2026
