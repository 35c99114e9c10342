"""Count finished months towards tiers, and write down each change (rules C4)."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from operator import attrgetter

from django.db import transaction
from django.db.models import F, Max, Min, Q

from clients.assets.actions import months
from clients.assets.models import Balance, MonthAverage, Standing, TierChange
from clients.assets.rules.months import first_of, following, last_finished
from clients.assets.rules.tiers import Count, Step, count
from clients.book import merged
from clients.book.models import Client
from crm.lib import clock
from crm.lib.db import lock_many
from managers.audit.actions import record_many

CHUNK = 500  # clients in one transaction
_COUNTED = ["base_tier", "base_month", "tier", "misses", "settled_month", "is_stale"]


def settle_months(*, at) -> int:
    """Write and count the months that have ended since; returns how many clients had some.

    Chunk by chunk, so that a stop in between loses nothing; again finds nothing.
    """
    last = last_finished(clock.local(at).date())
    begun = Balance.objects.exclude(client__in=Standing.objects.values("client")).order_by()
    due = Q(settled_month__lt=last) | Q(settled_month=None) | Q(is_stale=True)
    due |= ~Q(tier=F("client__tier"))  # set elsewhere today: the count begins this month
    waiting = {
        *begun.values_list("client", flat=True).distinct(),
        *Standing.objects.filter(due).values_list("client", flat=True),
    }
    return settle_all(sorted(waiting), at=at)


def settle_all(pks, *, at) -> int:
    """Write and count the finished months of these clients, chunk by chunk."""
    pks = list(pks)
    for place in range(0, len(pks), CHUNK):
        _settle_chunk(pks[place : place + CHUNK], at=at)
    return len(pks)


@transaction.atomic
def _settle_chunk(pks, *, at) -> None:
    clients = lock_many(Client, pks)
    months.write(_unwritten(pks), at=at)
    settle(clients, at=at)


def _unwritten(pks) -> dict[int, date]:
    """The first month of each client that has not been written yet."""
    written = MonthAverage.objects.filter(client__in=pks).order_by()
    last = dict(written.values_list("client").annotate(Max("month")))
    return {
        pk: following(last[pk]) if pk in last else first_of(day)
        for pk, day in _first_days(pks).items()
    }


def _first_days(pks) -> dict[int, date]:
    """The first balance of each client, be it of a file that was merged into it."""
    files = merged.below(pks)
    rows = Balance.objects.filter(client__in={one for file in files.values() for one in file})
    first = dict(rows.order_by().values_list("client").annotate(Min("day")))
    found = {pk: [first[one] for one in file if one in first] for pk, file in files.items()}
    return {pk: min(days) for pk, days in found.items() if days}


@transaction.atomic
def recount(client: Client, *, at) -> None:
    """Count a locked client anew, all months: a file was merged into it or left it.

    Who has no balances any more, has no months and keeps the tier that the count began with.
    """
    first = [
        *_first_days([client.pk]).values(),
        *MonthAverage.objects.filter(client=client).values_list("month", flat=True),
    ]
    if not first:
        return
    months.write({client.pk: first_of(min(first))}, at=at)
    settle([client], at=at)
    if not _first_days([client.pk]):
        Standing.objects.filter(client=client).delete()


def settle(clients: list[Client], *, at) -> None:
    """Count the finished months of locked clients, and give each the tier that they lead to."""
    today = clock.local(at).date()
    counted = _months(clients, through=last_finished(today))
    standings = {row.client_id: row for row in Standing.objects.filter(client__in=clients)}
    changes: list[TierChange] = []
    moved: list[Client] = []
    for client in clients:
        standing = standings.setdefault(client.pk, _begin(client))
        changes += _advance(client, standing, counted[client.pk], at=at)
        if _take(client, standing):
            moved.append(client)
    _store(list(standings.values()), changes, moved)
    who = {"by": None, "at": at, "client": attrgetter("client_id")}
    facts = {name: attrgetter(name) for name in ("was", "now", "month", "average", "misses")}
    record_many("client.tier_changed", changes, **who, **facts)


def _months(clients, *, through: date) -> dict[int, list[MonthAverage]]:
    found: dict[int, list[MonthAverage]] = defaultdict(list)
    rows = MonthAverage.objects.filter(client__in=clients, month__lte=through)
    for row in rows.order_by("month"):
        found[row.client_id].append(row)
    return found


def _begin(client) -> Standing:
    return Standing(client=client, base_tier=client.tier, tier=client.tier)


def _advance(client, standing, months_, *, at) -> list[TierChange]:
    """Count on to the last month; returns the changes that this brings."""
    today = clock.local(at).date()
    if standing.tier != client.tier:  # somebody else set it: the count begins anew
        standing.base_tier = standing.tier = client.tier
        standing.base_month = first_of(today)
        standing.settled_month = None
    since = standing.base_month or date.min
    months_ = [row for row in months_ if row.month >= since]
    settled = standing.settled_month or date.min
    before = count(standing.base_tier, (row for row in months_ if row.month <= settled))
    after = count(standing.base_tier, months_)
    changes = []
    if before.tier != standing.tier:
        changes.append(_correction(client, standing, before, months_, at=at))
    changes += [_change(client, step, at=at) for step in after.steps if step.month.month > settled]
    standing.tier, standing.misses = after.tier, after.misses
    standing.settled_month = max(settled, last_finished(today))
    standing.is_stale = False
    return changes


def _change(client, step: Step, *, at) -> TierChange:
    return TierChange(
        client=client,
        was=step.was,
        now=step.now,
        cause=TierChange.Cause.MISSED if step.misses else TierChange.Cause.REACHED,
        month=step.month.month,
        average=step.month.average,
        misses=step.misses,
        effective_on=step.effective_on,
        at=at,
    )


def _correction(client, standing, before: Count, months_, *, at) -> TierChange:
    """A late balance changed months that were counted already: the tier follows from today on."""
    last = [row for row in months_ if row.month <= standing.settled_month][-1:]
    return TierChange(
        client=client,
        was=standing.tier,
        now=before.tier,
        cause=TierChange.Cause.CORRECTED,
        month=last[0].month if last else standing.settled_month,
        average=last[0].average if last else Decimal(0),
        effective_on=clock.local(at).date(),
        at=at,
    )


def _take(client, standing) -> bool:
    """Give the client the tier and the watch of the standing; whether that changed anything."""
    watched = standing.misses > 0
    if (client.tier, client.is_watched) == (standing.tier, watched):
        return False
    client.tier, client.is_watched = standing.tier, watched
    client.version += 1
    return True


def _store(standings, changes, moved) -> None:
    new = [row for row in standings if row.pk is None]
    known = [row for row in standings if row.pk is not None]
    Standing.objects.bulk_create(new)
    Standing.objects.bulk_update(known, _COUNTED)
    TierChange.objects.bulk_create(changes)
    Client.objects.bulk_update(moved, ["tier", "is_watched", "version"])
