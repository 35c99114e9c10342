"""Write finished months anew from the balances; the caller holds the clients' locks."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from clients.assets import histories
from clients.assets.models import MonthAverage
from clients.assets.rules.months import Month, following, last_finished, months
from crm.lib import clock

_FIGURES = ["average", "closing", "peak", "net_flow", "is_whole"]


def write(since: dict[int, date], *, at) -> None:
    """Bring the months of these clients up to the last finished one (rules C2).

    `since` names the first month that a balance touched, by client id; what lies before stands.
    Files that were merged into a client count with it. A month without a balance any more goes.
    """
    through = last_finished(clock.local(at).date())
    stored: dict[int, dict[date, MonthAverage]] = defaultdict(dict)
    for row in MonthAverage.objects.filter(client__in=since).order_by():
        stored[row.client_id][row.month] = row
    starts = {pk: _start(month, stored[pk]) for pk, month in since.items()}
    balances = histories.since(starts)
    new, changed, gone = [], [], []
    for pk, start in starts.items():
        there = stored[pk]
        before = there.get(following(start, -1))
        opening = before.closing if before else None
        lost = {month: row for month, row in there.items() if month >= start}
        for month in months(balances[pk], start=start, through=through, opening=opening):
            row = lost.pop(month.month, None)
            if row is None:
                new.append(MonthAverage(client_id=pk, **asdict(month)))
            elif _take(row, month):
                changed.append(row)
        gone += [row.pk for row in lost.values()]
    MonthAverage.objects.bulk_create(new, batch_size=1_000)
    MonthAverage.objects.bulk_update(changed, _FIGURES, batch_size=500)
    if gone:
        MonthAverage.objects.filter(pk__in=gone).delete()


def _start(touched: date, there: Iterable[date]) -> date:
    """The touched month, or an earlier one that was not written yet."""
    return min(touched, following(max(there))) if there else touched


def _take(row: MonthAverage, month: Month) -> bool:
    """Give the row the month's figures; whether that changed anything."""
    differing = [name for name in _FIGURES if getattr(row, name) != getattr(month, name)]
    for name in differing:
        setattr(row, name, getattr(month, name))
    return bool(differing)
