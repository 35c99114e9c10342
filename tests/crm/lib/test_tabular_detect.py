"""Files that nobody described are looked at: how they are written, and what is odd about them."""

import io

import pytest
from openpyxl import Workbook

from crm.lib.tabular import STOPS, Limits, TabularError, detect, rows
from tests.shared import SHARED_DATA, shared_data

pytestmark = pytest.mark.once

NAMES = "客户号,姓名,手机,开户日期,资产"
TABLE = f"{NAMES}\n" + "".join(
    f"K{n},赵{n},138000000{n:02},2024-03-{n:02},{n}23.50\n" for n in range(1, 21)
)


def looked(content, **options):
    return detect(content.encode() if isinstance(content, str) else content, **options)


def codes(found):
    return {finding.code: finding for finding in found.findings}


def test_a_plain_list_is_known_column_by_column_and_nothing_is_odd():
    found = looked(TABLE)

    assert (found.kind, found.dialect.encoding, found.dialect.separator) == ("text", "utf-8", ",")
    assert (found.header, found.rows, found.findings) == (NAMES.split(","), 20, [])
    assert [column.kind for column in found.columns] == ["text", "text", "phone", "date", "amount"]
    assert found.columns[3].reading == {"as": "date", "format": "YYYY-MM-DD"}
    assert found.samples[0].cells == ["K1", "赵1", "13800000001", "2024-03-01", "123.50"]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("gbk", "gb18030")],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encoding_and_separator_are_told(encoding, told, separator):
    dialect = looked(TABLE.replace(",", separator).encode(encoding)).dialect

    assert (dialect.encoding, dialect.separator) == (told, separator)


@pytest.mark.parametrize(
    ("text", "written", "told"),
    [
        ("name,city\nMüller,Köln\n", "latin-1", "latin-1"),
        ("name,city\nJosé,Málaga\n", "latin-1", "latin-1"),
        ("name,city\nGröße,Straße\n", "latin-1", "latin-1"),
        ("name,fee\nO’Brien,5 €\n", "cp1252", "cp1252"),
        ("name,city\n王玥,南京\n", "gb18030", "gb18030"),
        ("name\n单\n", "gb18030", "gb18030"),
        ("name,city\n陳喆,葉鎮\n", "gb18030", "gb18030"),
        ("name,city\n赵云,München\n", "utf-8", "utf-8"),
    ],
)
def test_short_texts_are_read_in_the_right_alphabet(text, written, told):
    assert looked(text.encode(written)).dialect.encoding == told


def test_a_row_in_another_encoding_is_found():
    broken = TABLE.encode() + "K99,钱孙李,13800000099,2024-03-01,1\n".encode("gb18030")

    found = looked(broken)

    assert found.dialect.encoding == "utf-8"
    assert codes(found)["encoding"].row == 22


def test_what_stands_above_the_header_is_found_and_said():
    content = f"贵宾客户清单\n报表日期：2026-01-02,,,,\n\n{TABLE}"

    found = looked(content)

    assert found.dialect.header_row == 4
    assert codes(found)["junk_above"].text == (
        "The header is row 4; what stands above it is not read."
    )
    assert len([*rows(content.encode(), found.dialect)]) == 20


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (TABLE.split("\n", 1)[1], "no_header", 1),
        (TABLE.replace(NAMES, NAMES.removesuffix(",资产")), "header_mismatch", 2),
        (TABLE.replace(",手机,", ",,"), "unnamed_column", 1),
        (TABLE.replace(",手机,", ",姓名,"), "repeated_name", 1),
        (TABLE + 'K99,"赵', "cut", 22),
        (TABLE.replace("K5,", "6.22202E+18,"), "shortened", 6),
    ],
)
def test_what_makes_an_import_pointless_stops_it(content, code, row):
    found = codes(looked(content))[code]

    assert (found.severity, found.row) == (STOPS, row)


@pytest.mark.parametrize(
    ("below", "code", "count"),
    [
        ("合计,,,,2100.00\n", "total_row", 1),
        ("Total:,,,,2100.00\n", "total_row", 1),
        (f"{NAMES}\n", "repeated_header", 1),
        ("制表人：张三\n以上为全部客户\n", "below", 2),
        ("K9;赵;13800000099;2024-03-01;7\n" + TABLE.split("\n")[1], "separator", 1),
        ("\ufeffK9,赵,13800000099,2024-03-01,7\n", "joined", 1),
    ],
)
def test_rows_that_are_none_are_found(below, code, count):
    assert codes(looked(TABLE + below))[code].count == count


def test_cells_in_the_wrong_columns_are_found():
    shifted = "".join(f"K{n},赵,{n},138000000{n:02},2024-03-{n:02}\n" for n in range(30, 40))
    shifted = shifted.replace("2024-03-3", "2024-03-1")

    found = codes(looked(TABLE + shifted))["shifted"]

    assert (found.severity, found.row, found.count) == (STOPS, 22, 10)
    assert codes(looked(TABLE + shifted + TABLE.split("\n", 1)[1]))["shifted"].severity == "warns"


