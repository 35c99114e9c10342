"""Files as a person looks at them before anything is imported: how they are written, first rows."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from clients.book.models import Client
from clients.intake.actions.acts import ACTS
from clients.intake.kinds import Kind
from crm import words
from crm.lib import clock, tabular
from crm.lib.mapping import Aside, Declared, Line
from crm.lib.mapping.rejected import mended_rows
from crm.lib.mapping.streams import ROW
from crm.lib.tabular import UPLOAD, Dialect, Row, detect
from crm.lib.tabular.detection import Detected
from crm.lib.tabular.profiles import Counted
from crm.lib.tabular.shape import Record

_SEXES = dict(Client._meta.get_field("sex").flatchoices)
LOOKED_AT = 500  # rows of a file before the check looks at all
SHOWN = 20  # rows of a preview
ENCODINGS = ("utf-8", "gb18030", "big5", "cp1252", "latin-1")
SEPARATORS = (",", ";", "\t", "|")


def look_at(content: bytes, **wanted) -> Detected:
    """How a file is written and what it holds; `wanted` overrules the dialect that was found.

    Raises TabularError.
    """
    found = detect(content, rows=LOOKED_AT)
    dialect = replace(found.dialect, **wanted)
    return found if dialect == found.dialect else _read_as(found, content, dialect)


def _read_as(found: Detected, content: bytes, dialect: Dialect) -> Detected:
    names = tabular.header(content, dialect, limits=UPLOAD)
    counted, samples = [Counted(name) for name in names], []
    for row in islice(tabular.rows(content, dialect, limits=UPLOAD), LOOKED_AT):
        if isinstance(row, Row):
            samples.append(Record(row.number, [*row.values.values()]))
            for column, cell in zip(counted, row.values.values(), strict=True):
                column.see(row.number, cell)
    columns = [column.column(place) for place, column in enumerate(counted, start=1)]
    return replace(found, dialect=dialect, header=names, columns=columns, samples=samples)


def written(found: Detected) -> dict[str, Any]:
    """The dialect as the format of a mapping says it."""
    dialect = found.dialect
    if found.kind != "text":
        return {"sheet": dialect.sheet, "header_row": dialect.header_row}
    names = ("encoding", "separator", "quote", "header_row")
    return {name: getattr(dialect, name) for name in names}


@dataclass(frozen=True)
class Cell:
    """A cell as it would be read, or as it stands in the file with what is wrong."""

    text: str
    error: str = ""


@dataclass(frozen=True)
class Shown:
    """A row of the preview; `problem` is what is wrong with it besides its cells."""

    number: int
    cells: list[Cell] = field(default_factory=list)
    problem: str = ""

    @property
    def is_bad(self) -> bool:
        """Whether the row would be rejected."""
        return bool(self.problem) or any(cell.error for cell in self.cells)


@dataclass(frozen=True)
class Preview:
    """The first rows under the names of our fields."""

    labels: list[str]
    rows: list[Shown]
    numbers: set[str] = field(default_factory=set)

    @property
    def bad(self) -> int:
        """How many of the rows cannot be used."""
        return sum(row.is_bad for row in self.rows)


class _Dropped(Aside):
    """Rows of joined tables that cannot be used are said by the check."""

    def add(self, line: Line, reason: str = "") -> None:
        self.count += 1


def preview(kind: Kind, declared: Declared, *, by, at) -> Preview:
    """The first rows of a mapping's first stream, read and judged as the import would."""
    part, aside = declared.streams[0], _Dropped()
    declared.sources.load_tables(aside.add)
    reader = ACTS[kind.code].reader(declared, aside, by=by, at=at)
    labels = {each.name: str(each.label) for each in kind.fields}
    names = [value.place.rpartition(".")[2] for value in part.values]
    today = clock.local(at).date()
    asked = filter(declared.sources.asks_for, declared.sources.lines(part.stream))
    lines = [*islice(asked, SHOWN)]
    rows = [
        _shown(kind, line, list(zip(names, part.values, strict=True)), reader, today)
        for line in lines
    ]
    return Preview([labels.get(name, name) for name in names], rows, numbers_of(declared, lines))


def numbers_of(declared: Declared, lines: Iterable[Line]) -> set[str]:
    """The numbers of the clients of whom rows of the first stream speak."""
    part = declared.streams[0]
    key, found = getattr(part, "client", None) or part.key, set()
    for line in lines:
        with suppress(ValueError, KeyError):
            found.add(f"{declared.prefix}{key.of({ROW: str(line.number)} | line.cells) or ''}")
    return found - {declared.prefix}


def numbers_in(declared: Declared, rejected: bytes) -> set[str]:
    """The numbers of the clients of whom a file of rejected rows speaks, as far as it says."""
    names = {declared.sources.name_of(declared.streams[0].stream.file)}
    lines = [
        Line(file, number, row.cells, row.cells)
        for (file, number), row in (mended_rows(rejected) or {}).items()
        if file in names
    ]
    return numbers_of(declared, lines)


def _shown(kind: Kind, line: Line, values: list, reader, today: date) -> Shown:
    if line.problem:
        return Shown(line.number, [Cell("") for _value in values], line.problem)
    cells = [_cell(kind, name, value, line, today) for name, value in values]
    if any(cell.error for cell in cells):
        return Shown(line.number, cells)
    try:
        reader.read(line)
    except ValueError as refused:
        return Shown(line.number, cells, str(refused))
    return Shown(line.number, cells)


def _cell(kind: Kind, name: str, value, line: Line, today: date) -> Cell:
    raw = " ".join(line.cells.get(column) or "" for column in value.columns)
    try:
        found = value.of(line.cells)
        if found not in (None, "") and value.place == f"{kind.section}.{name}":
            kind.check_cell(name, found, today)
    except ValueError as refused:
        return Cell(raw, _without_column(str(refused), value))
    return Cell(_text(_SEXES.get(found, found) if name == "sex" else found))


def _without_column(sentence: str, value) -> str:
    """The reason alone: the column stands above it."""
    return sentence.removeprefix(f"{' + '.join(value.columns)}: ")


def _text(found: Any) -> str:
    if isinstance(found, date | datetime):
        return words.day(found)
    if isinstance(found, Decimal):
        return f"{found:,}"
    return "" if found is None else str(found)
