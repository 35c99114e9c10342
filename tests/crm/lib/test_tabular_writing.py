"""Tables that leave the product: a text stays one, and none begins a formula (security 16)."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from crm.lib.tabular.writing import defused, write_csv, write_xlsx

pytestmark = pytest.mark.once


@given(st.sampled_from("=+-@＝＋－＠\t\r\n\0"), st.text())
def test_no_cell_begins_a_formula(first, rest):
    assert defused(first + rest)[0] == "'"


def test_a_formula_does_not_hide_behind_a_character_that_is_left_out():
    sheet = load_workbook(io.BytesIO(write_xlsx([["\x01=1+1"]], mark="1"))).active

    assert sheet["A1"].value == "'=1+1"


@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=4), max_size=5))
def test_both_formats_hold_the_same_rows_as_texts(rows):
    sheet = load_workbook(io.BytesIO(write_xlsx(rows, mark="1 & 2"))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]

    assert write_csv(rows).startswith(b"\xef\xbb\xbf")
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "inlineStr"}
    assert not any(str(cell.value)[:1] in "=+-@" for cell in cells if cell.value)
