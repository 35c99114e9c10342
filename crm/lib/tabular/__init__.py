"""Reading tables that we did not design: CSV in many dialects, and XLSX.

Rows come one by one, so a file of any length takes the same memory. What is wrong with
one row is said of that row and the others go on; only a file that cannot be read at
all, or not any further, raises TabularError. The kind of a file is told by its
content, never by its name.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from crm.lib.tabular.delimited import delimited_records
from crm.lib.tabular.shape import (
    BY_COMMAND,
    UPLOAD,
    BadRow,
    Dialect,
    Limits,
    Record,
    Row,
    TabularError,
    ragged,
)
from crm.lib.tabular.spreadsheet import spreadsheet_records

__all__ = [
    "BY_COMMAND",
    "UPLOAD",
    "BadRow",
    "Dialect",
    "Limits",
    "Row",
    "TabularError",
    "header",
    "rows",
]

Source = Path | str | bytes

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def header(source: Source, dialect: Dialect, *, limits: Limits = BY_COMMAND) -> list[str]:
    """The names of the columns. Raises TabularError where there are none, or one twice."""
    with _open(source, limits) as file:
        return _names(_records(file, dialect, limits))


def rows(
    source: Source, dialect: Dialect, *, limits: Limits = BY_COMMAND
) -> Iterator[Row | BadRow]:
    """The rows below the header, good and bad, in their order; empty ones are left out.

    `source` is a path, or the content itself. Raises TabularError with a sentence, and
    the number of the row where it knows one.
    """
    with _open(source, limits) as file:
        records = _records(file, dialect, limits)
        names = _names(records)
        for record in records:
            if record.number > limits.rows + 1:
                raise TabularError(
                    _("The file has more than %(count)d rows.") % {"count": limits.rows},
                    record.number,
                )
            if isinstance(record, BadRow):
                yield record
            elif any(cell is not None for cell in record.cells):
                yield _named(record, names)


def _named(record: Record, names: list[str]) -> Row | BadRow:
    if len(record.cells) != len(names):
        return ragged(record.number, record.cells, len(names))
    return Row(record.number, dict(zip(names, record.cells, strict=True)))


def _names(records: Iterator[Record | BadRow]) -> list[str]:
    """The header: the first record that is not empty."""
    for record in records:
        if isinstance(record, BadRow):
            raise TabularError(record.reason, record.number)
        names = [(cell or "").strip() for cell in record.cells]
        if any(names):
            _check_names(names, record.number)
            return names
    raise TabularError(_("The file is empty."))


def _check_names(names: list[str], row: int) -> None:
    for position, name in enumerate(names, start=1):
        if not name:
            raise TabularError(
                _("Column %(position)d has no name in the header.") % {"position": position}, row
            )
        if name in names[: position - 1]:
            raise TabularError(_("The header names %(name)s twice.") % {"name": name}, row)


def _open(source: Source, limits: Limits) -> BinaryIO:
    """The content, once it is known not to be too long."""
    try:
        size = len(source) if isinstance(source, bytes) else Path(source).stat().st_size
        if size > limits.bytes:
            raise TabularError(
                _("The file is larger than %(size)d MB.") % {"size": limits.bytes // 2**20}
            )
        return io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb")
    except OSError as missing:
        raise TabularError(_("The file cannot be opened.")) from missing


def _records(file: BinaryIO, dialect: Dialect, limits: Limits) -> Iterator[Record | BadRow]:
    """Tell the kind of the file by how it begins, and read it so."""
    start = file.read(4)
    file.seek(0)
    if start == _ZIP:
        return spreadsheet_records(file, dialect, limits)
    if start == _OLE:
        raise TabularError(
            _("This is an old or a locked Excel file: save it as XLSX, without a password.")
        )
    if start.startswith(_UTF_16):
        raise TabularError(_("This file is written in UTF-16: save it as UTF-8."))
    return delimited_records(file, dialect)
