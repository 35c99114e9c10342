"""Looking at a file before it is read: how it is written, what it holds, what is odd about it."""

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from crm.lib.tabular.delimited import delimited_records
from crm.lib.tabular.doubts import Doubts
from crm.lib.tabular.encodings import encoding_of
from crm.lib.tabular.findings import STOPS, WARNS, Finding
from crm.lib.tabular.heading import header_among
from crm.lib.tabular.profiles import Column
from crm.lib.tabular.reading import (
    Source,
    body_of,
    check_names,
    header_of,
    opened,
    records_of,
    told_apart,
)
from crm.lib.tabular.shape import UPLOAD, BadRow, Dialect, Limits, Record, TabularError
from crm.lib.tabular.signatures import SPREADSHEET
from crm.lib.tabular.sniffing import SAMPLE_ROWS, written
from crm.lib.tabular.spreadsheet import sheet_records, sheets_of

_SHOWN = 20  # rows of a preview


@dataclass
class Detected:
    """How a file is written, what each column holds, and what a person should know of it.

    `dialect` reads it: `rows(source, found.dialect)`; its `missing` is left to the mapping, `marks`
    of the columns say what it may name. `samples` are the first good rows by column, `rows` the
    number of rows that were looked at, `sheets` the names of a spreadsheet's sheets.
    """

    kind: str
    dialect: Dialect
    header: list[str] = field(default_factory=list)
    samples: list[Record] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    rows: int = 0

    @property
    def stopped(self) -> list[Finding]:
        """What has to be put right before an import."""
        return [finding for finding in self.findings if finding.severity == STOPS]


def detect(
    source: Source, *, limits: Limits = UPLOAD, rows: int | None = None, sheet: str = ""
) -> Detected:
    """Look at a file, or at its first `rows`, by its content alone.

    Raises TabularError with a sentence for what is no table at all.
    """
    with opened(source, limits) as file:
        found = _spreadsheet(file, limits, sheet)
        if found is None:
            found = _text(file)
        header = _header(file, found, limits)
        found.header = header.cells
        try:
            check_names(header)
            _look(file, found, header, limits, rows)
        except TabularError as broken:
            found.findings.append(Finding(broken.code, str(broken), STOPS, broken.row))
    return found


def _spreadsheet(file: BinaryIO, limits: Limits, sheet: str) -> Detected | None:
    if told_apart(file) != SPREADSHEET:
        return None
    sheets = sheets_of(file, limits)
    seen = [name for name, hidden in sheets if not hidden]
    chosen = sheet or (seen or [sheets[0][0]])[0]
    found = Detected(SPREADSHEET, Dialect(sheet=chosen), sheets=[name for name, _hidden in sheets])
    if len(sheets) > 1:
        words = {"sheet": chosen, "count": len(sheets)}
        found.findings.append(
            Finding("sheets", _("Of %(count)d sheets %(sheet)s is read.") % words, WARNS)
        )
    return found


def _text(file: BinaryIO) -> Detected:
    encoding = encoding_of(file)
    file.seek(0)
    dialect = written(file, encoding)
    found = Detected("text", dialect)
    if encoding in ("cp1252", "latin-1"):
        found.findings.append(
            Finding(
                "encoding_guessed",
                _("The letters are read as Western European ones: look whether names are right."),
            )
        )
    return found


def _header(file: BinaryIO, found: Detected, limits: Limits) -> Record:
    """Find the header, and say what stands above it."""
    file.seek(0)
    if found.kind == SPREADSHEET:
        records = sheet_records(file, found.dialect, limits)
    else:
        records = delimited_records(file, found.dialect)
    first = [*islice(records, SAMPLE_ROWS)]
    header = header_among([record for record in first if isinstance(record, Record)])
    if header is None:
        raise _unreadable(first)
    found.dialect = replace(found.dialect, header_row=header.number)
    above = [
        r for r in first if r.number < header.number and (isinstance(r, BadRow) or any(r.cells))
    ]
    if above:
        words = {"row": header.number, "count": len(above)}
        text = _("The header is row %(row)d; what stands above it is not read.") % words
        found.findings.append(Finding("junk_above", text, WARNS, above[0].number, count=len(above)))
    return Record(header.number, [(cell or "").strip() for cell in header.cells])


def _unreadable(first: list[Record | BadRow]) -> TabularError:
    bad = next((record for record in first if isinstance(record, BadRow)), None)
    if bad:
        return TabularError(bad.reason, bad.number)
    return TabularError(_("The file is empty."), code="empty")


def _look(
    file: BinaryIO, found: Detected, header: Record, limits: Limits, rows: int | None
) -> None:
    file.seek(0)
    records = records_of(file, found.dialect, limits)
    header_of(records)
    doubts = Doubts(header, found.dialect)
    try:
        for record in islice(body_of(records, header, limits), rows):
            found.rows += 1
            if isinstance(record, BadRow):
                doubts.see_bad(record)
                continue
            doubts.see(record)
            if len(found.samples) < _SHOWN:
                found.samples.append(record)
    finally:
        found.columns = doubts.columns()
        found.findings += doubts.findings(found.columns)
