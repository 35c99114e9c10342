"""Sums over the ledger: which entries count, and what they add up to."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from django.conf import settings
from django.db import connection
from django.db.models import BigIntegerField, Case, IntegerField, Q, QuerySet, Sum, When

from crm.lib.db import on_postgresql
from managers.competition.models import Competition, PointEntry
from managers.competition.scores import Total
from managers.competition.shared import settled

Totals = dict[int, dict[str, Total]]

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


def totals_until(
    competition: Competition, *days: date, staff=None, quick: bool = False
) -> list[Totals]:
    """For each day what the ledger holds up to it, by person and metric.

    `quick`, what was settled within the last minute comes from the cache, and only what was written
    since is summed up: as exact, for what is settled never changes. SQLite cannot tell what is.
    """
    entries = counted(competition).order_by()
    if staff is not None:
        entries = entries.filter(staff__in=staff)
    if not (quick and settings.STANDINGS_SPAN and on_postgresql(connection)):
        return _until(entries, days)
    edge, so_far = settled(
        [competition.pk, days, staff],
        lambda edge: _until(entries.filter(written_in__lt=edge), days),
    )
    since = _until(entries.filter(written_in__gte=edge), days)
    return [_plus(before, more) for before, more in zip(so_far, since, strict=True)]


def _until(entries: QuerySet[PointEntry], days: Sequence[date]) -> list[Totals]:
    """One query a day. The spans between the days are summed one by one and added up here: as
    groups or filters of one query they would cost the whole ledger each, and all but one are short.
    """
    until: dict[date, Totals] = {}
    so_far: Totals = {}
    for after, day in pairwise([date.min, *sorted(set(days))]):
        until[day] = so_far = _plus(so_far, _sums(entries.filter(day__gt=after, day__lte=day)))
    return [until[day] for day in days]


def _sums(entries: QuerySet[PointEntry]) -> Totals:
    found: Totals = {}
    sums = entries.values_list("staff", "metric").annotate(_HUNDREDTHS, sign=Sum(_SIGN))
    for person, metric, hundredths, count in sums:
        found.setdefault(person, {})[metric] = Total(hundredths, count)
    return found


def _plus(before: Totals, more: Totals) -> Totals:
    """Both together; whoever has nothing more is shared with `before`."""
    return before | {person: _added(before.get(person, {}), own) for person, own in more.items()}


def _added(before: dict[str, Total], more: dict[str, Total]) -> dict[str, Total]:
    sums = {metric: before[metric].plus(one) for metric, one in more.items() if metric in before}
    return before | more | sums


def _of_its_days(competition: Competition) -> QuerySet[PointEntry]:
    return PointEntry.objects.filter(day__gte=competition.first, day__lte=competition.last)
