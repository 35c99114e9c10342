"""Record balances, and keep what follows from them: assets, months and, if wanted, tiers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Sum

from clients.assets.actions import months, tiers
from clients.assets.models import Balance, Standing
from clients.assets.rules.months import first_of
from clients.book import merged
from clients.book.models import Client
from crm.lib import bulk
from crm.lib.db import lock_many
from managers.audit.actions import record_many


@dataclass
class Written:
    """What became of balances: (client id, day) of each."""

    created: set = field(default_factory=set)
    updated: set = field(default_factory=set)
    unchanged: set = field(default_factory=set)

    def outcome(self, place: tuple[int, date]) -> str:
        """`created`, `updated` or `unchanged`."""
        return next(word for word, places in vars(self).items() if place in places)

    @property
    def changed(self) -> set:
        """Whatever is not as it was."""
        return self.created | self.updated


@transaction.atomic
def record_balances(
    wanted: dict[tuple[int, date], Decimal], *, by, at, settle: bool = True
) -> Written:
    """Record closing balances by client id and day; again changes nothing (rules C2).

    The newest balance is the client's assets, together with those of files that were merged into
    it. Months that a late balance touches are written anew, and with `settle` the tiers that
    follow. The caller has checked days and amounts. Whom somebody locked away or erased while we
    waited keeps nothing new (rules J7).
    """
    clients, above = _lock({client for client, _day in wanted})
    shut = {place for place in wanted if clients[place[0]].locked_at}
    wanted = {place: closing for place, closing in wanted.items() if place not in shut}
    known = _known(wanted)
    written = _sort(wanted, known)
    written.unchanged |= shut
    bulk.insert(
        [
            Balance(client_id=client, day=day, closing=wanted[client, day], recorded_at=at)
            for client, day in sorted(written.created)
        ]
    )
    for place in written.updated:
        known[place].closing, known[place].recorded_at = wanted[place], at
    Balance.objects.bulk_update([known[p] for p in written.updated], ["closing", "recorded_at"])
    recorded = _first_days(written.changed)
    if recorded:
        _keep_assets(clients, recorded, above)
        touched = _first_days(
            (pk, day) for own, day in recorded.items() for pk in [own, *above[own]]
        )
        months.write({pk: first_of(day) for pk, day in touched.items()}, at=at)
        if settle:
            tiers.settle([clients[pk] for pk in sorted(touched)], at=at)
        else:
            Standing.objects.filter(client__in=touched).update(is_stale=True)
        _record([clients[pk] for pk in recorded], written.changed, by=by, at=at)
    return written


def _lock(pks) -> tuple[dict[int, Client], dict[int, list[int]]]:
    """These clients and those whose assets theirs belong to, locked; and the way from each."""
    found: dict[int, Client] = {}
    into: dict[int, int] = {}
    missing = {*pks, *(pk for way in merged.above(pks).values() for pk in way)}
    while missing:  # again only where somebody merged while we waited for the lock
        locked = lock_many(Client, missing)
        found |= {client.pk: client for client in locked}
        into |= {client.pk: client.merged_into_id for client in locked if client.merged_into_id}
        missing = set(into.values()) - found.keys()
    return found, {pk: merged.way(pk, into) for pk in pks}


def _known(wanted) -> dict[tuple[int, date], Balance]:
    clients, days = zip(*wanted, strict=True) if wanted else ((), ())
    rows = Balance.objects.filter(client__in=set(clients), day__in=set(days))
    return {(row.client_id, row.day): row for row in rows if (row.client_id, row.day) in wanted}


def _sort(wanted, known) -> Written:
    written = Written()
    for place, closing in wanted.items():
        if place not in known:
            written.created.add(place)
        elif known[place].closing != closing:
            written.updated.add(place)
        else:
            written.unchanged.add(place)
    return written


def _first_days(places) -> dict[int, date]:
    """The earliest day of each client."""
    found: dict[int, date] = {}
    for client, day in sorted(places):
        found.setdefault(client, day)
    return found


def _keep_assets(clients: dict[int, Client], recorded: Iterable[int], above) -> None:
    """Write what each client gained or lost, to it and to the files that it leads to."""
    newest, rest = _newest(recorded), _of_merged(recorded)
    gains = {pk: newest[pk] + rest.get(pk, 0) - clients[pk].aum for pk in recorded}
    changed = {}
    for pk, gain in gains.items():
        for place in [pk, *above[pk]] if gain else ():
            clients[place].aum += gain
            changed[place] = clients[place]
    Client.objects.bulk_update(changed.values(), ["aum"])


def _of_merged(pks) -> dict[int, Decimal]:
    """The assets of the files that were merged into each of these."""
    rows = Client.objects.filter(merged_into__in=pks).order_by()
    return dict(rows.values_list("merged_into").annotate(Sum("aum")))


def _newest(pks) -> dict[int, Decimal]:
    """The newest balance of each client."""
    rows = Balance.objects.filter(client__in=pks).order_by()
    newest = dict(rows.values_list("client").annotate(Max("day")))
    return {
        client: amount
        for client, day, amount in rows.filter(day__in=set(newest.values())).values_list(
            "client", "day", "closing"
        )
        if newest[client] == day
    }


def _record(clients, changed, *, by, at) -> None:
    days = defaultdict(list)
    for pk, day in changed:
        days[pk].append(day)
    record_many(
        "balances.recorded",
        clients,
        by=by,
        at=at,
        client=lambda client: client.pk,
        count=lambda client: len(days[client.pk]),
        first=lambda client: min(days[client.pk]),
        last=lambda client: max(days[client.pk]),
    )
