"""Clients from rows: new ones into their outlet's pool, known ones updated where they differ."""

from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from clients.assets.models import Standing
from clients.book import duplicates, rules
from clients.book.details import before_and_after, personal
from clients.book.models import Client, Ownership, State
from clients.intake.bounds import WHOLE_BANK, Bounds
from clients.intake.mapping import Mapping
from clients.intake.rows import ClientRow, client_row
from crm.lib import bulk, clock
from crm.lib.db import lock_many
from crm.lib.mapping import Aside, Import, Line, Tally
from managers.audit.actions import record_many
from managers.people.organisation import Tree

# Two seals of one text differ: these are compared by their blind index, or opened.
INDEXES = {"phone": "phone_index", "identity_no": "identity_index"}
OPENED = ("email", "address")
FED = ("aum", "tier")  # from the balances, where there are some


class ClientImport(Import):
    """One row, one client, found again by number; `coming` are those that a check found new."""

    fills = (Client,)

    def __init__(
        self,
        mapping: Mapping,
        rejected: Aside,
        *,
        by,
        at,
        bounds: Bounds = WHOLE_BANK,
        dry: bool = False,
    ):
        super().__init__(mapping.clients.stream, mapping.sources, rejected, by=by, at=at)
        self._prefix = mapping.prefix
        self._declared = mapping.clients
        self._bounds = bounds
        self.coming: set[str] = set()
        self.units = Tree(prefix=mapping.prefix, by=by, at=at, opens=bounds.opens_units, dry=dry)
        self._today = clock.local(at).date()
        self._lowest = rules.tier_for(0, on=self._today)

    def read(self, line: Line) -> ClientRow:
        row = client_row(line, self._declared, prefix=self._prefix, on=self._today)
        if not self._bounds.hold(self.units.at(row.outlet)):
            raise ValueError(_("This outlet is not one of yours."))
        return row

    def key(self, row: ClientRow) -> str:
        return row.number

    def ready(self, rows: list[ClientRow]) -> list[ClientRow]:
        """Nobody gets a second file: an identity number belongs to one client (rules C5).

        Of clients outside the bounds no more is said than that there is one.
        """
        numbers = {row.number for row in rows}
        foreign = Client.objects.exclude(pk__in=self._bounds.clients().values("pk"))
        away = set() if self._bounds.opens_units else _numbers(foreign, numbers)
        indexes = {row.columns.get("identity_index") for row in rows} - {None}
        known = Client.objects.active().filter(identity_index__in=indexes)
        holders = dict(known.values_list("identity_index", "number"))
        hidden = set(holders.values()) - _numbers(self._bounds.clients(), holders.values())
        usable = []
        for row in rows:
            index = row.columns.get("identity_index")
            if row.number in away:
                self.reject(row.line, _("A client of this number is kept elsewhere in the bank."))
            elif index and holders.setdefault(index, row.number) != row.number:
                self.reject(row.line, _taken(holders[index], hidden))
            else:
                usable.append(row)
        return usable

    def write(self, rows: list[ClientRow]) -> Tally:
        new, differing = self._sort(rows)
        if new:
            self._create(new)
        updated = self._update(differing) if differing else 0
        return Tally(len(new), updated, len(rows) - len(new) - updated)

    def compare(self, rows: list[ClientRow]) -> Tally:
        new, differing = self._sort(rows)
        self.coming.update(row.number for row in new)
        return Tally(len(new), len(differing), len(rows) - len(new) - len(differing))

    def _sort(self, rows: list[ClientRow]) -> tuple[list[ClientRow], list[ClientRow]]:
        """The rows of new clients, and those that differ from what is known."""
        numbers = [row.number for row in rows]
        known = self._bounds.clients().in_bulk(numbers, field_name="number")
        new = [row for row in rows if row.number not in known]
        differing = [row for row in rows if row.number in known and changes(known[row.number], row)]
        return new, differing

    def _create(self, rows: list[ClientRow]) -> None:
        made = bulk.insert([self._client(row) for row in rows])
        bulk.insert([self._ownership(client) for client in made])
        record_many("client.imported", made, by=self.by, at=self.at, client=attrgetter("pk"))
        duplicates.note(made, by=self.by, at=self.at)

    def _client(self, row: ClientRow) -> Client:
        """Identified, and waiting in the outlet's pool for a head to assign it (rules C1)."""
        outlet = self.units.at(row.outlet).pk
        return Client(
            number=row.number,
            state=State.IDENTIFIED,
            outlet_id=outlet,
            pool_id=outlet,
            responsible_since=self.at,
            created_at=self.at,
            profile=row.profile,
            **({"tier": self._lowest} | row.columns),
        )

    def _ownership(self, client: Client) -> Ownership:
        return Ownership(
            client_id=client.pk,
            pool_id=client.pool_id,
            since=self.at,
            cause=Ownership.Cause.IMPORTED,
            decided_by=self.by,
        )

    def _update(self, rows: list[ClientRow]) -> int:
        """Write the fields that differ, asked again under lock; whoever is responsible stays.

        Where balances are delivered, they alone say what a client has (rules C2).
        """
        wanted = {row.number: row for row in rows}
        known = self._bounds.clients().filter(number__in=wanted)
        clients = lock_many(known, known.values_list("pk", flat=True))
        fed = set(Standing.objects.filter(client__in=clients).values_list("client", flat=True))
        changed: dict[tuple[str, ...], list[Client]] = {}
        kept: dict[int, dict] = {}
        for client in clients:
            fields = changes(client, wanted[client.number])
            if client.pk in fed:
                fields = {name: fields[name] for name in fields if name not in FED}
            if fields:
                before = personal(client, fields)
                for name, value in fields.items():
                    setattr(client, name, value)
                kept[client.pk] = before_and_after(before, client)
                client.version += 1
                changed.setdefault(tuple(fields), []).append(client)
        for names, clients in changed.items():
            Client.objects.bulk_update(clients, [*names, "version"])
        for names, clients in changed.items():
            record_many(
                "client.edited",
                clients,
                by=self.by,
                at=self.at,
                client=attrgetter("pk"),
                sealed=lambda client: kept[client.pk],
                fields=list(names),
            )
        edited = [client for clients in changed.values() for client in clients]
        duplicates.note(edited, by=self.by, at=self.at)
        return len(edited)


def _numbers(clients, numbers) -> set[str]:
    """Those of the numbers that are of these clients."""
    return set(clients.filter(number__in=[*numbers]).values_list("number", flat=True))


def _taken(number: str, hidden: set[str]) -> str:
    """Who has the identity number already, as far as the importer may know."""
    if number in hidden:
        return _("A client elsewhere in the bank has this identity number.")
    return _("Client %(number)s has this identity number.") % {"number": number}


def changes(client: Client, row: ClientRow) -> dict[str, Any]:
    """The columns in which a client differs from its row; what the file leaves out stays.

    The tier moves with the assets alone: at other times it is the month's average that rules it
    (rules C4).
    """
    found = {
        name: value for name, value in row.columns.items() if _differs(client, name, row.columns)
    }
    if "aum" not in found:
        found.pop("tier", None)
    profile = client.profile | row.profile
    return found if profile == client.profile else found | {"profile": profile}


def _differs(client: Client, name: str, columns: dict[str, Any]) -> bool:
    if name in OPENED:
        return getattr(client, name).open() != columns[name].open()
    name = INDEXES.get(name, name)
    return getattr(client, name) != columns[name]
