"""Credit what clients grew by and rose to in the month that has ended (rules E7, H2, H7)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from clients.assets.models import MonthAverage, Standing
from clients.assets.rules.months import following, last_finished
from clients.book.models import Ownership
from clients.handover.actions import rising
from clients.handover.growth import Winner, divided, weights
from clients.handover.models import CreditShare, Handover
from crm import bank
from crm.lib import clock
from crm.lib.db import lock_many
from crm.workdays import work_calendar
from managers.competition.actions import Credit, credit_many
from managers.competition.models import Metric

CHUNK = 500  # clients in one transaction
SOURCES = {  # as the ledger names them
    Metric.AUM_GROWTH: "growth",
    Metric.NEW_VIP: "new_vip",
    Metric.TIER_UPGRADE: "upgrade",
}
# Whose share the winner of a client has in the first days, and afterwards (rules E7).
_GROWTH = (CreditShare.Event.GROWTH, CreditShare.Event.LATER)
_NEW_CLIENT = (CreditShare.Event.INTRODUCTION,)


def count_growth(*, at) -> int:
    """Credit the finished month to whose it is; returns for how many clients.

    What assets grew by, who became a VIP and who rose a tier. From the working day on by which the
    last balances are in; chunk by chunk, and once for each client and month, as often as it runs.
    What balances say later changes no growth (rules H6), but takes back a tier that is lost.
    """
    today = clock.local(at).date()
    month = last_finished(today)
    wait = bank.read("competition.growth_after", on=today)
    if today < work_calendar().add_working_days(following(month) - date.resolution, wait):
        return 0
    due = Standing.objects.filter(settled_month=month)
    due = due.filter(Q(grown_month__lt=month) | Q(grown_month=None))
    pks = sorted(due.values_list("client", flat=True))
    for place in range(0, len(pks), CHUNK):
        _count(pks[place : place + CHUNK], month, at=at)
    return len(pks)


@transaction.atomic
def _count(clients, month: date, *, at) -> None:
    standings = Standing.objects.filter(client__in=clients).exclude(grown_month=month)
    standings = lock_many(Standing, standings.values_list("pk", flat=True))
    pks = [row.client_id for row in standings if row.grown_month != month]
    won, owners, averages = _won(pks), _owners(pks), _averages(pks, month)
    found = {
        Metric.AUM_GROWTH: (_growth(averages, month, won), 1, _GROWTH),
        Metric.NEW_VIP: (rising.new_vips(averages, month, won), 2, _NEW_CLIENT),
        Metric.TIER_UPGRADE: (rising.upgrades(pks, month), 1, _NEW_CLIENT),
    }
    earned: list[Credit] = []
    for metric, (wholes, count, events) in found.items():
        months = [following(month, -back) for back in range(count)]
        hands = _Hands(owners, _winners(won, events))
        earned += hands.credits(metric, wholes, months)
    credit_many(earned, at=at)
    rising.take_back_lost(pks, month, at=at)
    Standing.objects.filter(client__in=pks).update(grown_month=month)


@dataclass(frozen=True)
class _Hands:
    """Who had the clients when, and who won them."""

    owners: dict[int, list]
    winners: dict[int, Winner]

    def credits(self, metric: str, wholes: dict[int, Decimal], months: list[date]):
        """What each client brought, divided by the days of these months, the last one first."""
        last = following(months[0]) - date.resolution
        for pk, whole in wholes.items():
            owner_of = _owner_of(self.owners[pk])
            days: Counter = Counter()
            for month in months:
                days.update(weights(month, owner_of, self.winners.get(pk)))
            for staff, part in divided(whole, days).items():
                if staff and part:
                    source = f"{SOURCES[metric]}:{pk}:{months[0]:%Y-%m}:{staff}"
                    yield Credit(staff, metric, source, last, part)


def _averages(pks, month: date) -> dict[tuple[int, date], Decimal]:
    """The averages of the month and the two before, by client and month."""
    first = following(month, -2)
    rows = MonthAverage.objects.filter(client__in=pks, month__gte=first, month__lte=month)
    return {(pk, of): average for pk, of, average in rows.values_list("client", "month", "average")}


def _growth(averages, month: date, won) -> dict[int, Decimal]:
    """What each client's average gained on the month before, or on what a new one came with."""
    found = {}
    for (pk, of), now in averages.items():
        before = averages.get((pk, following(month, -1)))
        if before is None and pk in won:
            before = won[pk].aum_then
        if of == month and before is not None:
            found[pk] = now - before
    return found


def _won(pks) -> dict[int, Handover]:
    """The latest introduction of each client that somebody won."""
    rows = Handover.objects.filter(client__in=pks, aum_then__isnull=False)
    rows = rows.filter(introduced_at__isnull=False).order_by("introduced_at", "pk")
    return {row.client_id: row for row in rows}


def _winners(won, events) -> dict[int, Winner]:
    """Who won each client, with the shares that the introduction wrote down for these events."""
    shares = CreditShare.objects.filter(handover__in=[row.pk for row in won.values()])
    percent = {(s.handover_id, s.event, s.staff_id): s.percent for s in shares}
    found = {}
    for pk, row in won.items():
        day, sender = clock.local(row.introduced_at).date(), row.from_staff_id
        days = bank.read("competition.growth_days", on=day)
        found[pk] = Winner(
            sender, day, days, *(percent.get((row.pk, event, sender), 0) for event in events)
        )
    return found


def _owners(pks) -> dict[int, list]:
    """Who had each client since when, the earliest first; None is a pool."""
    found = defaultdict(list)
    rows = Ownership.objects.filter(client__in=pks).order_by("since", "pk")
    for pk, since, owner in rows.values_list("client", "since", "owner"):
        found[pk].append((since, owner))
    return found


def _owner_of(stretches):
    def owner(day: date) -> int | None:
        begins = clock.start_of_day(day)
        return next((who for since, who in reversed(stretches) if since <= begins), None)

    return owner
