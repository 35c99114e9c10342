"""Rows of clients whom the bank knows: what differs is written, whoever is responsible stays."""

from collections import defaultdict
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db.models import Sum

from clients.assets.models import Balance, Standing
from clients.book import duplicates, merged
from clients.book.details import before_and_after, personal
from clients.book.models import Client
from clients.intake.rows import ClientRow
from clients.merging.models import Merge
from clients.merging.seats import Seats
from crm.lib.db import lock_many
from managers.audit.actions import record_many

# Two seals of one text differ: these are compared by their blind index, or opened.
INDEXES = {"phone": "phone_index", "identity_no": "identity_index"}
OPENED = ("email", "address")


class Update:
    """One update of known clients, within a transaction; made anew for each chunk."""

    def __init__(self, rows: list[ClientRow], *, by, at):
        self._rows, self._by, self._at = rows, by, at
        numbers = [row.number for row in rows]
        self._ids = dict(Client.objects.filter(number__in=numbers).values_list("number", "pk"))
        self._clients: dict[int, Client] = {}
        self._seats = self._lock()
        # Who was locked or erased while we waited keeps nothing new (rules J7).
        self._rows = [row for row in rows if not self._clients[self._ids[row.number]].locked_at]
        self._above = merged.above(self._seats.files)
        self._rest = self._of_merged()
        self._fed = self._with(Balance)
        self._counted = self._with(Standing)
        self._fields: dict[int, dict[str, None]] = defaultdict(dict)
        self._before: dict[int, dict] = {}
        self._claimed: set[Merge] = set()

    def take(self) -> int:
        """Give the clients what the rows say, without writing; returns how many rows differ."""
        return sum(self._take(row) for row in self._rows)

    def write(self) -> int:
        """Write the fields that differ; returns how many rows had some."""
        differing = self.take()
        edited = [self._clients[pk] for pk in sorted(self._fields)]
        alike: dict[tuple[str, ...], list[Client]] = defaultdict(list)
        for client in edited:
            client.version += 1
            alike[tuple(self._fields[client.pk])].append(client)
        for names, clients in alike.items():
            Client.objects.bulk_update(clients, [*names, "version"])
        for names, clients in alike.items():
            record_many(
                "client.edited",
                clients,
                by=self._by,
                at=self._at,
                client=attrgetter("pk"),
                sealed=lambda client: before_and_after(self._before[client.pk], client),
                fields=list(names),
            )
        Merge.objects.bulk_update(self._claimed, ["set"])
        duplicates.note(edited, by=self._by, at=self._at)
        return differing

    def _lock(self) -> Seats:
        """Lock the clients and whatever was merged with them; where their values stand."""
        seats = Seats.among(self._ids.values())
        missing = {*self._ids.values(), *seats.files}
        while missing:  # again only where somebody merged while we waited for the lock
            self._clients |= {client.pk: client for client in lock_many(Client, missing)}
            seats = Seats.among(self._ids.values())
            missing = seats.files - self._clients.keys()
        return seats

    def _of_merged(self) -> dict[int, Decimal]:
        """The assets of the files that were merged into each."""
        rows = Client.objects.filter(merged_into__in=self._seats.files).order_by()
        found = dict(rows.values_list("merged_into").annotate(Sum("aum")))
        return defaultdict(Decimal, found)

    def _with(self, model) -> set[int]:
        rows = Client.objects.filter(pk__in=self._clients)
        having = rows.filter(pk__in=model.objects.values("client"))
        return set(having.order_by().values_list("pk", flat=True))

    def _take(self, row: ClientRow) -> bool:
        """Give each value of the row to the file that has it; whether that changed anything."""
        own = self._clients[self._ids[row.number]]
        parts: dict[int, dict[str, Any]] = defaultdict(dict)
        for column, value in row.columns.items():
            if column == "aum":
                value += self._rest[own.pk]
            parts[self._seats.of(own.pk, column)][column] = value
        facts: dict[int, dict[str, Any]] = defaultdict(dict, {own.pk: row.profile})
        self._claim(own, set(row.profile))
        for fact, value in row.profile.items():
            for pk in self._seats.copies(own.pk, fact):
                if self._clients[pk].profile.get(fact) == own.profile.get(fact):
                    facts[pk][fact] = value
        touched = {pk: changes(self._clients[pk], parts[pk], facts[pk]) for pk in {*parts, *facts}}
        written = [self._set(self._clients[pk], fields) for pk, fields in touched.items()]
        return any(written)

    def _claim(self, client: Client, facts: set[str]) -> None:
        """The source tells these facts of the file itself: they are no copies any more."""
        for made in self._seats.merges:
            if made.kept_id == client.pk and facts & set(made.set["facts"]):
                made.set["facts"] = sorted(set(made.set["facts"]) - facts)
                self._claimed.add(made)

    def _set(self, client: Client, fields: dict[str, Any]) -> bool:
        """Set what differs. Where balances are delivered, they alone say what a client has."""
        if client.pk in self._fed:
            fields.pop("aum", None)
        if client.pk in self._counted:
            fields.pop("tier", None)
        if "aum" in fields:
            self._pass_on(client, fields["aum"] - client.aum)
        self._note(client, fields)
        for name, value in fields.items():
            setattr(client, name, value)
        return bool(fields)

    def _pass_on(self, client: Client, gain: Decimal) -> None:
        """What a merged file gains, the files gain that it leads to (rules C5)."""
        for pk in self._above.get(client.pk, ()):
            self._note(self._clients[pk], ["aum"])
            self._clients[pk].aum += gain
            self._rest[pk] += gain

    def _note(self, client: Client, names) -> None:
        if names:
            known = self._before.setdefault(client.pk, {})
            self._before[client.pk] = personal(client, names) | known
            self._fields[client.pk] |= dict.fromkeys(names)


def changes(client: Client, columns: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """The columns in which a client differs from its row; what the file leaves out stays.

    The tier moves with the assets alone: at other times it is the month's average that rules it
    (rules C4).
    """
    found = {name: value for name, value in columns.items() if _differs(client, name, columns)}
    if "aum" not in found:
        found.pop("tier", None)
    profile = client.profile | facts
    return found if profile == client.profile else found | {"profile": profile}


def _differs(client: Client, name: str, columns: dict[str, Any]) -> bool:
    if name in OPENED:
        return getattr(client, name).open() != columns[name].open()
    name = INDEXES.get(name, name)
    return getattr(client, name) != columns[name]
