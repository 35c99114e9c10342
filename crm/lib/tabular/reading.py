"""From a source to its records: the file opened, its header found, its rows of one width."""

import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from crm.lib.tabular.delimited import codec, delimited_records
from crm.lib.tabular.encodings import is_utf_8
from crm.lib.tabular.shape import BadRow, Dialect, Limits, Record, TabularError, ragged
from crm.lib.tabular.signatures import BEGINNING, SPREADSHEET, kind_of
from crm.lib.tabular.spreadsheet import padded, sheet_records

Source = Path | str | bytes

_MOST_COLUMNS = 1_000
_FIRST_ROWS = 100  # of which most must have the width of the header
_TELLING = 12  # bytes above ASCII in which nothing but UTF-8 reads as UTF-8
_FEW = 3  # rows of another width say nothing yet
_TOTALS = frozenset({"合计", "总计", "共计", "小计", "total", "grand total", "sum", "subtotal"})


def opened(source: Source, limits: Limits) -> BinaryIO:
    """The content, once it is known not to be too long. Raises TabularError."""
    try:
        size = len(source) if isinstance(source, bytes) else Path(source).stat().st_size
        if size > limits.bytes:
            raise TabularError(
                _("The file is larger than %(size)d MB.") % {"size": limits.bytes // 2**20}
            )
        return io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb")
    except OSError as missing:
        raise TabularError(_("The file cannot be opened.")) from missing


def told_apart(file: BinaryIO) -> str:
    """The kind of an opened file, told by how it begins; it stands at its beginning again."""
    kind = kind_of(file.read(BEGINNING))
    file.seek(0)
    return kind


def records_of(file: BinaryIO, dialect: Dialect, limits: Limits) -> Iterator[Record | BadRow]:
    """The records from the header on."""
    if told_apart(file) == SPREADSHEET:
        records = padded(sheet_records(file, dialect, limits), dialect.header_row)
    else:
        records = delimited_records(file, dialect)
    return (record for record in records if record.number >= dialect.header_row)


def check_encoding(file: BinaryIO, dialect: Dialect) -> None:
    """Refuse a text in UTF-8 that is declared to be in another encoding: it would be read wrongly.

    Latin-1 makes letters of any bytes, and GB18030 of many; UTF-8 cannot be met by chance.
    """
    if told_apart(file) == SPREADSHEET or codec(dialect.encoding) in ("utf-8", "ascii"):
        return
    letters = sum(byte > ord("\x7f") for byte in file.read(BEGINNING))
    file.seek(0)
    if letters >= _TELLING and is_utf_8(file):
        raise TabularError(
            _("The file is written in UTF-8, but declared to be written in %(encoding)s.")
            % {"encoding": dialect.encoding}
        )
    file.seek(0)


def header_of(records: Iterator[Record | BadRow]) -> Record:
    """The header: the first record that is not empty, its names without spaces around them."""
    for record in records:
        if isinstance(record, BadRow):
            raise TabularError(record.reason, record.number)
        names = [(cell or "").strip() for cell in record.cells]
        if any(names):
            return Record(record.number, names)
    raise TabularError(_("The file is empty."), code="empty")


def check_names(header: Record) -> list[str]:
    """The names. Raises TabularError where one is missing or stands there twice."""
    names = header.cells
    if len(names) > _MOST_COLUMNS:
        raise TabularError(
            _("The file has more than %(count)d columns.") % {"count": _MOST_COLUMNS},
            header.number,
            code="columns",
        )
    for position, name in enumerate(names, start=1):
        if not name:
            raise TabularError(
                _("Column %(position)d has no name in the header.") % {"position": position},
                header.number,
                "unnamed_column",
            )
        if name in names[: position - 1]:
            raise TabularError(
                _("The header names %(name)s twice.") % {"name": name},
                header.number,
                "repeated_name",
            )
    return names


def body_of(
    records: Iterator[Record | BadRow], header: Record, limits: Limits
) -> Iterator[Record | BadRow]:
    """The rows below the header, the good ones as wide as it; empty ones are left out.

    Raises TabularError where most of the first rows are of another width: the header is then not
    theirs, and what fits by chance would be read wrongly.
    """
    rows = _judged(records, header, limits)
    first, broken = [], None
    try:
        first.extend(islice(rows, _FIRST_ROWS))
    except TabularError as unreadable:
        broken = unreadable
    _check_width(first, header)
    yield from first
    if broken:
        raise broken
    yield from rows


def _judged(
    records: Iterable[Record | BadRow], header: Record, limits: Limits
) -> Iterator[Record | BadRow]:
    last = limits.rows + header.number
    for record in records:
        if record.number > last:
            raise TabularError(
                _("The file has more than %(count)d rows.") % {"count": limits.rows},
                record.number,
                "long",
            )
        if isinstance(record, BadRow):
            yield record
        elif any(cell is not None for cell in record.cells):
            yield _fitting(record, header)


def _fitting(record: Record, header: Record) -> Record | BadRow:
    cells, width = record.cells, len(header.cells)
    if len(cells) != width:
        return ragged(record.number, cells, width)
    if cells == header.cells and width > 1:
        return BadRow(
            record.number, _("This row repeats the header."), tuple(cells), "repeated_header"
        )
    if _is_total(cells):
        return BadRow(
            record.number, _("This row is a total of the others."), tuple(cells), "total_row"
        )
    return record


def _is_total(cells: list[str | None]) -> bool:
    """Whether the first filled cell says so, and most of the others are empty."""
    filled = [cell for cell in cells if cell is not None]
    first = filled[0].strip().rstrip(":：").lower()
    return first in _TOTALS and 2 * len(filled) <= len(cells) + 1 and len(cells) > 1


def _check_width(rows: list[Record | BadRow], header: Record) -> None:
    others = [row for row in rows if isinstance(row, BadRow) and row.code == "ragged"]
    if len(others) < _FEW or 2 * len(others) <= len(rows):
        return
    widths = [len(row.cells) for row in others]
    common = max(set(widths), key=widths.count)
    raise TabularError(
        _("The header has %(names)d columns, but most rows have %(cells)d: it is not theirs.")
        % {"names": len(header.cells), "cells": common},
        others[0].number,
        "header_mismatch",
    )
