"""The bank's working calendar, from the table of announced days (rules F5)."""

import time

from django.apps import apps

from crm.lib.calendar import WorkCalendar

_KEPT_SECONDS = 5
_kept: tuple[float, WorkCalendar] | None = None


def work_calendar() -> WorkCalendar:
    """The calendar with all announced days; kept for a few seconds, they change once a year."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > _KEPT_SECONDS:
        days = apps.get_model("crm", "CalendarDay").objects.values_list(
            "date", "is_workday", "name"
        )
        _kept = (time.monotonic(), WorkCalendar({day: (works, name) for day, works, name in days}))
    return _kept[1]


def forget() -> None:
    """Read the table afresh at the next call; for whoever has just changed it."""
    global _kept
    _kept = None
