"""Who became a VIP client, who rose a tier, and who fell back from it (rules H2, H7)."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db.models import Q

from clients.assets.models import MonthAverage, TierChange
from clients.assets.rules.months import following
from clients.book.models import PREMIUM, Client, Member, Ownership
from clients.book.rules import tier_for
from clients.handover import rises
from clients.handover.rises import Change
from crm import bank
from managers.competition.actions import reverse
from managers.competition.models import Metric, PointEntry

ONE = Decimal(1)


def new_vips(averages, month: date, won) -> dict[int, Decimal]:
    """One for each client who has been a VIP by this month and the one before, not earlier.

    `averages` are those of three months by client and month, `won` the clients who came by an
    introduction. Who was a VIP within a year is not new, nor is money that a household moved to
    another of its members (rules H7).
    """
    first, before = following(month, -1), following(month, -2)
    rising = {
        pk
        for pk, of in averages
        if of == month
        and _qualifies(averages.get((pk, month)), month)
        and _qualifies(averages.get((pk, first)), first)
        and not _qualifies(averages.get((pk, before)), before)
    }
    if not rising:
        return {}
    began = {pk for pk in rising if (pk, before) not in averages and pk not in won}
    rising -= began - _new_to_the_bank(began, first)
    rising -= _were_vips(rising, before)
    return dict.fromkeys(sorted(rising - _switched(rising, month)), ONE)


def upgrades(pks, month: date) -> dict[int, Decimal]:
    """One for each client whom the month's average raised to a tier not held within a year."""
    changes = _changes(pks, month)
    return {pk: ONE for pk, rows in changes.items() if rises.counts(rows, month)}


def take_back_lost(pks, month: date, *, at) -> None:
    """Reverse the points of tiers that clients lost again too soon; again changes nothing."""
    months = bank.read("competition.upgrade_months", on=month)
    sources = [
        f"upgrade:{pk}:{change.month:%Y-%m}:"
        for pk, rows in _changes(pks, month).items()
        for change in rises.lost(rows, months=months)
    ]
    if not sources:
        return
    theirs = Q()
    for source in sources:
        theirs |= Q(source__startswith=source)
    standing = PointEntry.objects.filter(theirs, metric=Metric.TIER_UPGRADE, reversed_by=None)
    for entry in list(standing.filter(reverses=None).order_by("pk")):
        reverse(entry.source, at=at)


def _qualifies(average: Decimal | None, month: date) -> bool:
    on = following(month) - date.resolution
    return average is not None and tier_for(average, on=on) in PREMIUM


def _new_to_the_bank(pks, first: date) -> set[int]:
    """Those who came in these months, or whose file was opened here: they had nothing before."""
    rows = Client.objects.filter(pk__in=pks)
    opened = Ownership.objects.filter(client__in=pks, cause=Ownership.Cause.OPENED)
    came = Q(client_since__gte=first) | Q(client_since=None, pk__in=opened.values("client"))
    return set(rows.filter(came).values_list("pk", flat=True))


def _were_vips(pks, last: date) -> set[int]:
    """Those with a month of a VIP client in the year that ends with `last`."""
    return {pk for pk, of, average in _year(pks, last) if _qualifies(average, of)}


def _switched(pks, month: date) -> set[int]:
    """Those of a household in which another was a VIP within a year and is none any more."""
    rows = Member.objects.filter(household__members__client__in=pks)
    homes = dict(rows.values_list("client", "household"))
    vips = [(pk, of) for pk, of, average in _year(homes, month) if _qualifies(average, of)]
    left = {homes[pk] for pk, _of in vips if (pk, month) not in vips}
    return {pk for pk in pks if homes.get(pk) in left}


def _year(pks, last: date):
    rows = MonthAverage.objects.filter(client__in=pks, month__lte=last)
    rows = rows.filter(month__gt=following(last, -rises.KEPT))
    return list(rows.values_list("client", "month", "average"))


def _changes(pks, month: date) -> dict[int, list[Change]]:
    """The changes of tier of the last year, each client's in their order."""
    found = defaultdict(list)
    rows = TierChange.objects.filter(client__in=pks, month__gte=following(month, -rises.KEPT))
    rows = rows.filter(month__lte=month).order_by("pk")
    for row in rows:
        earned = row.cause == TierChange.Cause.REACHED
        found[row.client_id].append(Change(row.month, row.was, row.now, earned))
    return found
