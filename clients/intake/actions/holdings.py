"""Holdings from rows: each found again by its client and its key in the source."""

from operator import attrgetter
from typing import Any

from clients.book.models import Holding
from clients.intake.actions.of_clients import OfClients
from clients.intake.rows import HoldingRow, holding_row
from clients.merging.moves import merge_mark
from crm.lib import bulk
from crm.lib.db import lock_many
from crm.lib.mapping import Line, Tally
from managers.audit.actions import record_many


class HoldingImport(OfClients):
    """One row, one holding. Amounts keep their currency and never touch the client's assets."""

    kind = "holdings"
    fills = (Holding,)

    def read(self, line: Line) -> HoldingRow:
        return holding_row(line, self._declared, prefix=self._prefix, on=self._today)

    def key(self, row: HoldingRow) -> tuple[str, str]:
        return row.number, row.source_key

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
