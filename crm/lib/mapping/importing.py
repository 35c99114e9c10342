"""Many rows at once: in chunks, each its own transaction, and one bad row never takes others."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import Field, Model
from django.utils.translation import gettext as _

from crm.lib import bulk
from crm.lib.mapping.rejected import Aside
from crm.lib.mapping.sources import Sources
from crm.lib.mapping.streams import Line, Stream

SIZE = 1_000  # rows in one transaction


@dataclass
class Tally:
    """What became of the rows of one kind."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def add(self, other: "Tally") -> None:
        """Count another's on top."""
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.rejected += other.rejected


class Import:
    """One run over the rows of one kind; what a row is, and how rows are written, is said below.

    Every row ends as created, updated, unchanged or rejected; `tally` counts them.
    """

    kind = ""  # under which its rows are counted
    fills: tuple[type[Model], ...] = ()  # the tables that grow

    def __init__(self, stream: Stream, sources: Sources, rejected: Aside, *, by, at):
        self.by, self.at = by, at
        self.tally = Tally()
        self._stream, self._sources, self._rejected = stream, sources, rejected

    def read(self, line: Line) -> Any:
        """The row in this line. Raises ValueError."""
        raise NotImplementedError

    def key(self, row: Any) -> Hashable:
        """What a row must not share with another of the file."""
        raise NotImplementedError

    def wants(self, line: Line) -> bool:
        """Whether this line is read at all; others count nowhere."""
        return True

    def ready(self, rows: list) -> list:
        """The rows that can be written; the others are rejected."""
        return rows

    def write(self, rows: list) -> Tally:
        """Write rows within a transaction that may be rolled back: touches the database alone."""
        raise NotImplementedError

    def compare(self, rows: list) -> Tally:
        """What `write` would make of rows; only reads."""
        raise NotImplementedError

    def run(self) -> Tally:
        """Import all rows."""
        self._rejected.kind = self.kind
        for number, chunk in enumerate(_chunks(self.rows())):
            self.save(self.ready(chunk))
            if number == 0 and len(chunk) == SIZE:
                for model in self.fills:
                    bulk.analyze(model)
        return self.tally

    def check(self) -> Tally:
        """Say what `run` would do; nothing is written."""
        self._rejected.kind = self.kind
        for chunk in _chunks(self.rows()):
            found = self.compare(self.ready(chunk))
            self.tally.add(found)
            self._rejected.passed(found)
        return self.tally

    def rows(self) -> Iterator:
        """The rows that can be read, once each; the others are rejected on the way.

        Of mended files only the mended rows.
        """
        return (row for row in self.each_row() if self.is_asked(row.line))

    def each_row(self) -> Iterator:
        """The rows that can be read, those too that a mended file does not ask for."""
        seen: dict[Hashable, int] = {}
        for line in self._sources.lines(self._stream):
            if line.problem:
                self.reject(line, line.problem)
                continue
            if not self.wants(line):
                continue
            try:
                row = self.read(line)
            except ValueError as refused:
                self.reject(line, str(refused))
                continue
            first = seen.setdefault(self.key(row), line.number)
            if first == line.number:
                yield row
            else:
                self.reject(line, _("Row %(row)d has the same key.") % {"row": first})

    def save(self, rows: list) -> None:
        """Write rows in one transaction; if the database refuses, halve until one stands alone.

        A second importer of the same file makes a chunk fail once: its halves then find the rows.
        """
        if not rows:
            return
        try:
            with transaction.atomic():
                self._rejected.begin()
                tally = self.write(rows)
                self._rejected.wrote(tally)
        except (DataError, IntegrityError):
            if len(rows) == 1:
                self.reject(rows[0].line, _("The database refuses this row."))
                return
            middle = len(rows) // 2
            self.save(rows[:middle])
            self.save(rows[middle:])
        else:
            self.tally.add(tally)

    def reject(self, line: Line, reason: str) -> None:
        """Put a row aside with its reason."""
        if not self.is_asked(line):
            return
        self._rejected.add(line, reason)
        self.tally.rejected += 1

    def is_asked(self, line: Line) -> bool:
        """Whether the row is one of this import: of mended files only what was mended is."""
        return self._sources.asks_for(line)


def fitting(model: type[Model], columns: dict[str, Any]) -> dict[str, Any]:
    """The columns, each within what its field can hold. Raises ValueError with the field's name."""
    for name, value in columns.items():
        field, choices = _field(model, name)
        if choices:
            if value and value not in choices:
                words = {"field": field.verbose_name}
                raise ValueError(_("%(field)s: this is none of the choices.") % words)
            continue
        try:
            field.run_validators(field.to_python(value))
        except ValidationError as refused:
            raise ValueError(f"{field.verbose_name}: {' '.join(refused.messages)}") from refused
    return columns


@cache
def _field(model: type[Model], name: str) -> tuple[Field, frozenset]:
    field = model._meta.get_field(name)
    return field, frozenset(value for value, _label in field.flatchoices)


def _chunks(rows: Iterable) -> Iterator[list]:
    rows = iter(rows)
    while chunk := list(islice(rows, SIZE)):
        yield chunk
