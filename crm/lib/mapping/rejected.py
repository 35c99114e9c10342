"""The rows that nobody could use, kept in a file with the reason, for a person to mend."""

import csv
import io
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from crm.lib import tabular
from crm.lib.mapping.streams import Line
from crm.lib.tabular import UPLOAD, Row, TabularError, detect
from crm.lib.tabular.writing import defused, fused

HEADER = ("file", "row", "reason")  # then the columns of the files
_ENOUGH = 500  # rows that show how a file is written


def row_of(line: Line, reason: str, columns: Iterable[str]) -> list:
    """A rejected row as it is written down."""
    original = [line.original.get(column) for column in columns]
    cells = [reason or line.problem, *original, *line.beyond]
    return [line.file, line.number, *(defused(cell or "") for cell in cells)]


Place = tuple[str, int]  # a file's name and the number of a row in it


@dataclass(frozen=True, slots=True)
class Mended:
    """A rejected row as a person put it right; `problem` says why it is still none."""

    cells: dict[str, str | None]
    problem: str = ""
    beyond: tuple[str | None, ...] = ()


def mended_rows(content: bytes) -> dict[Place, Mended] | None:
    """The rows of a file of rejected rows by their places; None for any other file.

    A spreadsheet may have stored it in another encoding, or as its own kind. Raises TabularError
    for a row that does not say where it belongs.
    """
    dialect = detect(content, rows=_ENOUGH).dialect
    names = tabular.header(content, dialect, limits=UPLOAD)
    if tuple(names[: len(HEADER)]) != HEADER:
        return None
    found: dict[Place, Mended] = {}
    for row in tabular.rows(content, dialect, limits=UPLOAD):
        if isinstance(row, Row):
            cells, problem, beyond = row.values, "", ()
        else:
            cells = dict(zip(names, row.cells, strict=False))
            problem, beyond = row.reason, row.cells[len(names) :]
        file, number = cells.get("file"), cells.get("row") or ""
        if not file or not re.fullmatch(r"[0-9]{1,9}", number):
            raise TabularError(
                _("Row %(row)d does not say to which file and row it belongs.")
                % {"row": row.number}
            )
        values = {name: fused(cells.get(name) or "") or None for name in names[len(HEADER) :]}
        found[file, int(number)] = Mended(values, problem, beyond)
    return found


def restored(content: bytes) -> bytes:
    """A file of rejected rows that comes on its own, as the original was written.

    File, row and reason go, and texts that were kept from being formulas are what they were. Any
    other file is left as it is.
    """
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return content
    if not rows or tuple(rows[0][: len(HEADER)]) != HEADER:
        return content
    text = io.StringIO()
    csv.writer(text).writerows([fused(cell) for cell in row[len(HEADER) :]] for row in rows)
    return text.getvalue().encode("utf-8-sig")


class Aside:
    """Where an import puts the rows that it cannot use, and says how far it is."""

    count = 0
    kind = ""  # of the rows that are being read

    def add(self, line: Line, reason: str = "") -> None:
        """Keep a row with its own problem, or with another reason."""
        raise NotImplementedError

    def begin(self) -> None:
        """A chunk of rows is about to be written; within its transaction."""

    def wrote(self, tally) -> None:
        """A chunk was written; within its transaction, which an error here takes back."""

    def passed(self, tally) -> None:
        """A check has looked at a chunk; there is no transaction."""


class Rejected(Aside):
    """A CSV file of rejected rows: file, row, reason, then the original values.

    It is made with the first row, readable by nobody else; `path` is None until then.
    """

    def __init__(self, path: Path, columns: Iterable[str]):
        self.path: Path | None = None
        self.count = 0
        self._wanted = path
        self._columns = list(dict.fromkeys(columns))
        self._file: TextIO | None = None

    def __enter__(self) -> "Rejected":
        return self

    def __exit__(self, *raised) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, line: Line, reason: str = "") -> None:
        if self._file is None:
            self._open()
        self._rows.writerow(row_of(line, reason, self._columns))
        self.count += 1

    def _open(self) -> None:
        self._wanted.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = open(  # noqa: SIM115 - closed by __exit__
            os.open(self._wanted, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
            "w",
            encoding="utf-8-sig",  # a spreadsheet takes it for Latin-1 otherwise
            newline="",
        )
        self._rows = csv.writer(self._file)
        self._rows.writerow([*HEADER, *self._columns])
        self.path = self._wanted
