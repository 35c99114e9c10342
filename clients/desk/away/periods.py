"""The days on which somebody was covered (rules E8)."""

from dataclasses import dataclass
from datetime import date, timedelta

from crm.workdays import work_calendar
from managers.people.models import Absence, Staff

TOLD_FOR = timedelta(days=30)  # after the last day
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Away:
    """Days off without a day of work between them, and who covered; `last` ended them."""

    last: Absence
    first_day: date
    deputies: list[Staff]

    @property
    def last_day(self) -> date:
        return self.last.last_day


def last_away(person, *, on: date) -> Away | None:
    """The days away that ended last before a day; None while away, or long after; one query."""
    rows = Absence.objects.filter(staff=person, first_day__lte=on, deputy__isnull=False)
    absences = list(rows.select_related("deputy").order_by("-last_day", "-pk"))
    if not absences or not on - TOLD_FOR <= absences[0].last_day < on:
        return None
    together = [absences[0]]
    for earlier in absences[1:]:
        if back_on(earlier) < together[-1].first_day:
            break
        together.append(earlier)
    deputies = {one.deputy_id: one.deputy for one in reversed(together)}
    return Away(together[0], together[-1].first_day, list(deputies.values()))


def back_on(absence) -> date:
    """The first day of work after an absence, unless another one follows."""
    return work_calendar().next_workday(absence.last_day + _DAY)
