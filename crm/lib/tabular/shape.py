"""What goes into the reader and what comes out of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

_MEGABYTE = 2**20


class TabularError(Exception):
    """A file that cannot be read, or not any further; `row` says where, if it is known.

    The message is one translated sentence for the person who sent the file; `code` names
    the reason for programs.
    """

    def __init__(self, message: str, row: int | None = None, code: str = "unreadable"):
        super().__init__(message)
        self.row, self.code = row, code


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written, as its mapping declares it.

    `quote` may be empty where nothing is quoted. An empty cell is always missing; the
    marks in `missing` are too, when a cell is exactly one of them. Rows above `header_row`
    are not read; empty ones below it are passed over. A spreadsheet needs only these two,
    and may name its `sheet`: the first one that is not hidden is read otherwise.
    """

    encoding: str = "utf-8"
    separator: str = ","
    quote: str = '"'
    missing: tuple[str, ...] = ()
    header_row: int = 1
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read of one file: its bytes, the same unpacked, and rows (security 20)."""

    bytes: int
    unpacked: int
    rows: int


UPLOAD = Limits(bytes=10 * _MEGABYTE, unpacked=100 * _MEGABYTE, rows=50_000)
BY_COMMAND = Limits(bytes=4096 * _MEGABYTE, unpacked=4096 * _MEGABYTE, rows=20_000_000)


@dataclass(frozen=True, slots=True)
class Row:
    """One row by column name; a missing cell is None. Rows are numbered as in a spreadsheet."""

    number: int
    values: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot be used, with the reason as a sentence and its cells, if it has any.

    `code` names the reason for programs: those of `BAD_ROWS` in `doubts`.
    """

    number: int
    reason: str
    cells: tuple[str | None, ...] = field(default=(), compare=False)
    code: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one row before they are given names."""

    number: int
    cells: list[str | None]


def ragged(number: int, cells: Sequence[str | None], names: int) -> BadRow:
    """A row that has more or fewer cells than the header has names."""
    return BadRow(
        number,
        _("This row has %(cells)d cells, the header %(names)d.")
        % {"cells": len(cells), "names": names},
        tuple(cells),
        "ragged",
    )
