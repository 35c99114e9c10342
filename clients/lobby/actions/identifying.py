"""Who identified a client counts once for each person, whatever their files (H2, H7)."""

from collections.abc import Collection
from decimal import Decimal

from django.db.models import Q

from crm.lib import clock
from managers.competition.actions import credit, reverse
from managers.competition.models import Metric, PointEntry


def credit_identification(client, *, by, at) -> None:
    """A client without an RM counts once ever, for who recognised them first (rules D5, H2)."""
    source, day = f"identified:{client.pk}", clock.local(at).date()
    credit(by, Decimal(1), metric=Metric.IDENTIFIED, source=source, day=day, at=at, by=by)


def count_person_once(files: Collection[int], *, by, at) -> list[int]:
    """Leave the first point of these files, which are one person's; returns the entries reversed.

    Each source is the file's number, and what follows it once it was given back.
    """
    theirs = Q()
    for pk in files:
        theirs |= Q(source=f"identified:{pk}") | Q(source__startswith=f"identified:{pk}:")
    standing = PointEntry.objects.filter(theirs, metric=Metric.IDENTIFIED, reversed_by=None)
    twice = list(standing.filter(reverses=None).order_by("day", "pk"))[1:]
    for entry in twice:
        reverse(entry.source, at=at, by=by)
    return [entry.pk for entry in twice]


def count_apart_again(entries: Collection[int], *, key: int, by, at) -> None:
    """Give back what was reversed, because the files are two people's after all; once for a key.

    It counts on the day of what took it away, so that the two are nothing together.
    """
    for entry in PointEntry.objects.filter(pk__in=entries).order_by("pk"):
        credit(
            entry.staff,
            entry.amount,
            metric=entry.metric,
            source=f"{entry.source}:{key}",
            day=entry.reversed_by.day,
            at=at,
            by=by,
        )
