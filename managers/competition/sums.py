"""Sums over the ledger: which entries count, and what they add up to."""

from datetime import date

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, When

from managers.competition.models import Competition, PointEntry
from managers.competition.scoring import Total

# An entry that takes another one back counts against it in the mean of a rate.
_SIGN = Case(When(reverses=None, then=1), default=-1, output_field=IntegerField())


def counted(competition: Competition) -> QuerySet[PointEntry]:
    """The entries that count: of the period's days, and before the cut-off once there is one."""
    found = _of_its_days(competition)
    return found if competition.cutoff is None else found.filter(pk__lte=competition.cutoff)


def late(competition: Competition) -> QuerySet[PointEntry]:
    """Entries of the period's days that came after the cut-off and change nothing (rules H6)."""
    found = _of_its_days(competition)
    return found.none() if competition.cutoff is None else found.filter(pk__gt=competition.cutoff)


def totals_until(competition: Competition, *days: date, staff=None) -> list[dict]:
    """For each day what the ledger holds up to it: `Total` by metric by person. One query."""
    found = counted(competition).filter(day__lte=max(days))
    if staff is not None:
        found = found.filter(staff__in=staff)
    sums = {}
    for n, day in enumerate(days):
        until = Q(day__lte=day)
        sums |= {f"sum{n}": Sum("amount", filter=until), f"n{n}": Sum(_SIGN, filter=until)}
    results: list[dict] = [{} for _day in days]
    for person, metric, *values in found.order_by().values_list("staff", "metric").annotate(**sums):
        for n, kept in enumerate(results):
            amount, count = values[2 * n : 2 * n + 2]
            if amount is not None:
                kept.setdefault(person, {})[metric] = Total(amount, count)
    return results


def _of_its_days(competition: Competition) -> QuerySet[PointEntry]:
    return PointEntry.objects.filter(day__gte=competition.first, day__lte=competition.last)
