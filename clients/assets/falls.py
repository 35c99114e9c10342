"""On which past days assets began to be so low that an outflow is spoken of (rules F2)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Max, Min, OuterRef, Q, Subquery

from clients.assets.facts import has_fallen
from clients.assets.models import Balance
from clients.book.models import Client
from crm import bank

_CHUNK = 500  # clients whose balances are in memory at once
_DAY = timedelta(days=1)


def outflows(first: date, last: date) -> Iterator[tuple[int, date]]:
    """Pairs of a client's id and the first such day of the span, where the day before was none.

    A file into which others were merged is judged by its own balances.
    """
    back = timedelta(days=bank.read("outflow.days", on=last)) + _DAY
    known = Balance.objects.filter(day__range=(first - back, last)).order_by()
    pks = list(known.values_list("client", flat=True).distinct())
    for place in range(0, len(pks), _CHUNK):
        yield from _of_some(pks[place : place + _CHUNK], first, last, back)


def _of_some(pks, first: date, last: date, back: timedelta) -> Iterator[tuple[int, date]]:
    percent = bank.read("outflow.percent", on=last)
    floors = bank.read("tiers.floor", on=last)
    span = (first - back, last)
    suspects = {
        pk: (opening, floors[tier])
        for pk, tier, opening, least, most in _extremes(pks, span)
        if has_fallen(max(most, opening or 0), least, floor=floors[tier], percent=percent)
    }
    moved: dict[int, dict[date, Decimal]] = defaultdict(dict)
    written = Balance.objects.filter(client__in=suspects, day__range=span).order_by()
    for pk, day, closing in written.values_list("client", "day", "closing"):
        moved[pk][day] = closing
    for pk, (opening, floor) in suspects.items():
        closings = list(_each_day(opening, moved[pk], *span))
        if on := _first_fall(closings, floor, percent, first=first, back=back):
            yield pk, on


def _extremes(pks, span):
    """Of each client the tier, what was held before the span, and the least and most within it."""
    earlier = Balance.objects.filter(client=OuterRef("pk"), day__lt=span[0]).order_by("-day")
    within = Q(balances__day__range=span)
    rows = Client.objects.filter(pk__in=pks).order_by()
    return rows.annotate(
        opening=Subquery(earlier.values("closing")[:1]),
        least=Min("balances__closing", filter=within),
        most=Max("balances__closing", filter=within),
    ).values_list("pk", "tier", "opening", "least", "most")


def _each_day(held, moved, first: date, last: date) -> Iterator[Decimal | None]:
    """The closing balance of every day, None before the first one on record."""
    for passed in range((last - first).days + 1):
        held = moved.get(first + timedelta(days=passed), held)
        yield held


def _first_fall(closings, floor, percent, *, first: date, back: timedelta) -> date | None:
    """The first day from `first` on that is low while the day before is not."""
    span = back.days - 1
    was_low = True
    for place in range(span, len(closings)):
        then, now = closings[place - span], closings[place]
        is_low = bool(then) and has_fallen(then, now, floor=floor, percent=percent)
        if is_low and not was_low:
            return first + timedelta(days=place - back.days)
        was_low = is_low
    return None