def test_two_formats_in_one_column_are_counted_and_the_doubtful_cells_named():
    days = ["13/04/2025", "25/04/2025", "04/25/2025", "03/04/2025", "05/05/2025"]
    found = looked("id,born\n" + "".join(f"{n},{day}\n" for n, day in enumerate(days, start=1)))

    assert found.columns[1].formats == {"DD/MM/YYYY": 4, "MM/DD/YYYY": 3}
    assert codes(found)["two_formats"].text == (
        "born holds dates in several formats: DD/MM/YYYY (4), MM/DD/YYYY (3). "
        "Cells that can be read as two days: 1, in rows 5."
    )


def test_dates_that_can_all_be_read_both_ways_are_said():
    found = looked("id,born\n1,03/04/2025\n2,05/06/2025\n")

    assert codes(found)["date_order"].count == 2


@pytest.mark.parametrize(
    ("day", "form"),
    [
        ("2026-01-22", "YYYY-MM-DD"),
        ("2026/1/22", "YYYY/M/D"),
        ("20260122", "YYYYMMDD"),
        ("22.01.2026", "DD.MM.YYYY"),
        ("22/01/2026", "DD/MM/YYYY"),
        ("01/22/2026", "MM/DD/YYYY"),
        ("930722", "YYMMDD"),
        ("2026年1月22日", "YYYY年M月D日"),
        ("2026/1/22 9:30", "YYYY/M/D H:MM"),
        ("2026-01-22 09:30:00", "YYYY-MM-DD HH:MM:SS"),
        ("22-Jan-2026", "%d-%b-%Y"),
    ],
)
def test_a_date_is_known_in_each_of_its_spellings(day, form):
    column = looked(f"id,birth date\n1,{day}\n").columns[1]

    assert (column.kind, column.reading["format"]) == ("date", form)


@pytest.mark.parametrize(
    ("amount", "reading"),
    [
        ("1234.50", {}),
        ('"1,234.50"', {"thousands": ","}),
        ('"1.234,50"', {"decimal": ",", "thousands": "."}),
        ('"1 234,50"', {"decimal": ",", "thousands": " "}),
        ('"¥1,234.50"', {"thousands": ",", "currency": ["¥"]}),
        ('"(1,234.50)"', {"thousands": ",", "brackets": True}),
        ("12.3万", {"units": {"万": 10_000}}),
    ],
)
def test_an_amount_is_known_in_each_of_its_spellings(amount, reading):
    column = looked(f"id,aum\n1,{amount}\n").columns[1]

    assert (column.kind, column.reading) == ("amount", {"as": "amount"} | reading)


def test_marks_of_missing_cells_are_counted():
    found = looked("a,b\n1,None\n2, \n3,None\n4,\\N\n5,\n6,x\n")

    assert found.columns[1].marks == {"None": 2, " ": 1, "\\N": 1}
    assert (found.columns[1].filled, found.columns[1].empty) == (1, 1)


def test_identity_numbers_are_known_and_wrong_check_digits_counted():
    right, wrong = "11010519491231002X", "110105194912310021"
    found = looked("id,证件\n" + f"1,{right}\n" * 5 + f"2,{wrong}\n")

    assert found.columns[1].kind == "identity"
    assert (codes(found)["check_digit"].row, codes(found)["check_digit"].count) == (7, 1)


def test_codes_that_lost_their_zeros_are_found():
    found = looked("zip code,n\n" + "210008,1\n310115,2\n51000,3\n200001,4\n")

    assert (codes(found)["lost_zeros"].row, codes(found)["lost_zeros"].count) == (4, 1)


def test_a_spreadsheet_says_which_of_its_sheets_is_read():
    workbook = Workbook()
    workbook.active.title, workbook.active.sheet_state = "Secret", "hidden"
    sheet = workbook.create_sheet("Clients")
    for cells in (["清单"], [], ["id", "name"], [1, "赵"], [2]):
        sheet.append(cells)
    content = io.BytesIO()
    workbook.save(content)

    found = looked(content.getvalue())

    assert (found.kind, found.dialect.sheet, found.dialect.header_row) == (
        "spreadsheet",
        "Clients",
        3,
    )
    assert codes(found)["sheets"].text == "Of 2 sheets Clients is read."
    assert [row.values for row in rows(content.getvalue(), found.dialect)] == [
        {"id": "1", "name": "赵"},
        {"id": "2", "name": None},
    ]
    with pytest.raises(TabularError, match="no sheet Sales"):
        looked(content.getvalue(), sheet="Sales")


def test_only_the_first_rows_are_looked_at_when_that_is_wanted():
    assert looked(TABLE, rows=3).rows == 3


def test_a_file_without_rows_or_with_too_many_is_said():
    with pytest.raises(TabularError, match="empty"):
        looked("")
    found = looked(TABLE, limits=Limits(2**20, 2**20, rows=5))
    assert codes(found)["long"].severity == STOPS
    assert found.rows == 5


@pytest.mark.parametrize(
    "path",
    sorted(path.relative_to(SHARED_DATA).as_posix() for path in SHARED_DATA.glob("*/*.csv"))
    or ["berka/client.csv"],
)
def test_public_files_are_known_and_hardly_anything_is_odd(path):
    found = detect(shared_data(*path.split("/")))

    assert found.dialect.separator == (";" if path.startswith(("berka", "uci")) else ",")
    assert found.dialect.header_row == 1
    odd = {"repeated_header"} if path.endswith("data_dictionary.csv") else set()
    assert {finding.code for finding in found.findings} == odd
