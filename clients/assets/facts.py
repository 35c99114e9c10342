"""What the nightly review knows of many clients, in a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from clients.assets.models import Balance, MonthAverage, StateChange
from clients.assets.rules.months import first_of, following
from clients.assets.rules.states import Facts
from clients.book import merged
from clients.book.models import Client, State
from crm import bank
from crm.lib import clock


@dataclass(frozen=True)
class Outflow:
    """Assets that went within the days looked at."""

    since: date
    percent: int
    is_below_tier: bool


def facts(clients, *, on: date) -> dict[int, Facts]:
    """The facts by which each client is judged; the same number of queries."""
    months = _months(clients, on=on)
    changes = _changes(clients)
    moved = _moved([client for client in clients if _may_be_silent(client, on)], on=on)
    found = {}
    for client in clients:
        heard = [day for day in (_contact(client), moved.get(client.pk)) if day]
        given = clock.local(client.responsible_since).date()
        change = changes.get(client.pk)
        found[client.pk] = Facts(
            state=client.state,
            aum=client.aum,
            quiet_since=max([given, *heard]),
            heard_on=max(heard, default=None),
            months=months[client.pk],
            since=clock.local(change.at).date() if change else None,
            lost_peak=_peak(change),
        )
    return found


def outflows(clients, *, on: date) -> dict[int, Outflow]:
    """Clients whose assets fell by the percent of rules F2, or below their tier's line."""
    since = on - timedelta(days=bank.read("outflow.days", on=on))
    percent = bank.read("outflow.percent", on=on)
    floors = bank.read("tiers.floor", on=on)
    found = {}
    for client, then in _then(clients, since):
        floor = floors[client.tier]
        if then and has_fallen(then, client.aum, floor=floor, percent=percent):
            fell = int((then - client.aum) * 100 / then)
            found[client.pk] = Outflow(since, fell, is_below_tier=client.aum < floor <= then)
    return found


def has_fallen(then, now, *, floor, percent) -> bool:
    """Whether assets fell by the percent, or below the line of the tier (rules F2)."""
    return now < then and (now < floor <= then or now * 100 <= then * (100 - percent))


def _then(clients, day):
    """Each client with what its files had on a day, None where no balance held."""
    files = merged.below(client.pk for client in clients)
    held = Balance.objects.filter(client=OuterRef("pk"), day__lte=day).order_by("-day")
    rows = Client.objects.filter(pk__in=[pk for file in files.values() for pk in file]).order_by()
    then = dict(rows.annotate(then=Subquery(held.values("closing")[:1])).values_list("pk", "then"))
    for client in clients:
        known = [then[pk] for pk in files[client.pk] if then[pk] is not None]
        yield client, sum(known) if known else None


def _months(clients, *, on) -> dict[int, list[tuple[date, Decimal, Decimal]]]:
    back = bank.read("lost.peak_months", on=on) + bank.read("lost.month_ends", on=on)
    rows = MonthAverage.objects.filter(
        client__in=clients, month__gte=following(first_of(on), -back), month__lt=first_of(on)
    )
    found = defaultdict(list)
    for pk, *month in rows.order_by("month").values_list("client", "month", "closing", "peak"):
        found[pk].append(tuple(month))
    return found


def _changes(clients) -> dict[int, StateChange]:
    """The step that led to each client's present state, if it is on record."""
    states = {client.pk: client.state for client in clients}
    found = {}
    for change in StateChange.objects.filter(client__in=clients).order_by("at", "pk"):
        if change.now == states[change.client_id]:
            found[change.client_id] = change
    return found


def _peak(change) -> Decimal | None:
    """The assets from which a client was lost."""
    if change is None or change.now != State.LOST or "peak" not in change.figures:
        return None
    return Decimal(change.figures["peak"])


def _may_be_silent(client, on) -> bool:
    """Movements are looked up only where they can make a difference."""
    if client.state != State.OWNED:
        return True
    warning = timedelta(days=bank.read("dormancy.warning_days", on=on))
    last = max(clock.local(client.last_contact_at), clock.local(client.responsible_since))
    return on - last.date() >= warning


def _contact(client) -> date | None:
    return clock.local(client.last_contact_at).date() if client.last_contact else None


def _moved(clients, *, on) -> dict[int, date]:
    """The last day on which each client moved money, judging by the balance (rules C1)."""
    least = bank.read("dormancy.movement", on=on)
    files = merged.below(client.pk for client in clients)
    whose = {pk: client for client, file in files.items() for pk in file}
    found: dict[int, date] = {}
    before: dict[int, Decimal] = {}
    rows = Balance.objects.filter(client__in=whose).order_by("client", "day")
    for pk, day, closing in rows.values_list("client", "day", "closing").iterator():
        if abs(closing - before.get(pk, closing)) >= least:
            found[whose[pk]] = max(day, found.get(whose[pk], day))
        before[pk] = closing
    return found
