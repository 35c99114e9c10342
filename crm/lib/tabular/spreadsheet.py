"""Records of one sheet of an XLSX file."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from crm.lib.tabular.shape import BadRow, Dialect, Limits, Record, TabularError
from crm.lib.tabular.sheetformats import code_of, filled
from crm.lib.tabular.sheetmarks import unreliable_rows

_EXACT_NUMBERS = 10**15  # a spreadsheet keeps 15 digits and makes the others 0
_ERRORS = frozenset({"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"})


def sheet_records(file: BinaryIO, dialect: Dialect, limits: Limits) -> Iterator[Record | BadRow]:
    """The records of a sheet, each up to its last filled cell.

    Dates come as YYYY-MM-DD, numbers without grouping, a percentage as its fraction; a number
    that its format shows with leading zeros has them.
    """
    number = 0
    try:
        _check_archive(file, limits)
        workbook = _workbook(file)
        sheet = _chosen(workbook, dialect.sheet)
        with workbook._archive.open(sheet._worksheet_path) as part:  # openpyxl does not show it
            formulas, merged = unreliable_rows(part, below=dialect.header_row)
        sheet.reset_dimensions()  # what the file says of its size need not be true
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            if number in formulas:
                yield BadRow(number, _("A formula in this row was never computed."), code="cell")
            elif number in merged:
                reason = _("A cell of this row is merged with the one above.")
                yield BadRow(number, reason, code="merged")
            else:
                yield _record(number, cells, dialect)
    except TabularError:
        raise
    except Exception as damaged:
        # Whatever zlib, the XML parser and openpyxl raise on what somebody sent us.
        raise TabularError(_("This spreadsheet is damaged."), number or None) from damaged


def padded(records: Iterable[Record | BadRow], header_row: int) -> Iterator[Record | BadRow]:
    """The records, short ones filled up to the width of the header: a sheet keeps no empty ends."""
    width = 0
    for record in records:
        if isinstance(record, Record):
            if record.number >= header_row:
                width = width or len(record.cells)
            record.cells.extend([None] * (width - len(record.cells)))
        yield record


def sheets_of(file: BinaryIO, limits: Limits) -> list[tuple[str, bool]]:
    """The names of the sheets, and whether each is hidden. Raises TabularError."""
    try:
        _check_archive(file, limits)
        return [(sheet.title, _is_hidden(sheet)) for sheet in _workbook(file).worksheets]
    except TabularError:
        raise
    except Exception as damaged:
        raise TabularError(_("This spreadsheet is damaged.")) from damaged


def _workbook(file: BinaryIO):
    return load_workbook(file, read_only=True, data_only=True, keep_links=False)


def _chosen(workbook, name: str):
    """The sheet of this name, else the first one that a person sees."""
    if not name:
        return (
            next((sheet for sheet in workbook.worksheets if not _is_hidden(sheet)), None)
            or (workbook.worksheets[0])
        )
    for sheet in workbook.worksheets:
        if sheet.title == name:
            return sheet
    raise TabularError(_("This spreadsheet has no sheet %(name)s.") % {"name": name})


def _is_hidden(sheet) -> bool:
    return sheet.sheet_state != "visible"


def _check_archive(file: BinaryIO, limits: Limits) -> None:
    with ZipFile(file) as archive:
        parts = archive.infolist()
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise TabularError(_("This is a zip archive, not a spreadsheet."))
    if sum(part.file_size for part in parts) > limits.unpacked:
        raise TabularError(_("This spreadsheet is too large when it is unpacked."))


def _record(number: int, cells: tuple, dialect: Dialect) -> Record | BadRow:
    cells = cells[: _width(cells)]
    try:
        texts = [_text(cell.value, cell.number_format) for cell in cells]
    except ValueError as unusable:
        return BadRow(number, str(unusable), code="cell")
    return Record(number, [None if text in dialect.missing else text for text in texts])


def _width(cells: tuple) -> int:
    """How many cells there are up to the last one that holds something."""
    for position in range(len(cells), 0, -1):
        if cells[position - 1].value not in (None, ""):
            return position
    return 0


def _text(value: Any, number_format: str | None) -> str | None:
    """A cell as a mapping reads it. Raises ValueError with the reason."""
    match value:
        case None | "":
            return None
        case str():
            if value in _ERRORS:
                raise ValueError(
                    _("A formula in this row has no result: %(error)s.") % {"error": value}
                )
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _number(value, number_format)
        case datetime():
            return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _number(value: int | float, number_format: str | None) -> str:
    if abs(value) >= _EXACT_NUMBERS:
        raise ValueError(
            _("A long number has lost its last digits in this spreadsheet: store it as text.")
        )
    text = f"{Decimal(repr(value)).normalize():f}"
    code = code_of(number_format) if number_format and text.isdecimal() else ()
    return filled(text, code) if code else text
