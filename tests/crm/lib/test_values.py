import csv
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.values import parse_amount, parse_birth_number, parse_date
from tests.shared import shared_data


@pytest.mark.parametrize(
    ("text", "form", "century"),
    [
        ("931107", "YYMMDD", 19),
        ("931107 23:59:59", "YYMMDD HH:MM:SS", 19),
        ("1993-11-07", "YYYY-MM-DD", None),
        (" 1993-11-07 ", "YYYY-MM-DD", None),
        ("1993-11-07", "YYYY-MM-DD", 20),
        ("1993年11月07日", "YYYY年MM月DD日", None),
        ("07.11.1993 08:30", "DD.MM.YYYY HH:MM", None),
        ("7/11/93", "%d/%m/%y", 19),
        ("7 Nov 1993", "%d %b %Y", None),
    ],
)
def test_a_date_is_read_in_its_declared_format(text, form, century):
    assert parse_date(text, form, century=century) == date(1993, 11, 7)


@pytest.mark.parametrize(
    ("text", "form", "reason"),
    [
        ("1993-11-07", "YYMMDD", "not a date like YYMMDD"),
        ("93117", "YYMMDD", "not a date like YYMMDD"),
        ("931107 24:00:00", "YYMMDD HH:MM:SS", "not a date like"),
        ("٩٣١١٠٧", "YYMMDD", "not a date like"),
        ("930230", "YYMMDD", "does not exist"),
        ("931307", "YYMMDD", "does not exist"),
        ("", "YYMMDD", "not a date like"),
        ("31/02/93", "%d/%m/%y", "not a date like"),
    ],
)
def test_a_text_in_another_format_is_refused(text, form, reason):
    with pytest.raises(ValueError, match=reason):
        parse_date(text, form, century=19)


@pytest.mark.parametrize("form", ["YYMMDD", "%y%m%d"])
def test_a_two_digit_year_needs_a_century(form):
    with pytest.raises(ValueError, match="century"):
        parse_date("931107", form)


@pytest.mark.parametrize("form", ["YYMM", "MMDD", "day", ""])
def test_a_format_that_names_no_day_is_refused(form):
    with pytest.raises(ValueError, match="not a format"):
        parse_date("9311", form, century=19)


def test_a_refusal_does_not_quote_the_value():
    with pytest.raises(ValueError, match="not a date") as refused:
        parse_date("13812345678", "YYMMDD", century=19)

    assert "13812345678" not in str(refused.value)


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)))
def test_any_day_of_a_century_comes_back(day):
    assert parse_date(f"{day:%y%m%d}", "YYMMDD", century=19) == day
    assert parse_date(f"{day:%d.%m.%Y}", "DD.MM.YYYY") == day
    assert parse_date(f"{day:%y%m%d}", "%y%m%d", century=19) == day


@pytest.mark.parametrize(
    ("text", "marks", "amount"),
    [
        ("1234.50", {}, "1234.50"),
        ("-0.05", {}, "-0.05"),
        ("\u22120.05", {}, "-0.05"),
        ("+7", {}, "7"),
        (" 7 ", {}, "7"),
        ("1,234,567.89", {"thousands": ","}, "1234567.89"),
        ("1234567.89", {"thousands": ","}, "1234567.89"),
        ("1.234.567,89", {"decimal": ",", "thousands": "."}, "1234567.89"),
        ("1\u00a0234,5", {"decimal": ",", "thousands": "\u00a0"}, "1234.5"),
        ("0.1234567890123456789", {}, "0.1234567890123456789"),
    ],
)
def test_an_amount_is_read_exactly(text, marks, amount):
    assert parse_amount(text, **marks) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("", {}),
        ("1,234.50", {}),
        ("1,23", {"thousands": ","}),
        ("1,2345", {"thousands": ","}),
        (",123", {"thousands": ","}),
        ("1.234,50", {"thousands": ","}),
        ("1.", {}),
        (".5", {}),
        ("1e5", {}),
        ("NaN", {}),
        ("١", {}),
        ("1 000", {}),
        ("--1", {}),
        ("¥1", {}),
    ],
)
def test_what_is_no_amount_in_these_marks_is_refused(text, marks):
    with pytest.raises(ValueError, match="not an amount like 1"):
        parse_amount(text, **marks)


@pytest.mark.parametrize("marks", [{"decimal": ""}, {"decimal": ",", "thousands": ","}])
def test_marks_that_cannot_be_told_apart_are_refused(marks):
    with pytest.raises(ValueError, match="decimal mark"):
        parse_amount("1", **marks)


@given(
    amount=st.decimals(allow_nan=False, allow_infinity=False, places=2, max_value=10**12),
    marks=st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'")]),
)
def test_any_amount_comes_back_from_any_marks(amount, marks):
    decimal, thousands = marks
    written = f"{amount:,}".translate({ord(","): thousands, ord("."): decimal})

    assert parse_amount(written, decimal=decimal, thousands=thousands) == amount


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [
        ("706213", date(1970, 12, 13), "f"),
        ("450204", date(1945, 2, 4), "m"),
        ("185828", date(1918, 8, 28), "f"),
    ],
)
def test_a_birth_number_tells_birth_date_and_sex(number, born, sex):
    assert parse_birth_number(number) == (born, sex)


@pytest.mark.parametrize("number", ["", "70621", "7062130", "701313", "706313", "700013", "706200"])
def test_a_wrong_birth_number_is_refused(number):
    with pytest.raises(ValueError, match=r"six digits|does not exist"):
        parse_birth_number(number)


def test_all_birth_numbers_of_berka_are_read():
    with shared_data("berka", "client.csv").open(encoding="ascii") as file:
        read = [
            parse_birth_number(row["birth_number"]) for row in csv.DictReader(file, delimiter=";")
        ]

    assert len(read) == 5369
    assert sum(sex == "f" for _born, sex in read) == 2645
    assert (min(read)[0].year, max(read)[0].year) == (1911, 1987)
