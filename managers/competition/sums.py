"""Sums over the ledger: which entries count, and what they add up to."""

from datetime import date
from itertools import pairwise

from django.db.models import BigIntegerField, Case, IntegerField, Q, QuerySet, Sum, When

from managers.competition.models import Competition, PointEntry
from managers.competition.scores import Total

# An entry that takes another one back counts against it in the mean of a rate.
_SIGN = Case(When(reverses=None, then=1), default=-1, output_field=IntegerField())

_HUNDREDTHS = Sum("amount", output_field=BigIntegerField())  # as they are stored


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
    """For each day what the ledger holds up to it: `Total` by metric by person. A query a day.

    The spans between the days are summed one by one and added up here: as groups or filters of one
    query they would cost the whole ledger each, and all but one of them are short.
    """
    entries = counted(competition).order_by()
    if staff is not None:
        entries = entries.filter(staff__in=staff)
    until: dict[date, dict] = {}
    so_far: dict[int, dict] = {}
    for after, day in pairwise([date.min, *sorted(set(days))]):
        until[day] = so_far = _plus(so_far, entries.filter(day__gt=after, day__lte=day))
    return [until[day] for day in days]


def _plus(before: dict[int, dict], entries: QuerySet[PointEntry]) -> dict[int, dict]:
    found = {person: dict(totals) for person, totals in before.items()}
    sums = entries.values_list("staff", "metric").annotate(_HUNDREDTHS, sign=Sum(_SIGN))
    for person, metric, hundredths, count in sums:
        mine, more = found.setdefault(person, {}), Total(hundredths, count)
        mine[metric] = mine[metric].plus(more) if metric in mine else more
    return found


def _of_its_days(competition: Competition) -> QuerySet[PointEntry]:
    return PointEntry.objects.filter(day__gte=competition.first, day__lte=competition.last)
