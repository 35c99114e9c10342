"""Clients from rows: new ones into their outlet's pool, known ones updated where they differ."""

from operator import attrgetter

from django.db import transaction
from django.utils.translation import gettext as _

from clients.book import duplicates, merged, rules
from clients.book.models import Client, Ownership, State
from clients.intake.actions.known import Update, changes
from clients.intake.bounds import WHOLE_BANK, Bounds
from clients.intake.mapping import Mapping
from clients.intake.rows import ClientRow, client_row
from clients.merging.seats import Seats
from crm.lib import bulk, clock
from crm.lib.mapping import Aside, Import, Line, Tally
from managers.audit.actions import record_many
from managers.people.organisation import Tree


class ClientImport(Import):
    """One row, one client, found again by number; `coming` are those that a check found new."""

    kind = "clients"
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
        stands_for = _standing_numbers(numbers)
        away = set() if self._bounds.opens_units else _numbers(foreign, numbers)
        beyond = set() if self._bounds.opens_units else _numbers(foreign, stands_for.values())
        indexes = {row.columns.get("identity_index") for row in rows} - {None}
        known = Client.objects.active().filter(identity_index__in=indexes)
        holders = dict(known.values_list("identity_index", "number"))
        hidden = set(holders.values()) - _numbers(self._bounds.clients(), holders.values())
        shut = _numbers(Client.objects.filter(locked_at__isnull=False), numbers)
        usable = []
        for row in rows:
            index = row.columns.get("identity_index")
            number = stands_for.get(row.number, row.number)
            if row.number in away or number in beyond:
                self.reject(row.line, _("A client of this number is kept elsewhere in the bank."))
            elif row.number in shut:
                self.reject(row.line, _("This client's file was locked or erased."))
            elif index and holders.setdefault(index, number) != number:
                self.reject(row.line, _taken(holders[index], hidden))
            else:
                usable.append(row)
        return usable

    def write(self, rows: list[ClientRow]) -> Tally:
        new, differing, woven = self._sort(rows)
        if new:
            self._create(new)
        updated = Update(differing + woven, by=self.by, at=self.at).write()
        return Tally(len(new), updated, len(rows) - len(new) - updated)

    def compare(self, rows: list[ClientRow]) -> Tally:
        new, differing, woven = self._sort(rows)
        self.coming.update(row.number for row in new)
        with transaction.atomic():
            updated = len(differing) + Update(woven, by=self.by, at=self.at).take()
        return Tally(len(new), updated, len(rows) - len(new) - updated)

    def _sort(self, rows: list[ClientRow]) -> tuple[list[ClientRow], ...]:
        """The rows of new clients, of known ones where they differ, and of files once merged."""
        numbers = [row.number for row in rows]
        known = self._bounds.clients().in_bulk(numbers, field_name="number")
        new = [row for row in rows if row.number not in known]
        merged_ones = Seats.among(client.pk for client in known.values()).files
        there = [(row, known[row.number]) for row in rows if row.number in known]
        woven = [row for row, client in there if client.pk in merged_ones]
        differing = [
            row
            for row, client in there
            if client.pk not in merged_ones and changes(client, row.columns, row.profile)
        ]
        return new, differing, woven

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


def _numbers(clients, numbers) -> set[str]:
    """Those of the numbers that are of these clients."""
    return set(clients.filter(number__in=[*numbers]).values_list("number", flat=True))


def _standing_numbers(numbers) -> dict[str, str]:
    """The number of the file that stands for each of these that was merged."""
    rows = Client.objects.filter(number__in=numbers, merged_into__isnull=False)
    ids = dict(rows.values_list("number", "pk"))
    standing = merged.standing(ids.values())
    kept = Client.objects.in_bulk(standing.values())
    return {number: kept[standing[pk]].number for number, pk in ids.items()}


def _taken(number: str, hidden: set[str]) -> str:
    """Who has the identity number already, as far as the importer may know."""
    if number in hidden:
        return _("A client elsewhere in the bank has this identity number.")
    return _("Client %(number)s has this identity number.") % {"number": number}
