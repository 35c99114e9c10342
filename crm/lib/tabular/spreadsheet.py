"""Records of the first sheet of an XLSX file."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from crm.lib.tabular.shape import BadRow, Dialect, Limits, Record, TabularError, ragged

_EXACT_NUMBERS = 10**15  # a spreadsheet keeps 15 digits and makes the others 0
_ERRORS = frozenset({"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"})


def spreadsheet_records(
    file: BinaryIO, dialect: Dialect, limits: Limits
) -> Iterator[Record | BadRow]:
    """The records of the first sheet; dates come as YYYY-MM-DD, numbers without grouping."""
    number = 0
    try:
        _check_archive(file, limits)
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size need not be true
        width = 0
        for cells in sheet.iter_rows(values_only=True):
            number += 1
            width = width or _width(cells)
            yield _record(number, cells, width, dialect)
    except TabularError:
        raise
    except Exception as damaged:
        # Whatever zlib, the XML parser and openpyxl raise on what somebody sent us.
        raise TabularError(_("This spreadsheet is damaged."), number or None) from damaged


def _check_archive(file: BinaryIO, limits: Limits) -> None:
    with ZipFile(file) as archive:
        parts = archive.infolist()
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise TabularError(_("This is a zip archive, not a spreadsheet."))
    if sum(part.file_size for part in parts) > limits.unpacked:
        raise TabularError(_("This spreadsheet is too large when it is unpacked."))


def _record(number: int, cells: tuple, width: int, dialect: Dialect) -> Record | BadRow:
    found = _width(cells)
    if found > width:
        return ragged(
            number, [None if cell is None else str(cell) for cell in cells[:found]], width
        )
    try:
        texts = [_text(cell) for cell in cells[:width]]
    except ValueError as unusable:
        return BadRow(number, str(unusable))
    known = [None if text in dialect.missing else text for text in texts]
    return Record(number, known + [None] * (width - len(known)))


def _width(cells: tuple) -> int:
    """How many cells there are up to the last one that holds something."""
    for position in range(len(cells), 0, -1):
        if cells[position - 1] not in (None, ""):
            return position
    return 0


def _text(cell: Any) -> str | None:
    """A cell as a mapping reads it. Raises ValueError with the reason."""
    match cell:
        case None | "":
            return None
        case str():
            if cell in _ERRORS:
                raise ValueError(
                    _("A formula in this row has no result: %(error)s.") % {"error": cell}
                )
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case int() | float():
            return _number(cell)
        case datetime():
            return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _number(cell: int | float) -> str:
    if abs(cell) >= _EXACT_NUMBERS:
        raise ValueError(
            _("A long number has lost its last digits in this spreadsheet: store it as text.")
        )
    return f"{Decimal(repr(cell)).normalize():f}"
