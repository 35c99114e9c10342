"""Import balances and contributions from files as a mapping declares; again changes nothing."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter

from django.utils.translation import gettext as _

from clients.assets.actions import tiers
from clients.assets.actions.balances import record_balances
from clients.assets.mapping import AssetsMapping
from clients.assets.models import Balance, Contribution
from clients.assets.rules import check_balance
from clients.book import merged
from clients.book.models import Client
from crm.lib import clock
from crm.lib.db import lock_many
from crm.lib.errors import RuleBroken
from crm.lib.mapping import Aside, Import, Line, Tally, fitting
from managers.audit.actions import record_many


def import_balances(mapping: AssetsMapping, rejected: Aside, *, by, at) -> dict:
    """Import all that a mapping declares; its files have been found and checked.

    Chunk by chunk; tiers follow at the end, so that half a history moves nobody. Rows that nobody
    can use go to `rejected`. Returns the summary: the counts of balances, then of contributions.
    """
    mapping.sources.load_tables(rejected.add)
    lookups = {"rejected": rejected.count}
    balances, contributions = Tally(), Tally()
    if mapping.balances:
        run = BalanceImport(mapping, rejected, by=by, at=at)
        balances = run.run()
        kept = {pk for way in merged.above(run.touched).values() for pk in way}
        tiers.settle_all(sorted(run.touched | kept), at=at)
    if mapping.contributions:
        contributions = ContributionImport(mapping, rejected, by=by, at=at).run()
    return asdict(balances) | {"contributions": asdict(contributions), "lookups": lookups}


def check_balances(mapping: AssetsMapping, rejected: Aside, *, by, at) -> dict:
    """Count what `import_balances` would do; only reads."""
    mapping.sources.load_tables(rejected.add)
    lookups = {"rejected": rejected.count}
    balances, contributions = Tally(), Tally()
    if mapping.balances:
        balances = BalanceImport(mapping, rejected, by=by, at=at).check()
    if mapping.contributions:
        contributions = ContributionImport(mapping, rejected, by=by, at=at).check()
    return asdict(balances) | {"contributions": asdict(contributions), "lookups": lookups}


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """A closing balance, and the number of its client."""

    line: Line
    number: str
    day: date
    closing: Decimal


@dataclass(frozen=True, slots=True)
class ContributionRow:
    """A year of a client, by number."""

    line: Line
    number: str
    columns: dict


class _OfClients(Import):
    """Rows of clients whom the bank knows; the others are rejected."""

    def ready(self, rows: list) -> list:
        known = _ids(row.number for row in rows)
        for row in rows:
            if row.number not in known:
                self.reject(row.line, _("There is no client %(number)s.") % {"number": row.number})
        return [row for row in rows if row.number in known]


class BalanceImport(_OfClients):
    """One row, one balance, found again by client and day; `touched` are the clients that moved."""

    kind = "balances"

    def __init__(self, mapping: AssetsMapping, rejected: Aside, *, by, at):
        super().__init__(mapping.balances.stream, mapping.sources, rejected, by=by, at=at)
        self._declared, self._prefix = mapping.balances, mapping.prefix
        self._today = clock.local(at).date()
        self.touched: set[int] = set()

    def read(self, line: Line) -> BalanceRow:
        declared = self._declared
        _check_currency(line, declared.currency)
        day, closing = _needed(line, declared.day), _needed(line, declared.closing)
        fitting(Balance, {"closing": closing})
        try:
            check_balance(day, closing, today=self._today)
        except RuleBroken as broken:
            raise ValueError(str(broken)) from broken
        number = f"{self._prefix}{_needed(line, declared.client)}"
        return BalanceRow(line, number, day, closing)

    def key(self, row: BalanceRow) -> tuple[str, date]:
        return row.number, row.day

    def write(self, rows: list[BalanceRow]) -> Tally:
        ids = _ids(row.number for row in rows)
        wanted = {(ids[row.number], row.day): row.closing for row in rows}
        written = record_balances(wanted, by=self.by, at=self.at, settle=False)
        self.touched |= {client for client, _day in written.changed}
        return Tally(len(written.created), len(written.updated), len(written.unchanged))

    def compare(self, rows: list[BalanceRow]) -> Tally:
        ids = _ids(row.number for row in rows)
        found = Balance.objects.filter(
            client__in=ids.values(), day__in={row.day for row in rows}
        ).values_list("client", "day", "closing")
        known = {(client, day): closing for client, day, closing in found}
        was = [known.get((ids[row.number], row.day)) for row in rows]
        created = was.count(None)
        same = sum(row.closing == closing for row, closing in zip(rows, was, strict=True))
        return Tally(created, len(rows) - created - same, same)


class ContributionImport(_OfClients):
    """One row, one year of a client."""

    kind = "contributions"

    def __init__(self, mapping: AssetsMapping, rejected: Aside, *, by, at):
        super().__init__(mapping.contributions.stream, mapping.sources, rejected, by=by, at=at)
        self._declared, self._prefix = mapping.contributions, mapping.prefix
        self._this_year = clock.local(at).year

    def read(self, line: Line) -> ContributionRow:
        declared = self._declared
        _check_currency(line, declared.currency)
        columns = {
            name: _needed(line, getattr(declared, name)) for name in ("year", "fees", "margin")
        }
        if not 1990 <= columns["year"] <= self._this_year:
            raise ValueError(_("This year cannot be."))
        number = f"{self._prefix}{_needed(line, declared.client)}"
        return ContributionRow(line, number, fitting(Contribution, columns))

    def key(self, row: ContributionRow) -> tuple[str, int]:
        return row.number, row.columns["year"]

    def write(self, rows: list[ContributionRow]) -> Tally:
        ids = _ids(row.number for row in rows)
        lock_many(Client, ids.values())
        new, changed = self._sort(rows, ids)
        made = Contribution.objects.bulk_create(new)
        Contribution.objects.bulk_update(changed, ["fees", "margin"])
        who = {"by": self.by, "at": self.at, "client": attrgetter("client_id")}
        record_many("contribution.recorded", [*made, *changed], year=attrgetter("year"), **who)
        return Tally(len(new), len(changed), len(rows) - len(new) - len(changed))

    def compare(self, rows: list[ContributionRow]) -> Tally:
        new, changed = self._sort(rows, _ids(row.number for row in rows))
        return Tally(len(new), len(changed), len(rows) - len(new) - len(changed))

    def _sort(self, rows, ids) -> tuple[list[Contribution], list[Contribution]]:
        """New years, and known ones that differ, both as they should be stored."""
        found = Contribution.objects.filter(
            client__in=ids.values(), year__in={row.columns["year"] for row in rows}
        )
        known = {(row.client_id, row.year): row for row in found}
        new, changed = [], []
        for row in rows:
            there = known.get((ids[row.number], row.columns["year"]))
            if there is None:
                new.append(Contribution(client_id=ids[row.number], **row.columns))
            elif _take(there, row.columns):
                changed.append(there)
        return new, changed


def _take(row: Contribution, columns: dict) -> bool:
    differing = {name: value for name, value in columns.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _check_currency(line: Line, declared) -> None:
    """Assets are counted in CNY alone: foreign amounts are never added (rules C2)."""
    currency = _needed(line, declared)
    if currency != "CNY":
        raise ValueError(
            _("Only CNY counts towards assets; this row is in %(currency)s.")
            % {"currency": currency}
        )


def _needed(line: Line, value):
    found = value.of(line.cells)
    if found is None or found == "":
        raise ValueError(_("%(column)s is missing.") % {"column": ", ".join(value.columns)})
    return found


def _ids(numbers: Iterable[str]) -> dict[str, int]:
    clients = Client.objects.in_use().filter(number__in=set(numbers))
    return dict(clients.values_list("number", "pk"))
