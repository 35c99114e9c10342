import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from openpyxl import Workbook

from crm.lib.tabular import UPLOAD, BadRow, Dialect, Limits, Row, TabularError, header, rows

pytestmark = pytest.mark.once

PLAIN = Dialect()
SHEET = "xl/worksheets/sheet1.xml"


def sheet(*table):
    """A spreadsheet with these rows, as its content."""
    workbook = Workbook()
    for cells in table:
        workbook.active.append(cells)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def altered(content, change):
    """The same spreadsheet with its first sheet's XML changed."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, _packed(result) as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data.decode()) if part == SHEET else data)
    return result.getvalue()


def _packed(file):
    return zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)


def read(content, dialect=PLAIN, **limits):
    return [*rows(content, dialect, **limits)]


def test_a_spreadsheet_is_known_by_its_content(tmp_path):
    path = tmp_path / "clients.csv"
    path.write_bytes(sheet(["id", "name"], [1, "赵"]))

    assert [*rows(path, PLAIN)] == [Row(2, {"id": "1", "name": "赵"})]
    assert header(path, PLAIN) == ["id", "name"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("00123", "00123"),
        (123, "123"),
        (100, "100"),
        (-7, "-7"),
        (1234.5, "1234.5"),
        (1234.0, "1234"),
        (1e-7, "0.0000001"),
        (0.05, "0.05"),
        (Decimal("1234567890.12"), "1234567890.12"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(1993, 11, 7), "1993-11-07"),
        (datetime(1993, 11, 7), "1993-11-07"),  # noqa: DTZ001 - cells know no zone
        (datetime(1993, 11, 7, 8, 30), "1993-11-07 08:30:00"),  # noqa: DTZ001
        (time(8, 30), "08:30:00"),
        ("", None),
        (None, None),
        ("?", None),
    ],
)
def test_a_cell_becomes_the_text_that_a_person_sees(cell, text):
    found = read(sheet(["id", "cell"], ["1", cell]), Dialect(missing=("?",)))

    assert found == [Row(2, {"id": "1", "cell": text})]


@pytest.mark.parametrize(
    ("number", "number_format", "text"),
    [
        (123, "000000", "000123"),
        (1234567, "000000", "1234567"),
        (1012345678, "000-0000-0000", "010-1234-5678"),
        (42, '"K"000', "K042"),
        (42, "\\K000", "K042"),
        (42, "[Blue]000", "042"),
        (42, "[<50]000;0", "42"),
        (2, '00;[Red]"-"00', "02"),
        (7, "0", "7"),
        (7.5, "000", "7.5"),
        (-7, "000", "-7"),
        (7, "00.00", "7"),
        (7, "#,##0.00", "7"),
    ],
)
def test_a_code_keeps_the_zeros_that_its_format_shows(number, number_format, text):
    workbook = Workbook()
    workbook.active.append(["code"])
    workbook.active.append([number])
    workbook.active["A2"].number_format = number_format
    content = io.BytesIO()
    workbook.save(content)

    assert read(content.getvalue()) == [Row(2, {"code": text})]


def test_a_number_that_lost_its_last_digits_is_said():
    assert read(sheet(["card"], [6222021234567890123], ["6222021234567890123"])) == [
        BadRow(2, "A long number has lost its last digits in this spreadsheet: store it as text."),
        Row(3, {"card": "6222021234567890123"}),
    ]


def test_a_formula_without_a_result_is_said():
    assert read(sheet(["id", "aum"], ["1", "#REF!"], ["2", "5"])) == [
        BadRow(2, "A formula in this row has no result: #REF!."),
        Row(3, {"id": "2", "aum": "5"}),
    ]


def test_a_formula_that_was_never_computed_is_said_and_not_taken_for_an_empty_cell():
    assert read(sheet(["id", "aum"], ["1", "=1+1"], ["2", "5"])) == [
        BadRow(2, "A formula in this row was never computed."),
        Row(3, {"id": "2", "aum": "5"}),
    ]


def test_a_cell_merged_with_the_one_above_is_said_and_not_taken_for_an_empty_one():
    workbook = Workbook()
    for cells in (["list", None], ["id", "outlet"], [1, "O1"], [2, None], [3, "O2"]):
        workbook.active.append(cells)
    workbook.active.merge_cells("A1:B1")
    workbook.active.merge_cells("B3:B4")
    content = io.BytesIO()
    workbook.save(content)

    assert read(content.getvalue(), Dialect(header_row=2)) == [
        Row(3, {"id": "1", "outlet": "O1"}),
        BadRow(4, "A cell of this row is merged with the one above."),
        Row(5, {"id": "3", "outlet": "O2"}),
    ]


def test_short_rows_are_filled_and_long_ones_are_said():
    assert read(sheet(["id", "name"], [1], [2, "钱", "x"], [3, "孙"])) == [
        Row(2, {"id": "1", "name": None}),
        BadRow(3, "This row has 3 cells, the header 2."),
        Row(4, {"id": "3", "name": "孙"}),
    ]


def test_empty_rows_are_left_out_but_counted():
    assert read(sheet([], ["id"], [None], [""], [1])) == [Row(5, {"id": "1"})]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([], "The file is empty."),
        ([["id", "id"]], "The header names id twice."),
        ([["id", None, "name"]], "Column 2 has no name in the header."),
    ],
)
def test_a_sheet_without_a_usable_header_is_refused(table, sentence):
    with pytest.raises(TabularError) as refused:
        read(sheet(*table))

    assert str(refused.value) == sentence


def test_any_other_archive_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("clients.csv", "id\n1\n")

    with pytest.raises(TabularError, match="zip archive, not a spreadsheet"):
        read(content.getvalue())


def test_a_damaged_spreadsheet_is_refused():
    whole = sheet(["id"], *([n] for n in range(2000)))

    for content in (whole[: len(whole) // 2], whole[:200], b"PK\x03\x04 and then nothing"):
        with pytest.raises(TabularError, match="damaged"):
            read(content)


def test_rows_before_the_damage_are_handed_out():
    broken = altered(sheet(["id"], [1], [2]), lambda xml: xml.replace('<row r="3"', '<row r="x"'))
    found = rows(broken, PLAIN)

    assert next(found) == Row(2, {"id": "1"})
    with pytest.raises(TabularError, match="damaged"):
        next(found)


def test_entities_in_a_spreadsheet_are_not_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    content = altered(sheet(["id"], ["1"]), lambda xml: bomb + xml)

    with pytest.raises(TabularError, match="damaged"):
        read(content)


def test_a_spreadsheet_that_grows_when_unpacked_is_refused():
    content = altered(sheet(["id"], ["1"]), lambda xml: xml + " " * UPLOAD.unpacked)

    assert len(content) < UPLOAD.bytes
    with pytest.raises(TabularError, match="too large when it is unpacked"):
        read(content, limits=UPLOAD)


def test_what_a_sheet_claims_of_its_size_is_not_believed():
    content = altered(sheet(["id"], [1]), lambda xml: xml.replace('"A1:A2"', '"A1:XFD1048576"'))

    assert read(content) == [Row(2, {"id": "1"})]


def test_a_row_far_below_ends_at_the_limit():
    content = altered(
        sheet(["id"], [1]), lambda xml: xml.replace('r="2"', 'r="99999999"').replace("A2", "A9")
    )

    with pytest.raises(TabularError, match="more than 5 rows"):
        read(content, limits=Limits(bytes=2**20, unpacked=2**20, rows=5))


def test_a_cell_far_to_the_right_is_not_lost():
    content = altered(sheet(["id"], [1]), lambda xml: xml.replace('r="A2"', 'r="XFD2"'))

    assert read(content) == [BadRow(2, "This row has 16384 cells, the header 1.")]
