"""Credit what clients grew by in the month that has ended (rules E7, H2, H7)."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from clients.assets.models import MonthAverage, Standing
from clients.assets.rules.months import following, last_finished
from clients.book.models import Ownership
from clients.handover.growth import Winner, divided, weights
from clients.handover.models import CreditShare, Handover
from crm import bank
from crm.lib import clock
from crm.lib.db import lock_many
from crm.workdays import work_calendar
from managers.competition.actions import Credit, credit_many
from managers.competition.models import Metric

CHUNK = 500  # clients in one transaction


def count_growth(*, at) -> int:
    """Credit the finished month to whose it is; returns for how many clients.

    From the working day on by which the last balances are in; chunk by chunk, and once for each
    client and month, as often as it runs. What balances say later changes no result (rules H6).
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
    won = _won(pks)
    winners, owners = _winners(won), _owners(pks)
    last = following(month) - date.resolution
    credit_many(
        [
            Credit(staff, Metric.AUM_GROWTH, f"growth:{pk}:{month:%Y-%m}:{staff}", last, part)
            for pk, growth in _growth(pks, month, won).items()
            for staff, part in divided(
                growth, weights(month, _owner_of(owners[pk]), winners.get(pk))
            ).items()
            if staff and part
        ],
        at=at,
    )
    Standing.objects.filter(client__in=pks).update(grown_month=month)


def _growth(pks, month: date, won) -> dict[int, Decimal]:
    """What each client's average gained on the month before, or on what a new one came with."""
    rows = MonthAverage.objects.filter(client__in=pks, month__in=(following(month, -1), month))
    figures = rows.values_list("client", "month", "average")
    averages = {(pk, of): average for pk, of, average in figures}
    found = {}
    for pk in pks:
        before = averages.get((pk, following(month, -1)))
        if before is None and pk in won:
            before = won[pk].aum_then
        now = averages.get((pk, month))
        if before is not None and now is not None:
            found[pk] = now - before
    return found


def _won(pks) -> dict[int, Handover]:
    """The latest introduction of each client that somebody won."""
    rows = Handover.objects.filter(client__in=pks, aum_then__isnull=False)
    rows = rows.filter(introduced_at__isnull=False).order_by("introduced_at", "pk")
    return {row.client_id: row for row in rows}


def _winners(won) -> dict[int, Winner]:
    shares = CreditShare.objects.filter(handover__in=[row.pk for row in won.values()])
    percent = {(s.handover_id, s.event, s.staff_id): s.percent for s in shares}
    found = {}
    for pk, row in won.items():
        day, sender = clock.local(row.introduced_at).date(), row.from_staff_id
        days = bank.read("competition.growth_days", on=day)
        first, later = (
            percent.get((row.pk, event, sender), 0)
            for event in (CreditShare.Event.GROWTH, CreditShare.Event.LATER)
        )
        found[pk] = Winner(sender, day, days, first, later)
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
