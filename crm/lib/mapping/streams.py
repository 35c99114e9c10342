"""Which rows of a file are read, and how they are completed from others and taken apart."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from crm.lib.mapping.section import MappingError, Section

_LONGEST_SPLIT = 200  # characters: no pattern takes long on that (security 20)

# The column that every stream has beside those of its file: the number of the row.
ROW = "#row"

# Stands in a table for a key that several of its rows share.
SEVERAL: dict[str, str | None] = {}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: `original` as it stands in the file, `cells` with joined and split columns.

    `problem` says why the row cannot be used; it is empty for a good one. `beyond` has the cells
    for which the header has no name.
    """

    file: str
    number: int
    original: dict[str, str | None]
    cells: dict[str, str | None]
    problem: str = ""
    beyond: tuple[str | None, ...] = ()


class Split:
    """A column taken apart: group `outlet` of `branch_name` is read as `branch_name.outlet`."""

    def __init__(self, section: Section):
        self.column = section.text("column")
        try:
            self._pattern = re.compile(section.text("pattern"))
        except re.error as wrong:
            raise MappingError(f"{section.at('pattern')} is no pattern: {wrong}.") from wrong
        self.groups = {group: f"{self.column}.{group}" for group in self._pattern.groupindex}
        section.done()

    def add_to(self, cells: dict) -> None:
        """Add the parts. Raises ValueError when the cell is written in another way."""
        text = cells[self.column]
        if text is None:
            cells.update(dict.fromkeys(self.groups.values()))
            return
        found = self._pattern.fullmatch(text) if len(text) <= _LONGEST_SPLIT else None
        if found is None:
            raise ValueError(
                f"{self.column}: “{text[:_LONGEST_SPLIT]}” is not written as expected."
            )
        cells.update({name: found[group] for group, name in self.groups.items()})


class Rows:
    """Rows of one file, or those `where` a column has one of the wanted values."""

    def __init__(self, section: Section):
        self.place = section.place
        self.file = section.text("from")
        self._wanted = {
            column: {wanted} if isinstance(wanted, str) else set(wanted)
            for column, wanted in section.pairs("where").items()
        }

    @property
    def filtered(self) -> list[str]:
        """The columns that decide whether a row is wanted."""
        return list(self._wanted)

    def wants(self, cells: dict) -> bool:
        """Whether the row is one of those."""
        return all(cells[column] in wanted for column, wanted in self._wanted.items())


class Table(Rows):
    """A file kept in memory by a key, for joining."""

    def __init__(self, name: str, section: Section):
        super().__init__(section)
        self.name, self.key = name, section.text("key")
        section.done()


class Stream(Rows):
    """A file read row by row, each with its cells replaced, joined and split as declared."""

    def __init__(self, section: Section):
        super().__init__(section)
        self._replacements = section.pairs("replace")
        self.joins = section.pairs("join")
        self.splits = [Split(split) for split in section.sections("split")]

    def completed(self, line: Line, tables: dict[str, dict]) -> Line:
        """The row with all its columns, or with its problem."""
        cells = {**line.cells, ROW: str(line.number)}
        for column, words in self._replacements.items():
            cells[column] = words.get(cells[column], cells[column])
        try:
            for name, column in self.joins.items():
                cells.update(_joined(tables[name], name, column, cells[column]))
            for split in self.splits:
                split.add_to(cells)
        except ValueError as wrong:
            return Line(line.file, line.number, line.original, cells, str(wrong))
        return Line(line.file, line.number, line.original, cells)


def _joined(table: dict, name: str, column: str, key: str | None) -> dict:
    words = {"column": column, "table": name, "key": key}
    if key is None:
        raise ValueError(_("%(column)s is missing.") % words)
    found = table.get(key)
    if found is None:
        raise ValueError(_("%(column)s: %(table)s has no %(key)s.") % words)
    if found is SEVERAL:
        raise ValueError(_("%(column)s: %(table)s has %(key)s several times.") % words)
    return found
