"""Whom the contact standard is about, and from when on a contact still covers them (F1, F13)."""

from datetime import date, timedelta

from django.db.models import Case, DateTimeField, Q, Value, When

from clients.followups.standards import PLANNED, in_force
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


def measured() -> Q:
    """Clients whom somebody serves and who are willing to be called."""
    return Q(state__in=PLANNED, do_not_contact=False)
