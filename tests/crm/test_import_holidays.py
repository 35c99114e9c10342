import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crm.models import CalendarDay
from crm.workdays import work_calendar
from tests.shared import shared_data

pytestmark = pytest.mark.django_db

NATIONAL_DAY = date(2027, 10, 1)
MAKE_UP = date(2027, 10, 9)


@pytest.fixture
def announcement(tmp_path):
    """A function that writes the file of 2027 and imports it; gives the summary."""

    def announce(*days, year=2027):
        path = tmp_path / f"{year}.json"
        path.write_text(
            json.dumps(
                {
                    "year": year,
                    "days": [
                        {"name": name, "date": str(day), "isOffDay": off} for day, off, name in days
                    ],
                }
            ),
            encoding="utf-8",
        )
        return imported(path)

    return announce


def imported(*paths):
    out = StringIO()
    call_command("import_holidays", *map(str, paths), "--json", stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def summary(**counts):
    return dict.fromkeys(["created", "updated", "unchanged", "removed", "kept"], 0) | counts


def rows():
    return [*CalendarDay.objects.values_list("date", "is_workday", "name", "source")]


def test_announced_days_enter_the_calendar(announcement):
    assert work_calendar().is_provisional(MAKE_UP)

    found = announcement((NATIONAL_DAY, True, "国庆节"), (MAKE_UP, False, "国庆节"))

    assert found == summary(created=2)
    assert rows() == [
        (NATIONAL_DAY, False, "国庆节", "holiday-cn 2027"),
        (MAKE_UP, True, "国庆节", "holiday-cn 2027"),
    ]
    assert work_calendar().is_workday(MAKE_UP)
    assert not work_calendar().is_provisional(MAKE_UP)


def test_importing_again_changes_nothing(announcement):
    days = [(NATIONAL_DAY, True, "国庆节"), (MAKE_UP, False, "国庆节")]
    announcement(*days)

    assert announcement(*days) == summary(unchanged=2)


def test_a_corrected_announcement_corrects_the_calendar(announcement):
    announcement((NATIONAL_DAY, True, "国庆节"), (MAKE_UP, False, "国庆节"))

    assert announcement((NATIONAL_DAY, True, "国庆")) == summary(updated=1, removed=1)
    assert rows() == [(NATIONAL_DAY, False, "国庆", "holiday-cn 2027")]


def test_a_day_that_a_person_entered_is_kept(announcement):
    CalendarDay.objects.create(date=MAKE_UP, is_workday=False, name="行庆")

    assert announcement((MAKE_UP, False, "国庆节")) == summary(kept=1)
    assert rows() == [(MAKE_UP, False, "行庆", "")]


def test_a_day_may_stand_in_the_files_of_two_years(announcement):
    announcement((date(2026, 12, 31), True, "元旦"), year=2026)

    assert announcement((date(2026, 12, 31), True, "元旦"), year=2027) == summary(unchanged=1)


def test_a_year_that_is_not_announced_yet_is_said(tmp_path):
    path = tmp_path / "2027.json"
    path.write_text('{"year": 2027, "days": []}')
    out = StringIO()

    call_command("import_holidays", str(path), stdout=out)

    assert out.getvalue().splitlines() == [
        "2027 has not been announced yet.",
        "0 created, 0 updated, 0 unchanged, 0 removed, 0 kept",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "not a file of holidays"),
        ("[]", "not a file of holidays"),
        ('{"year": 2027}', "'days'"),
        ('{"year": 2027, "days": [{"date": "2027-02-30", "isOffDay": true, "name": ""}]}', "day"),
        ('{"year": 2027, "days": [{"date": "2027-02-03", "isOffDay": 1, "name": ""}]}', "isOffDay"),
        (" " * 2**21, "too large"),
    ],
)
def test_a_file_that_is_no_announcement_changes_nothing(tmp_path, content, reason):
    good, bad = tmp_path / "2026.json", tmp_path / "2027.json"
    good.write_text(
        '{"year": 2026, "days": [{"date": "2026-10-01", "isOffDay": true, "name": ""}]}'
    )
    bad.write_text(content)

    with pytest.raises(CommandError, match=reason):
        imported(good, bad)

    assert rows() == []


def test_a_missing_file_and_an_empty_folder_are_said(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        imported(tmp_path / "2026.json")
    with pytest.raises(CommandError, match="named after a year"):
        imported(tmp_path)


def test_the_public_announcements_are_imported_whole():
    folder = shared_data("holidays-cn")
    days = {
        day["date"]: day
        for year in range(2023, 2028)
        for day in json.loads((folder / f"{year}.json").read_text(encoding="utf-8"))["days"]
    }

    assert imported(folder) == summary(created=len(days))
    assert imported(folder) == summary(unchanged=len(days))
    assert {str(day): not is_workday for day, is_workday, _name, _source in rows()} == {
        day: row["isOffDay"] for day, row in days.items()
    }
