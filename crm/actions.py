"""What changes the tables of this app."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from crm import workdays
from crm.models import CalendarDay


@dataclass
class Tally:
    """How many announced days an import touched; `kept` ones a person had entered otherwise."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    kept: int = 0


@transaction.atomic
def announce_days(days: Mapping[date, tuple[bool, str]], *, source: str) -> Tally:
    """Make the calendar say what one announcement says (rules F5); again changes nothing.

    `days` maps a day to (is it worked, name). Days that this source named before and no
    longer does go; a day that a person or another source has entered stays as it is.
    """
    tally = Tally()
    rows = CalendarDay.objects.select_for_update(no_key=True)
    tally.removed, _by_model = rows.filter(source=source).exclude(date__in=days).delete()
    known = {row.date: row for row in rows.filter(date__in=days)}
    fresh = [
        CalendarDay(date=day, is_workday=is_workday, name=name, source=source)
        for day, (is_workday, name) in days.items()
        if day not in known
    ]
    tally.created = len(CalendarDay.objects.bulk_create(fresh))
    for day, row in known.items():
        _correct(row, *days[day], source=source, tally=tally)
    workdays.forget()
    return tally


def _correct(row: CalendarDay, is_workday: bool, name: str, *, source: str, tally: Tally) -> None:
    if (row.is_workday, row.name) == (is_workday, name):
        tally.unchanged += 1
    elif row.source != source:
        tally.kept += 1
    else:
        row.is_workday, row.name = is_workday, name
        row.save(update_fields=["is_workday", "name"])
        tally.updated += 1
