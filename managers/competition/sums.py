"""Sums over the ledger: which entries count, and what they add up to."""

from datetime import date
from itertools import accumulate

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, Value, When

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

    The ledger is read once: what lies between the days is summed apart, and put together here.
    """
    found = counted(competition).filter(day__lte=max(days))
    if staff is not None:
        found = found.filter(staff__in=staff)
    steps = sorted(set(days))
    phases = [When(day__lte=day, then=Value(n)) for n, day in enumerate(steps)]
    phase = Case(*phases, output_field=IntegerField())
    sums = {"amount_": Sum("amount"), "count_": Sum(_SIGN)}
    rows = found.order_by().annotate(phase=phase).values_list("staff", "metric", "phase")
    parts: list[dict] = [{} for _day in steps]
    for person, metric, place, amount, count in rows.annotate(**sums):
        parts[place].setdefault(person, {})[metric] = Total(amount, count)
    until = dict(zip(steps, accumulate(parts, _together), strict=True))
    return [until[day] for day in days]


def _together(before: dict, part: dict) -> dict:
    """The totals before and those of a part, person by person; who has no part is not copied."""
    found = dict(before)
    for person, totals in part.items():
        mine = dict(before.get(person, {}))
        for metric, more in totals.items():
            there = mine.get(metric)
            mine[metric] = more if there is None else there.plus(more)
        found[person] = mine
    return found


def _of_its_days(competition: Competition) -> QuerySet[PointEntry]:
    return PointEntry.objects.filter(day__gte=competition.first, day__lte=competition.last)
