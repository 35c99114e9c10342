"""Files that leave the bank's system: no cell of them is taken for a formula (security 16)."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

# The wide ones too: a spreadsheet that speaks Chinese takes them for the others.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")
_WIDEST = 32_767  # characters of one cell, by the format


def defused(cell: str) -> str:
    """The cell as a text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def fused(cell: str) -> str:
    """The cell as it was before it was defused."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file that a spreadsheet opens as UTF-8."""
    file = io.StringIO()
    csv.writer(file).writerows([defused(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def write_xlsx(
    rows: Iterable[Sequence[str | int | Decimal]],
    *,
    mark: str,
    heads: int = 0,
    widths: Sequence[int] = (),
) -> bytes:
    """A workbook of one sheet; `mark` is printed below each page.

    A text stays one, whatever it looks like; numbers can be added up, a Decimal has two places.

    The first `heads` rows stay in view; `widths` are those of the first columns, in characters.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    if heads:
        sheet.freeze_panes = f"A{heads + 1}"
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.oddFooter.center.text = mark.replace("&", "&&")
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet, cell: str | int | Decimal) -> WriteOnlyCell:
    if isinstance(cell, str):
        return _text(sheet, cell)
    made = WriteOnlyCell(sheet, value=cell)
    made.number_format = "#,##0.00" if isinstance(cell, Decimal) else "0"
    return made


def _text(sheet, cell: str) -> WriteOnlyCell:
    # What the format cannot hold goes first: behind it a formula might begin.
    printable = ILLEGAL_CHARACTERS_RE.sub("", cell)
    made = WriteOnlyCell(sheet, value=defused(printable)[:_WIDEST])
    made.data_type = "s"
    return made
