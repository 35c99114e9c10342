"""Holdings from rows: each found again by its client and its key in the source."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from clients.book import merged
from clients.book.models import Client, Holding
from clients.intake.bounds import Bounds
from clients.intake.mapping import HoldingMap, Mapping
from clients.intake.rows import HoldingRow, holding_row
from clients.merging.moves import merge_mark
from crm.lib import bulk, clock
from crm.lib.db import lock_many
from crm.lib.mapping import Aside, Import, Line, Tally
from managers.audit.actions import record_many


@dataclass(frozen=True)
class KnownClients:
    """The clients of whom further rows may speak: those within the bounds.

    `coming` are the numbers of clients whom a check has found new; they have no id yet.
    """

    bounds: Bounds
    coming: set[str]

    def files(self, numbers) -> dict[str, list[int]]:
        """The file of each number, then those to which it leads by merges; the last one stands.

        Both the file and the one that stands are within the bounds.
        """
        clients = self.bounds.clients().in_use()
        ids = dict(clients.filter(number__in=numbers).values_list("number", "pk"))
        above = merged.above(ids.values())
        standing = {way[-1] for way in above.values() if way}
        away = standing - set(clients.filter(pk__in=standing).values_list("pk", flat=True))
        known = {number: [pk, *above[pk]] for number, pk in ids.items()}
        coming: dict[str, list[int]] = {number: [] for number in self.coming.intersection(numbers)}
        return coming | {number: way for number, way in known.items() if way[-1] not in away}

    def hold(self, numbers) -> dict[str, list[int]]:
        """The files of these numbers, locked: until the chunk is in nobody erases or merges them.

        Whom somebody locked away or erased while we waited is not among them (rules J7).
        """
        held: set[int] = set()
        files = self.files(numbers)
        while missing := {pk for way in files.values() for pk in way} - held:
            lock_many(Client, missing)
            held |= missing
            files = self.files(numbers)  # as they are now that nobody changes them
        return files


class HoldingImport(Import):
    """One row, one holding. Amounts keep their currency and never touch the client's assets."""

    kind = "holdings"
    fills = (Holding,)

    def __init__(
        self,
        mapping: Mapping,
        declared: HoldingMap,
        known: KnownClients,
        rejected: Aside,
        *,
        by,
        at,
    ):
        super().__init__(declared.stream, mapping.sources, rejected, by=by, at=at)
        self._known = known
        self._prefix = mapping.prefix
        self._declared = declared
        self._today = clock.local(at).date()

    def read(self, line: Line) -> HoldingRow:
        return holding_row(line, self._declared, prefix=self._prefix, on=self._today)

    def key(self, row: HoldingRow) -> tuple[str, str]:
        return row.number, row.source_key

    def ready(self, rows: list[HoldingRow]) -> list[HoldingRow]:
        known = self._known.files({row.number for row in rows})
        for row in rows:
            if row.number not in known:
                self.reject(row.line, _("There is no client %(number)s.") % {"number": row.number})
        return [row for row in rows if row.number in known]

    def write(self, rows: list[HoldingRow]) -> Tally:
        files = self._known.hold({row.number for row in rows})
        wanted = _wanted([row for row in rows if row.number in files], files)
        known = _stored(wanted)
        found = _by_place(lock_many(known, known.values_list("pk", flat=True)))
        new = [
            Holding(client_id=client, source_key=key, **wanted[client, key].columns)
            for client, key in wanted
            if (client, key) not in found
        ]
        changed = [
            holding
            for place, holding in found.items()
            if place in wanted and _take(holding, wanted[place].columns)
        ]
        self._store(new, changed)
        return Tally(len(new), len(changed), len(rows) - len(new) - len(changed))

    def compare(self, rows: list[HoldingRow]) -> Tally:
        coming = [row for row in rows if row.number in self._known.coming]
        known = [row for row in rows if row.number not in self._known.coming]
        wanted = _wanted(known, self._known.files({row.number for row in known}))
        found = _by_place(_stored(wanted))
        created = len(coming) + len(wanted.keys() - found.keys())
        updated = sum(
            _take(found[place], wanted[place].columns) for place in found if place in wanted
        )
        return Tally(created, updated, len(rows) - created - updated)

    def _store(self, new: list[Holding], changed: list[Holding]) -> None:
        made = bulk.insert(new)
        names = {"category", "name", "currency", "is_open", *self._declared.fields}
        Holding.objects.bulk_update(changed, names)
        who = {"by": self.by, "at": self.at, "client": attrgetter("client_id")}
        record_many("holding.imported", made, **who)
        record_many("holding.edited", changed, **who)


def _wanted(rows: list[HoldingRow], files) -> dict[tuple[int, str], HoldingRow]:
    return {_place(files[row.number], row.source_key): row for row in rows}


def _stored(wanted):
    """Holdings of the wanted clients under the wanted keys, some of them of other pairs."""
    return Holding.objects.filter(
        client__in={client for client, _key in wanted},
        source_key__in={key for _client, key in wanted},
    )


def _place(files: list[int], key: str) -> tuple[int, str]:
    """Who has the holding, and by which key: a merge says in it whose it was."""
    *passed, standing = files
    return standing, "".join([key, *(merge_mark(pk) for pk in passed)])


def _by_place(holdings) -> dict[tuple[int, str], Holding]:
    return {(holding.client_id, holding.source_key): holding for holding in holdings}


def _take(holding: Holding, columns: dict[str, Any]) -> bool:
    """Give the holding what its row says; whether that changed anything.

    What was redeemed early stays closed, whatever a list says that does not know of it.
    """
    if holding.redeemed_on:
        columns = columns | {"is_open": False}
    differing = {name: value for name, value in columns.items() if getattr(holding, name) != value}
    for name, value in differing.items():
        setattr(holding, name, value)
    return bool(differing)
