"""What is odd about the rows and columns of a file, gathered while it is read once."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.lib.tabular.findings import STOPS, WARNS, Finding
from crm.lib.tabular.looks import look
from crm.lib.tabular.profiles import Column, Counted
from crm.lib.tabular.shape import BadRow, Dialect, Record
from crm.lib.tabular.shifts import Shifts
from crm.lib.tabular.sniffing import mixed

# Reasons why rows cannot be used, by their code: each said once with the first row.
BAD_ROWS = {
    "ragged": gettext_noop(
        "Rows with more or fewer cells than the header: %(count)d, from row %(row)d."
    ),
    "separator": gettext_noop("Rows with another separator: %(count)d, from row %(row)d."),
    "below": gettext_noop("Rows below the table that are none of it: %(count)d, from row %(row)d."),
    "encoding": gettext_noop("Rows in another encoding: %(count)d, from row %(row)d."),
    "cut": gettext_noop("The file ends inside a quoted cell of row %(row)d: it was cut off."),
    "quote": gettext_noop("Rows with a quote that is not closed: %(count)d, from row %(row)d."),
    "nul": gettext_noop(
        "Rows with NUL characters: %(count)d, from row %(row)d. The file is damaged."
    ),
    "long": gettext_noop("Rows that are longer than any should be: %(count)d, from row %(row)d."),
    "return": gettext_noop("Rows with a carriage return inside: %(count)d, from row %(row)d."),
    "joined": gettext_noop("Two files were put together: the second begins in row %(row)d."),
    "cell": gettext_noop(
        "Rows with a cell that a spreadsheet has lost: %(count)d, from row %(row)d."
    ),
    "merged": gettext_noop(
        "Rows with a cell merged with the one above: %(count)d, from row %(row)d."
    ),
    "repeated_header": gettext_noop("Rows that repeat the header: %(count)d, from row %(row)d."),
    "total_row": gettext_noop("Rows that are totals of others: %(count)d, from row %(row)d."),
}
_STOPPING = frozenset({"cut", "nul"})
_ODD_NUMBERS = {
    "shortened": (
        gettext_noop(
            "%(column)s: numbers that a spreadsheet has shortened (1.23E+17): %(count)d, from row "
            "%(row)d. Export the column as text."
        ),
        STOPS,
    ),
    "check_digit": (
        gettext_noop(
            "%(column)s: identity numbers with a wrong check digit: %(count)d, from row %(row)d."
        ),
        WARNS,
    ),
}
_CODE_NAME = re.compile(r"code|zip|post|no\b|number|编号|编码|代码|邮编|号|id$", re.IGNORECASE)
_SAME_LENGTH = 0.6


class Doubts:
    """Sees each row once; says afterwards what the columns hold and what is odd."""

    def __init__(self, header: Record, dialect: Dialect):
        self._header, self._dialect = header, dialect
        self._counted = [Counted(name) for name in header.cells]
        self._bad: dict[str, list[int]] = {}  # first row and count of each reason
        self._below: list[int] = []  # rows of another width since the last good one
        self._shifts = Shifts(self._counted)

    def see(self, record: Record) -> None:
        """Count the cells of a good row."""
        self._below = []
        looks = [
            counted.see(record.number, cell)
            for counted, cell in zip(self._counted, record.cells, strict=True)
        ]
        self._shifts.see(record.number, looks)

    def see_bad(self, row: BadRow) -> None:
        """Count a row that cannot be used."""
        code = row.code
        if code == "ragged":
            if mixed(row.cells, len(self._header.cells), self._dialect.separator):
                code = "separator"
            else:
                self._below.append(row.number)
        first = self._bad.setdefault(code, [row.number, 0])
        first[1] += 1

    def columns(self) -> list[Column]:
        """The columns as they were counted."""
        return [counted.column(place) for place, counted in enumerate(self._counted, start=1)]

    def findings(self, columns: list[Column]) -> list[Finding]:
        """All that is odd: of the whole, of rows, of columns."""
        found = [*self._of_header(columns), *self._of_rows(), *self._shifts.findings()]
        for counted, column in zip(self._counted, columns, strict=True):
            found += [*_of_dates(counted, column), *_of_numbers(counted, column)]
        return found

    def _of_header(self, columns: list[Column]):
        typed = [column for column in columns if column.kind != "text" and column.filled > 1]
        alike = [column for column in typed if column.kind in look(column.name).kinds]
        if typed and 2 * len(alike) > len(typed):
            text = _("Row %(row)d looks like data: the file has no header.")
            number = self._header.number
            yield Finding("no_header", text % {"row": number}, STOPS, number)

    def _of_rows(self):
        bad = dict(self._bad)
        if self._below and "ragged" in bad:
            row, count = bad.pop("ragged")
            if count > len(self._below):
                bad["ragged"] = [row, count - len(self._below)]
            bad["below"] = [self._below[0], len(self._below)]
        for code, (row, count) in bad.items():
            text = _(BAD_ROWS[code]) % {"row": row, "count": count}
            severity = STOPS if code in _STOPPING else WARNS
            yield Finding(code, text, severity, row, count=count)


def _of_dates(counted: Counted, column: Column):
    if len(column.formats) < 2:
        return
    count, rows = counted.doubtful(column.formats)
    words = {
        "column": column.name,
        "formats": ", ".join(f"{form} ({n})" for form, n in column.formats.items()),
        "count": count,
        "rows": ", ".join(map(str, rows)) + (" …" if count > len(rows) else ""),
    }
    row = rows[0] if rows else None
    if column.undecided:
        text = _("%(column)s: the dates can be read in two ways, %(formats)s. Say which it is.")
        yield Finding("date_order", text % words, WARNS, row, column.name, count)
        return
    text = _("%(column)s holds dates in several formats: %(formats)s.") % words
    if count:
        text += " " + _("Cells that can be read as two days: %(count)d, in rows %(rows)s.") % words
    yield Finding("two_formats", text, WARNS, row, column.name, count)


def _of_numbers(counted: Counted, column: Column):
    for code, (sentence, severity) in _ODD_NUMBERS.items():
        odd = {found: n for found, n in counted.looks.items() if found.odd == code}
        if odd and (code != "check_digit" or column.kind == "identity"):
            row, count = min(counted.rows[found][0] for found in odd), sum(odd.values())
            words = {"column": column.name, "count": count, "row": row}
            yield Finding(code, _(sentence) % words, severity, row, column.name, count)
    if lost := _lost_zeros(counted, column):
        row, count = lost
        text = _(
            "%(column)s: numbers that may have lost a leading zero: %(count)d, from row %(row)d."
        )
        words = {"column": column.name, "count": count, "row": row}
        yield Finding("lost_zeros", text % words, WARNS, row, column.name, count)


def _lost_zeros(counted: Counted, column: Column) -> tuple[int, int] | None:
    """Codes of one length, a few of which are one digit short; numbers that only rise are none."""
    if column.kind not in ("integer", "date", "phone") or not _CODE_NAME.search(column.name):
        return None
    lengths: dict[int, int] = {}
    first: dict[int, int] = {}
    for found, n in counted.looks.items():
        lengths[found.length] = lengths.get(found.length, 0) + n
        first[found.length] = min(first.get(found.length, 10**9), counted.rows[found][0])
    longest = max(lengths)
    short = lengths.get(longest - 1, 0)
    whole = lengths[longest] + short == counted.filled and longest > 4
    if whole and short and lengths[longest] >= _SAME_LENGTH * counted.filled and counted.falls:
        return first[longest - 1], short
    return None
