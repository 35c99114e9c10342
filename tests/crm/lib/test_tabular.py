import csv
import io
import tracemalloc
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.tabular import BadRow, Dialect, Limits, Row, TabularError, header, rows
from tests.shared import shared_data

pytestmark = pytest.mark.once

COMMA = Dialect()


def read(content, dialect=COMMA, **limits):
    return [*rows(content.encode() if isinstance(content, str) else content, dialect, **limits)]


def refusal(content, dialect=COMMA, **limits):
    """The sentence with which a file as a whole is refused."""
    with pytest.raises(TabularError) as refused:
        read(content, dialect, **limits)
    return str(refused.value)


def test_rows_come_by_column_and_are_numbered_as_in_a_spreadsheet():
    assert read("id,name\n1,赵\n2,钱\n") == [
        Row(2, {"id": "1", "name": "赵"}),
        Row(3, {"id": "2", "name": "钱"}),
    ]


def test_a_file_may_be_given_by_its_path(tmp_path):
    path = tmp_path / "clients.xlsx"  # its name says nothing
    path.write_text("id\n1\n", encoding="utf-8")

    assert [*rows(path, COMMA)] == [Row(2, {"id": "1"})]
    assert header(str(path), COMMA) == ["id"]


@pytest.mark.parametrize(
    ("content", "dialect"),
    [
        ('"id";"name"\r\n1;"赵; ""云"""\r\n'.encode(), Dialect(separator=";")),
        ('id|name\n1|赵; "云"\n'.encode("gb18030"), Dialect("gb18030", "|", quote="")),
        ('\ufeffid\tname\n1\t"赵; ""云"""'.encode(), Dialect("utf-8-sig", "\t")),
        ('\ufeffid,name\n1,"赵; ""云"""'.encode(), Dialect("utf-8")),
        ("id,name\n1,'赵; \"云\"'\n".encode(), Dialect(quote="'")),
    ],
)
def test_a_file_is_read_in_its_declared_dialect(content, dialect):
    assert read(content, dialect) == [Row(2, {"id": "1", "name": '赵; "云"'})]


def test_latin_letters_are_read_as_declared():
    assert read("name\nDvořák\n".encode("latin2"), Dialect("latin2"))[0].values == {
        "name": "Dvořák"
    }


def test_a_cell_may_run_over_several_lines():
    assert read('id,note\n1,"first\nsecond"\n2,\n') == [
        Row(2, {"id": "1", "note": "first\nsecond"}),
        Row(3, {"id": "2", "note": None}),
    ]


def test_empty_cells_and_declared_marks_are_missing_and_nothing_else():
    dialect = Dialect(missing=("?", " ", "None"))

    assert read("a,b,c,d,e\n, ,?,None,none\n", dialect)[0].values == {
        "a": None,
        "b": None,
        "c": None,
        "d": None,
        "e": "none",
    }
    assert read("a,b\n1, \n")[0].values == {"a": "1", "b": " "}


def test_empty_rows_are_left_out_but_counted():
    assert read("id,name\n\n,\n1,赵\n") == [Row(4, {"id": "1", "name": "赵"})]


def test_a_ragged_row_is_said_and_the_others_go_on():
    assert read("id,name\n1\n2,钱\n3,孙,x\n4,李\n") == [
        BadRow(2, "This row has 1 cells, the header 2."),
        Row(3, {"id": "2", "name": "钱"}),
        BadRow(4, "This row has 3 cells, the header 2."),
        Row(5, {"id": "4", "name": "李"}),
    ]


def test_a_row_in_another_encoding_is_said_and_the_others_go_on():
    content = "id,name\n1,赵\n".encode() + "2,钱孙李\n".encode("gb18030") + "3,孙\n".encode()

    assert read(content) == [
        Row(2, {"id": "1", "name": "赵"}),
        BadRow(3, "This row is not written in utf-8."),
        Row(4, {"id": "3", "name": "孙"}),
    ]


def test_a_row_with_nul_characters_is_said_and_the_others_go_on():
    assert read("id,name\n1,a\0b\n2,钱\n") == [
        BadRow(2, "This row has NUL characters: the file is damaged."),
        Row(3, {"id": "2", "name": "钱"}),
    ]


def test_a_file_cut_inside_a_quoted_cell_is_said():
    assert read('id,name\n1,赵\n2,"钱') == [
        Row(2, {"id": "1", "name": "赵"}),
        BadRow(3, "The file ends inside a quoted cell of this row: it was cut off."),
    ]


def test_a_stray_quote_costs_one_row_and_not_those_after_it():
    content = 'id,name\n1,"赵\n' + "".join(f'{n},"钱"\n' for n in range(2, 500))

    found = read(content)

    assert found[0] == BadRow(2, "Text follows a closing quote in this row.")
    assert [row.values["id"] for row in found[1:]] == [str(n) for n in range(2, 500)]


def test_a_quote_that_is_never_closed_costs_one_row_only():
    content = 'id,name\n1,"赵\n' + "".join(f"{n},钱\n" for n in range(2, 5000))

    found = read(content)

    assert found[0] == BadRow(2, "A quote opens a cell in this row and is not closed.")
    assert [row.values["id"] for row in found[1:]] == [str(n) for n in range(2, 5000)]


def test_an_endless_row_is_said_and_the_others_go_on():
    content = f"id,name\n1,{'x' * 300_000}\n2,钱\n3,{'x' * 200_000}\n4,李\n"

    assert read(content) == [
        BadRow(2, "This row is longer than any row should be."),
        Row(3, {"id": "2", "name": "钱"}),
        BadRow(4, "A cell of this row is longer than any cell should be."),
        Row(5, {"id": "4", "name": "李"}),
    ]


