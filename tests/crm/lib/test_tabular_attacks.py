"""Broken and hostile files: each gets one clear sentence, and none takes long or much memory."""

import io
import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook

from crm.lib.tabular import UPLOAD, BadRow, Dialect, TabularError, detect, rows

pytestmark = pytest.mark.once

MEMORY = 150 * 2**20
MEGABYTES = 10 * 2**20


def workbook(*table):
    book = Workbook()
    for cells in table:
        book.active.append(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def bomb(part, content):
    """A spreadsheet one part of which is replaced."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["id"], [1]))) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return result.getvalue()


LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha") for n in range(10)
)
SHEET = "xl/worksheets/sheet1.xml"
REFUSED = {
    "zip bomb": (lambda: bomb(SHEET, b" " * UPLOAD.unpacked), "too large when it is unpacked"),
    "entity bomb": (
        lambda: bomb(SHEET, b"<!DOCTYPE x [" + LAUGHS + b"]><worksheet>&l9;</worksheet>"),
        "damaged",
    ),
    "truncated spreadsheet": (lambda: workbook(["id"], [1])[:-200], "damaged"),
    "other archive": (lambda: b"PK\x03\x04" + b"x" * 5000, "damaged"),
    "one endless line": (lambda: b"x" * MEGABYTES, "longer than any row should be"),
    "a million columns": (lambda: b"," * 999_999 + b"\n", "longer than any row should be"),
    "too many columns": (
        lambda: ",".join(f"c{n}" for n in range(2000)).encode() + b"\n",
        "more than 1000 columns",
    ),
    "NUL alone": (lambda: b"\0" * 1000, "NUL characters"),
    "carriage returns alone": (lambda: b"id,name\r1,a\r2,b\r", "carriage returns alone"),
    "UTF-16": (lambda: "id,name\n1,赵\n".encode("utf-16"), "UTF-16"),
    "UTF-16 unmarked": (lambda: "id,name\n1,a\n".encode("utf-16-le"), "UTF-16"),
    "old Excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "old or a locked"),
    "web page as XLS": (lambda: b"<html><table><tr><td>id</td></tr></table></html>", "web page"),
    "XML as XLS": (lambda: b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "web page"),
    "PDF": (lambda: b"%PDF-1.7\n1 0 obj\n", "PDF document"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n", "picture"),
    "packed": (lambda: b"\x1f\x8b\x08\0", "packed file"),
    "nothing": (lambda: b"", "empty"),
    "line ends alone": (lambda: b"\r\n" * 5_000_000, "empty"),
}  # fmt: skip


@pytest.mark.parametrize("attack", REFUSED)
def test_what_is_no_table_is_refused_in_one_sentence_within_bounds(attack):
    made, sentence = REFUSED[attack]
    content = made()

    tracemalloc.start()
    try:
        found = detect(content)
        said = " ".join(finding.text for finding in found.stopped)
    except TabularError as refused:
        said = str(refused)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert sentence in said
    assert peak < MEMORY


def worst(cell):
    return f"id,cell\n1,{cell}\n".encode()


@pytest.mark.parametrize(
    "cell",
    [
        "1" * 100_000,
        "1,111" * 20_000,
        "1 " * 50_000,
        "(" * 50_000,
        "+86 138" + " " * 100_000,
        "a@" + "a." * 50_000,
        "2024-01-" + "0" * 100_000,
        "1.0E+" + "9" * 100_000,
        "¥" * 100_000,
        "9" * 59,
        "1,111" * 12,
        "a@" + "a." * 29,
        "-9999-99-99",
        "99999-12-31",
        "0000-00-00",
        "99/99/9999",
        "31/12/9999",
    ],
)
def test_no_cell_takes_long_to_be_looked_at(cell):
    """A pattern that backtracked would never return; a day beyond all calendars is no date."""
    [column] = detect(worst(f'"{cell}"')).columns[1:]

    assert (column.filled, column.kind == "date") == (1, False)


def test_a_storm_of_quotes_costs_rows_and_no_time():
    storm = b"id,name\n" + b'"' * 3 + b'a"b,""c"\n' * 20_000

    assert all(isinstance(row, BadRow) for row in rows(storm, Dialect()))
    assert detect(storm).rows == 20_000


def test_halves_of_surrogates_are_no_utf_8():
    content = b"id,name\n1,\xed\xa0\x80\n2,\xe8\xb5\xb5\n3,\xe9\x92\xb1\n"

    found = detect(content)

    assert found.dialect.encoding == "utf-8"
    assert [(finding.code, finding.row) for finding in found.findings] == [("encoding", 2)]


def test_a_file_that_begins_twice_says_where():
    half = "\ufeffid,name\n1,赵\n".encode()

    found = detect(half + half)

    assert [(finding.code, finding.row) for finding in found.findings] == [("joined", 3)]


def test_line_ends_of_several_kinds_are_read():
    content = b"id,name\r\n1,a\n2,b\r\n3,c\n"

    assert [row.values["name"] for row in rows(content, detect(content).dialect)] == ["a", "b", "c"]


def test_the_name_of_a_file_says_nothing(tmp_path):
    text, sheet = tmp_path / "text.xlsx", tmp_path / "sheet.csv"
    text.write_text("id;name\n1;a\n", encoding="utf-8")
    sheet.write_bytes(workbook(["id", "name"], [1, "a"]))

    assert (detect(text).kind, detect(sheet).kind) == ("text", "spreadsheet")


def test_a_spreadsheet_with_one_cell_far_away_ends_at_the_limits():
    far = bomb(
        SHEET,
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
        b"</row></sheetData></worksheet>",
    )

    assert [finding.code for finding in detect(far).stopped] == ["long"]


def test_overlapping_merges_are_walked_through_once():
    merges = b'<mergeCell ref="A2:A1048576"/>' * 20_000
    content = bomb(
        SHEET,
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells>' + merges +
        b"</mergeCells></worksheet>",
    )  # fmt: skip

    assert detect(content).rows == 0
