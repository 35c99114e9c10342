"""The rows that nobody could use, kept in a file with the reason, for a person to mend."""

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from crm.lib.mapping.streams import Line
from crm.lib.tabular.writing import defused, fused

HEADER = ("file", "row", "reason")  # then the columns of the files


def row_of(line: Line, reason: str, columns: Iterable[str]) -> list:
    """A rejected row as it is written down."""
    original = [line.original.get(column) for column in columns]
    cells = [reason or line.problem, *original, *line.beyond]
    return [line.file, line.number, *(defused(cell or "") for cell in cells)]


def restored(content: bytes) -> bytes:
    """A file of rejected rows as the original was written; any other file as it is.

    File, row and reason go, and texts that were kept from being formulas are what they were.
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