def test_an_endless_row_inside_quotes_is_said_once():
    content = f'id,name\n1,"a\n2,{"x" * 300_000}\n3,孙\n'

    assert read(content) == [
        BadRow(2, "This row is longer than any row should be."),
        BadRow(3, "This row is longer than any row should be."),
        Row(4, {"id": "3", "name": "孙"}),
    ]


def test_a_carriage_return_inside_a_row_is_said():
    assert read("id,name\n1,赵\r2,钱\n3,孙\n") == [
        BadRow(2, "A carriage return stands in the middle of this row."),
        Row(3, {"id": "3", "name": "孙"}),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n\n,,\n", "The file is empty."),
        (b"id,name,id\n1,2,3\n", "The header names id twice."),
        (b"id,,name\n1,2,3\n", "Column 2 has no name in the header."),
        (b"id,\0\n", "This row has NUL characters: the file is damaged."),
        (b'id,"name', "The file ends inside a quoted cell of this row: it was cut off."),
        ("id,姓名\n".encode("gb18030"), "This row is not written in utf-8."),
        ("id\n".encode("utf-16"), "This file is written in UTF-16: save it as UTF-8."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            "This is an old or a locked Excel file: save it as XLSX, without a password.",
        ),
    ],
)
def test_a_file_without_a_usable_header_is_refused(content, sentence):
    assert refusal(content) == sentence
    with pytest.raises(TabularError):
        header(content, COMMA)


@pytest.mark.parametrize(
    ("dialect", "sentence"),
    [
        (Dialect("klingon"), "klingon is no encoding."),
        (Dialect("hex"), "hex is no encoding."),
        (Dialect("utf-16-le"), "Files in utf-16-le cannot be read: save them as UTF-8."),
        (Dialect(separator="||"), "Separator and quote are one character each."),
        (Dialect(separator=""), "Separator and quote are one character each."),
        (Dialect(quote="''"), "Separator and quote are one character each."),
    ],
)
def test_an_impossible_dialect_is_refused(dialect, sentence):
    assert refusal("id\n1\n", dialect) == sentence


def test_a_mark_of_another_encoding_is_refused():
    assert refusal("\ufeffid\n1\n".encode(), Dialect("gb18030")) == (
        "The file is marked as UTF-8, but declared to be written in gb18030."
    )


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(TabularError, match="cannot be opened"):
        header(tmp_path / "nothing.csv", COMMA)


def test_a_file_above_the_limits_is_refused():
    limits = Limits(bytes=2**20, unpacked=2**20, rows=2)

    assert len(read("id\n1\n2\n", limits=limits)) == 2
    assert refusal("id\n1\n2\n3\n", limits=limits) == "The file has more than 2 rows."
    assert refusal(b"x" * (2**20 + 1), limits=limits) == "The file is larger than 1 MB."


def test_rows_before_a_breach_of_the_limits_are_handed_out():
    endless = rows(b"id\n" + b"1\n" * 10, COMMA, limits=Limits(100, 100, rows=3))

    assert [row.number for row in islice(endless, 3)] == [2, 3, 4]
    with pytest.raises(TabularError) as refused:
        next(endless)
    assert refused.value.row == 5


def test_memory_stays_flat_however_long_the_file_is(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("id,note\n" + f"1,{'x' * 500}\n" * 10_000, encoding="utf-8")

    tracemalloc.start()
    count = sum(1 for _row in rows(path, COMMA))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 10_000
    assert peak < path.stat().st_size / 10


cells = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1, max_size=12
)


@given(table=st.lists(st.tuples(cells, cells), max_size=8), separator=st.sampled_from(",;\t|"))
def test_whatever_a_spreadsheet_writes_is_read_back(table, separator):
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows([("a", "b"), *table])

    found = read(written.getvalue(), Dialect(separator=separator))

    assert [(row.values["a"], row.values["b"]) for row in found] == table


@given(content=st.binary(max_size=200), encoding=st.sampled_from(["utf-8", "gb18030", "latin-1"]))
def test_any_bytes_are_either_read_or_refused_in_words(content, encoding):
    try:
        found = read(content, Dialect(encoding))
    except TabularError as refused:
        found = [refused]

    assert all(isinstance(row, Row | BadRow | TabularError) for row in found)


@pytest.mark.parametrize(
    ("parts", "dialect", "count"),
    [
        (("berka", "client.csv"), Dialect("ascii", ";"), 5369),
        (("berka", "district.csv"), Dialect("ascii", ";", missing=("?",)), 77),
        (("cn-bank-clients", "customer_base.csv"), COMMA, 10_000),
        (("crm-opportunities", "sales_pipeline.csv"), COMMA, 8800),
    ],
)
def test_public_files_are_read_whole(parts, dialect, count):
    found = [*rows(shared_data(*parts), dialect)]

    assert [row for row in found if isinstance(row, BadRow)] == []
    assert len(found) == count


def test_the_missing_figures_of_one_berka_district_are_missing():
    dialect = Dialect("ascii", ";", missing=("?",))
    found = [*rows(shared_data("berka", "district.csv"), dialect)]

    assert {
        (row.values["A1"], name)
        for row in found
        for name, cell in row.values.items()
        if cell is None
    } == {("69", "A12"), ("69", "A15")}
