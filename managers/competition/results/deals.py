"""Deals of the result files: those that were won become results, once."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from crm.lib import clock
from crm.lib.mapping import Import, Line, Rejected, Tally, fitting
from managers.competition.actions import Credit, credit_many, reverse
from managers.competition.models import PointEntry
from managers.competition.results.mapping import ResultsMapping
from managers.competition.results.people import employee_no
from managers.people.models import Staff


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal that was won, and the number of the person who won it."""

    line: Line
    person: str
    source: str
    day: date
    amount: Decimal


class DealImport(Import):
    """One row, one deal; `skipped` counts those not won by stage, `amount` is what was credited."""

    def __init__(self, mapping: ResultsMapping, rejected: Rejected, *, by, at):
        super().__init__(mapping.deals.stream, mapping.sources, rejected, by=by, at=at)
        self._declared, self._prefix = mapping.deals, mapping.prefix
        self._today = clock.local(at).date()
        self._staff: dict[str, int] = {}
        self.skipped: Counter[str] = Counter()
        self.amount = Decimal(0)

    def wants(self, line: Line) -> bool:
        stage = line.cells[self._declared.stage.columns[0]]
        if stage in self._declared.won:
            return True
        self.skipped[stage or ""] += 1
        return False

    def read(self, line: Line) -> DealRow:
        declared = self._declared
        key, name = declared.key.of(line.cells), declared.person.of(line.cells)
        day, amount = declared.day.of(line.cells), declared.amount.of(line.cells)
        if not key or not name or day is None or amount is None:
            raise ValueError(_("A deal needs its key, a person, a day and an amount."))
        if day > self._today:
            raise ValueError(_("A date lies in the future."))
        source = f"deal:{self._prefix}{key}"
        fitting(PointEntry, {"source": source, "amount": amount})
        return DealRow(line, employee_no(name, self._prefix), source, day, amount)

    def key(self, row: DealRow) -> str:
        return row.source

    def ready(self, rows: list[DealRow]) -> list[DealRow]:
        """Deals of people whom we know, and that do not contradict the ledger."""
        numbers = {row.person for row in rows}
        staff = Staff.objects.filter(employee_no__in=numbers)
        self._staff = dict(staff.values_list("employee_no", "pk"))
        known = PointEntry.objects.filter(source__in=[row.source for row in rows])
        ledger = {entry.source: entry for entry in known}
        usable = []
        for row in rows:
            if row.person not in self._staff:
                self.reject(row.line, _("Nobody of this name is among the people."))
            elif row.source in ledger and not self._agrees(row, ledger[row.source]):
                self.reject(row.line, _("The ledger has this deal with other figures, which stay."))
            else:
                usable.append(row)
        return usable

    def write(self, rows: list[DealRow]) -> Tally:
        entries = credit_many([self._credit(row) for row in rows], by=self.by, at=self.at)
        self.amount += sum((entry.amount for entry in entries), Decimal(0))
        return Tally(created=len(entries), unchanged=len(rows) - len(entries))

    def _credit(self, row: DealRow) -> Credit:
        staff = self._staff[row.person]
        return Credit(staff, self._declared.metric, row.source, row.day, row.amount)

    def _agrees(self, row: DealRow, entry: PointEntry) -> bool:
        said = (self._staff[row.person], row.day, row.amount)
        return said == (entry.staff_id, entry.day, entry.amount)


class DealsBack(DealImport):
    """The same files once more, to take back what they brought: a reversing entry a deal, once.

    `amount` is what was taken back; a deal that is gone already counts as unchanged.
    """

    def __init__(self, mapping: ResultsMapping, rejected: Rejected, *, reason: str, by, at):
        super().__init__(mapping, rejected, by=by, at=at)
        self._reason = reason

    def ready(self, rows: list[DealRow]) -> list[DealRow]:
        """Deals that the ledger has, whatever the file says of them by now."""
        sources = [row.source for row in rows]
        known = PointEntry.objects.filter(source__in=sources).values_list("source", flat=True)
        found = set(known)
        for row in rows:
            if row.source not in found:
                self.reject(row.line, _("The ledger has no such deal."))
        return [row for row in rows if row.source in found]

    def write(self, rows: list[DealRow]) -> Tally:
        entries = PointEntry.objects.filter(source__in=[row.source for row in rows])
        due = list(entries.filter(reversed_by=None).order_by("pk"))
        for entry in due:
            reverse(entry.source, by=self.by, at=self.at, reason=self._reason)
        self.amount += sum((entry.amount for entry in due), Decimal(0))
        return Tally(updated=len(due), unchanged=len(rows) - len(due))
