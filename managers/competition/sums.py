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
    """What came after the cut-off and counts nothing: of its days, or against one of them (H6)."""
    if competition.cutoff is None:
        return PointEntry.objects.none()
    days = (competition.first, competition.last)
    concerned = Q(day__range=days) | Q(reverses__day__range=days)
    return PointEntry.objects.filter(concerned, pk__gt=competition.cutoff)


def totals_until(competition: Competition, *days: date, staff=None) -> list[dict]:
    """For each day what the ledger holds up to it: `Total` by metric by person. One query.

    Each day is a sum with a filter of its own: grouped by the spans between them, the planner
    expects too many groups and sorts the ledger on disk.
    """
    last = max(days)
    found = counted(competition).filter(day__lte=last)
    if staff is not None:
        found = found.filter(staff__in=staff)
    sums: dict[str, Sum] = {}
    for n, day in enumerate(days):
        part = None if day == last else Q(day__lte=day)
        sums |= {f"amount_{n}": Sum("amount", filter=part), f"count_{n}": Sum(_SIGN, filter=part)}
    until: list[dict] = [{} for _day in days]
    rows = found.order_by().values_list("staff", "metric").annotate(**sums)
    for person, metric, *parts in rows:
        for totals, amount, count in zip(until, parts[::2], parts[1::2], strict=True):
            if amount is not None:
                totals.setdefault(person, {})[metric] = Total(amount, count)
    return until


def _of_its_days(competition: Competition) -> QuerySet[PointEntry]:
    return PointEntry.objects.filter(day__gte=competition.first, day__lte=competition.last)
