import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.calendar import WorkCalendar
from tests.shared import shared_data

PLAIN = WorkCalendar()
OVERRIDDEN = WorkCalendar(
    {
        date(2026, 3, 3): (False, "地方假日"),
        date(2026, 3, 7): (True, "地方假日"),
    }
)

days = st.dates(date(2004, 1, 1), date(2040, 12, 31))
counts = st.integers(min_value=1, max_value=60)


def announced(year):
    """A year's announced days, read straight from its file."""
    file = json.loads(shared_data("holidays-cn", f"{year}.json").read_text(encoding="utf-8"))
    return {date.fromisoformat(day["date"]): not day["isOffDay"] for day in file["days"]}


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_every_day_is_worked_as_the_state_council_announced(year):
    differing = announced(year) | announced(year + 1)
    first, length = date(year, 1, 1), 366 if year % 4 == 0 else 365

    wrong = [
        day
        for day in (first + timedelta(days=passed) for passed in range(length))
        if PLAIN.is_workday(day) != differing.get(day, day.weekday() < 5)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("day", "worked", "name"),
    [
        (date(2026, 10, 1), False, "国庆节"),
        (date(2026, 10, 10), True, "国庆节"),
        (date(2026, 10, 12), True, ""),
        (date(2026, 11, 22), False, ""),
        (date(2027, 10, 1), False, "国庆节"),
        (date(2027, 2, 5), False, "农历除夕"),
        (date(2027, 2, 10), True, ""),
    ],
)
def test_a_day_is_worked_or_not_and_says_why(day, worked, name):
    assert (PLAIN.is_workday(day), PLAIN.name(day)) == (worked, name)


def test_a_row_of_the_table_goes_before_all_else():
    assert not OVERRIDDEN.is_workday(date(2026, 3, 3))
    assert OVERRIDDEN.is_workday(date(2026, 3, 7))
    assert OVERRIDDEN.name(date(2026, 3, 7)) == "地方假日"


def test_a_year_nobody_has_announced_is_provisional():
    assert PLAIN.is_provisional(date(2027, 3, 1))
    assert not PLAIN.is_provisional(date(2026, 3, 1))


def test_an_imported_year_is_no_longer_provisional():
    imported = WorkCalendar(
        {date(2027, 10, 1): (False, "国庆节"), date(2027, 10, 9): (True, "国庆节")}
    )

    assert not imported.is_provisional(date(2027, 3, 1))
    assert imported.is_workday(date(2027, 10, 9))
    # The file names every holiday, so what it leaves out is an ordinary day.
    assert imported.is_workday(date(2027, 10, 4))
    assert imported.is_workday(date(2027, 2, 8))


def test_one_stray_day_does_not_announce_its_year():
    stray = WorkCalendar({date(2027, 1, 1): (False, "元旦")})

    assert not stray.is_provisional(date(2027, 1, 1))
    assert stray.is_provisional(date(2027, 1, 4))
    assert not stray.is_workday(date(2027, 2, 8))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday to Monday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # Saturday to Monday
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over National Day
        (date(2026, 10, 8), 2, date(2026, 10, 10)),  # onto a make-up Saturday
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # a make-up Saturday, then Spring Festival
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # into a provisional year
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
    ],
)
def test_working_days_are_counted_from_the_day_after(start, count, end):
    assert PLAIN.add_working_days(start, count) == end


def test_working_days_are_not_counted_backward():
    with pytest.raises(ValueError, match="counted forward"):
        PLAIN.add_working_days(date(2026, 3, 2), -1)


@pytest.mark.parametrize(
    ("length", "end"),
    [(15, date(2026, 3, 17)), (30, date(2026, 4, 1)), (60, date(2026, 5, 1))],
)
def test_statutory_clocks_run_in_calendar_days_and_do_not_roll(length, end):
    assert date(2026, 3, 2) + timedelta(days=length) == end


@given(start=days, count=counts)
def test_counting_lands_on_a_working_day_and_counts_back(start, count):
    end = PLAIN.add_working_days(start, count)

    assert PLAIN.is_workday(end)
    assert PLAIN.working_days_between(start, end) == count
    assert PLAIN.working_days_between(end, start) == -count


@given(start=days, first=counts, second=counts)
def test_counting_in_two_steps_is_counting_in_one(start, first, second):
    stop = PLAIN.add_working_days(start, first)

    assert PLAIN.add_working_days(stop, second) == PLAIN.add_working_days(start, first + second)


@given(day=days)
def test_rolling_stays_on_a_working_day_and_skips_none(day):
    before, after = PLAIN.previous_workday(day), PLAIN.next_workday(day)

    assert before <= day <= after
    assert (before == after) == PLAIN.is_workday(day)
    assert PLAIN.is_workday(before)
    assert PLAIN.working_days_between(before, after) == (before != after)
