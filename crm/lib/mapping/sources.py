"""The files of a mapping: found by name, read as declared."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from crm.lib import tabular
from crm.lib.mapping.reading import Days
from crm.lib.mapping.rejected import Mended, Place
from crm.lib.mapping.section import MappingError, Section
from crm.lib.mapping.streams import ROW, SEVERAL, Line, Rows, Stream, Table
from crm.lib.mapping.values import Value
from crm.lib.tabular import BY_COMMAND, UPLOAD, BadRow, Dialect, Limits, TabularError


@dataclass(frozen=True)
class _File:
    name: str
    dialect: Dialect
    missing: frozenset[str]


class Sources:
    """The files that a mapping names, once they are found on this machine or given by content."""

    def __init__(self, section: Section):
        shared = section.section("format")
        defaults = _format(shared, {})
        shared.done()
        self._files = {
            role: _file(declared, defaults) for role, declared in section.named("files").items()
        }
        self._tables = {
            name: Table(name, declared) for name, declared in section.named("tables").items()
        }
        self._loaded: dict[str, dict] = {}
        self._columns: dict[str, list[str]] = {}
        self._limits: Limits = BY_COMMAND
        self.paths: dict[str, Path | bytes] = {}
        self._mended: dict[Place, Mended] = {}
        self._asked: set[Place] | None = None
        self.unused: list[str] = []
        for rows in self._tables.values():
            self._check_file(rows)

    def find(self, given: Iterable[str], *, base: Path) -> None:
        """Match paths, folders and `role=path` to the files by name; the rest lies in `base`.

        Paths that match no file are left in `unused`. Raises MappingError for a missing file.
        """
        self.unused = [text for text in given if not self._take(text)]
        if len(self._files) == 1 and len(self.unused) == 1 and not self.paths:
            self.paths = {role: Path(self.unused.pop()) for role in self._files}
        for role, file in self._files.items():
            path = self.paths.setdefault(role, base / file.name)
            if not path.is_file():
                raise MappingError(f"{file.name} is missing: there is no file {path}.")

    def give(self, contents: dict[str, bytes]) -> None:
        """Take uploaded files by their name, any case; a single file may be called anything.

        Raises MappingError for a file that is missing.
        """
        self._limits = UPLOAD
        by_name = {name.casefold(): content for name, content in contents.items()}
        if len(self._files) == 1 and len(contents) == 1:
            by_name = {file.name.casefold(): next(iter(contents.values())) for file in self.files}
        for role, file in self._files.items():
            if file.name.casefold() not in by_name:
                words = {"name": file.name}
                raise MappingError(_("The mapping needs the file %(name)s as well.") % words)
            self.paths[role] = by_name[file.name.casefold()]

    def mend(self, rows: dict[Place, Mended]) -> None:
        """Read these rows in place of what the files have there, and import no others.

        The files are read whole all the same: what was mended hangs on what was not.
        Raises MappingError for a row of a file that the mapping does not name.
        """
        names = {file.name for file in self.files}
        for name, number in rows:
            if name not in names:
                words = {"name": name, "row": number}
                raise MappingError(_("Row %(row)d: %(name)s is no file of this import.") % words)
        self._mended |= rows
        self._asked = set(rows)

    def asks_for(self, line: Line) -> bool:
        """Whether the row is to be imported."""
        return self._asked is None or (line.file, line.number) in self._asked

    @property
    def files(self) -> list[_File]:
        """The files that the mapping names."""
        return [*self._files.values()]

    def name_of(self, role: str) -> str:
        """The name of the file of a role."""
        return self._files[role].name

    @property
    def joined(self) -> list[str]:
        """The roles of the files that are kept in memory for joining."""
        return [table.file for table in self._tables.values()]

    def check(self, stream: Stream, values: Iterable[Value] = ()) -> None:
        """Raise MappingError unless each column that the mapping speaks of stands in a header."""
        self._check_file(stream)
        self._need(stream.place, stream.filtered, self.columns(stream.file))
        there = {ROW, *self.columns(stream.file)}
        for name, column in stream.joins.items():
            if name not in self._tables:
                raise MappingError(f"{stream.place}.join: there is no table {name}.")
            table = self._tables[name]
            columns = self.columns(table.file)
            self._need(f"tables.{name}", [table.key, *table.filtered], columns)
            self._need(f"{stream.place}.join", [column], there)
            there |= {f"{name}.{column}" for column in columns}
        for split in stream.splits:
            self._need(f"{stream.place}.split", [split.column], there)
            there |= set(split.groups.values())
        for value in values:
            self._need(value.place, value.columns, there)
            if value.days:
                self._look(stream.file, *value.days)

    def _look(self, role: str, column: str, days: Days) -> None:
        """Show the cells of a column to the reader of its days, which may hold two formats."""
        table, _dot, joined = column.partition(".")
        if column not in self.columns(role) and table in self._tables:
            role, column = self._tables[table].file, joined
        for line in self._lines(role):
            cell = line.cells.get(column)
            if cell is not None and days.look(cell):
                return

    def columns(self, role: str) -> list[str]:
        """The header of a file. Raises MappingError for a file that cannot be read at all."""
        if role not in self._columns:
            try:
                header = tabular.header(
                    self.paths[role], self._files[role].dialect, limits=self._limits
                )
            except TabularError as broken:
                raise MappingError(f"{self._files[role].name}: {broken}") from broken
            self._columns[role] = header
        return self._columns[role]

    def load_tables(self, reject: Callable[[Line], None]) -> None:
        """Read the tables into memory; bad rows in them go to `reject`."""
        for name, table in self._tables.items():
            self._loaded[name] = rows = {}
            for line in self._lines(table.file):
                if line.problem or line.cells.get(table.key) is None:
                    if not self.asks_for(line):
                        continue
                    reject(line if line.problem else _without(line, table.key))
                elif table.wants(line.cells):
                    key = line.cells[table.key]
                    cells = {f"{name}.{column}": cell for column, cell in line.cells.items()}
                    rows[key] = SEVERAL if key in rows else cells

    def lines(self, stream: Stream) -> Iterator[Line]:
        """The rows of a stream, good and bad, in the order of the file."""
        for line in self._lines(stream.file):
            if line.problem:
                yield line
            elif stream.wants(line.cells):
                yield stream.completed(line, self._loaded)

    def _lines(self, role: str) -> Iterator[Line]:
        """The rows of a file, the mended ones as they are now."""
        for line in self._written(role):
            mended = self._mended.get((line.file, line.number))
            yield line if mended is None else self._put_right(role, line.number, mended)

    def _put_right(self, role: str, number: int, mended: Mended) -> Line:
        file, columns = self._files[role], self.columns(role)
        values = {column: mended.cells.get(column) for column in columns}
        known = _known(values, file.missing)
        return Line(file.name, number, values, known, mended.problem, mended.beyond)

    def _written(self, role: str) -> Iterator[Line]:
        file = self._files[role]
        number = 1
        try:
            for row in tabular.rows(self.paths[role], file.dialect, limits=self._limits):
                number = row.number
                if isinstance(row, BadRow):
                    yield _bad(file.name, row, self.columns(role))
                else:
                    yield Line(file.name, number, row.values, _known(row.values, file.missing))
        except TabularError as broken:
            # What follows cannot be told apart; what came before has been read.
            yield Line(
                file.name,
                number + 1,
                {},
                {},
                _("The file cannot be read on: %(reason)s") % {"reason": broken},
            )

    def _take(self, text: str) -> bool:
        role, equals, path = text.partition("=")
        if equals and role in self._files:
            self.paths[role] = Path(path)
            return True
        given = Path(text)
        taken = False
        for role, file in self._files.items():
            inside = given / file.name
            if given.name == file.name or inside.is_file():
                self.paths[role] = inside if given.is_dir() else given
                taken = True
        return taken

    def _check_file(self, rows: Rows) -> None:
        if rows.file not in self._files:
            raise MappingError(f"{rows.place}.from: there is no file {rows.file}.")

    @staticmethod
    def _need(place: str, columns: Iterable[str], there: Iterable[str]) -> None:
        missing = [column for column in columns if column not in there]
        if missing:
            raise MappingError(f"{place} speaks of {', '.join(missing)}, which no header has.")


def _bad(file: str, row: BadRow, columns: list[str]) -> Line:
    """A row that the reader gave up, with as much of it as there is."""
    original = dict(zip(columns, row.cells, strict=False))
    return Line(file, row.number, original, {}, row.reason, row.cells[len(columns) :])


def _without(line: Line, column: str) -> Line:
    return Line(
        line.file,
        line.number,
        line.original,
        line.cells,
        _("%(column)s is missing.") % {"column": column},
    )


def _file(section: Section, defaults: dict) -> _File:
    name = section.text("name")
    written = _format(section, defaults)
    # The reader would drop the marks, and a rejected row is kept as it stands in the file.
    missing = frozenset(written.pop("missing", ()))
    section.done()
    return _File(name, Dialect(**written), missing)


def _known(values: dict[str, str | None], missing: frozenset[str]) -> dict[str, str | None]:
    """The cells, those with a missing mark as None."""
    if not missing:
        return values
    return {column: None if cell in missing else cell for column, cell in values.items()}


def _format(section: Section, defaults: dict) -> dict:
    """What a mapping says of how files are written, on top of what it says for all."""
    found = dict(defaults)
    for key in ("encoding", "separator", "quote", "sheet"):
        if key in section:
            found[key] = section.text(key)
    if "header_row" in section:
        found["header_row"] = section.number("header_row")
    if "missing" in section:
        found["missing"] = tuple(section.texts("missing"))
    return found
