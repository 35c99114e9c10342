"""Whom the contact standard is about, and from when on a contact still covers them (F1, F13)."""

from calendar import monthrange
from datetime import date, timedelta

from django.db.models import Case, DateTimeField, Value, When

from clients.followups.standards import in_force
from crm.lib import clock


def since(on: date, **names: str) -> Case:
    """The earliest moment of a contact that still covers a client on a day; null for no standard.

    `names` are those of `Standards.condition`.

    One query for the standards of the day.
    """
    standards = in_force(on)
    cases = [
        When(
            standards.condition(row, **names),
            then=Value(
                clock.start_of_day(on - timedelta(days=row.gap_days)) if row.gap_days else None
            ),
        )
        for row in standards.rows
    ]
    return Case(*cases, default=None, output_field=DateTimeField())


def last_days(on: date, months: int) -> list[date]:
    """The last days of the months before a day, oldest first, and the day itself."""
    days = [on]
    while len(days) < months:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]


def last_day(month: str, *, today: date) -> date:
    """The last day of a month like 2026-10; of this one, and of a text without sense, today."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return today
    return min(first.replace(day=monthrange(first.year, first.month)[1]), today)
