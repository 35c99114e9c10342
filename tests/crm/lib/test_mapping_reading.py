"""Days and amounts in foreign spellings: read where the mapping says so, else refused."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.mapping import MappingError, Section, Sources, Stream, Value

pytestmark = pytest.mark.once

DAY_FIRST = {"column": "day", "as": "date", "format": "DD/MM/YYYY"}


def value(declared):
    return Value.at(Section({"key": declared}), "key")


def read(text, **declared):
    return value({"column": "a", **declared}).of({"a": text})


@pytest.mark.parametrize(
    ("text", "declared", "found"),
    [
        ("¥1,234.50", {"thousands": ",", "currency": ["¥"]}, "1234.50"),
        ("￥１，２３４．５０", {"thousands": ",", "currency": "¥"}, "1234.50"),
        ("-¥5", {"currency": "¥"}, "-5"),
        ("1234.5 元", {"currency": ["¥", "元"]}, "1234.5"),
        ("CNY 7", {"currency": ["CNY"]}, "7"),
        ("1 234,50", {"decimal": ",", "thousands": " "}, "1234.50"),
        ("1\xa0234,50", {"decimal": ",", "thousands": " "}, "1234.50"),
        ("(1,234.50)", {"thousands": ",", "brackets": True}, "-1234.50"),
        ("（5）", {"brackets": True}, "-5"),
        ("12.3万", {"units": {"万": 10_000}}, "123000"),
        ("2亿", {"units": {"万": 10_000, "亿": 100_000_000}}, "200000000"),
    ],
)
def test_an_amount_is_read_as_the_mapping_says(text, declared, found):
    assert read(text, **({"as": "amount"} | declared)) == Decimal(found)


@pytest.mark.parametrize("text", ["¥5", "(5)", "5万", "1,234", "1 234", "5-", "1e3", "--5", ""])
def test_an_amount_with_more_than_the_mapping_says_is_refused(text):
    with pytest.raises(ValueError, match=r"a: This is not an amount like 1234\.50\."):
        read(text, **{"as": "amount"})


def test_an_amount_is_not_negative_twice():
    with pytest.raises(ValueError, match="negative twice"):
        read("(-5)", brackets=True, **{"as": "amount"})


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("2020/3/18", "YYYY/M/D", date(2020, 3, 18)),
        ("2020/03/18", "YYYY/M/D", date(2020, 3, 18)),
        ("2020/3/18 9:05", "YYYY/M/D H:MM", date(2020, 3, 18)),
        ("2026年1月2日", "YYYY年M月D日", date(2026, 1, 2)),
        ("２０２６－０１－０２", "YYYY-MM-DD", date(2026, 1, 2)),
    ],
)
def test_a_day_is_read_in_its_declared_spelling(text, form, found):
    assert read(text, format=form, **{"as": "date"}) == found


@pytest.mark.parametrize(
    ("text", "form", "reason"),
    [
        ("12/31/2025", "DD/MM/YYYY", "Written month first (MM/DD/YYYY); the mapping says DD/MM/Y"),
        ("31/12/2025", "MM/DD/YYYY", "Written day first (DD/MM/YYYY); the mapping says MM/DD/Y"),
        ("31.12.2025", "%m.%d.%Y", "Written day first (%d.%m.%Y); the mapping says %m.%d.%Y."),
        ("2025/12/31", "YYYY-MM-DD", "Written like YYYY/MM/DD; the mapping says YYYY-MM-DD."),
        ("20251231", "YYYY-MM-DD", "Written like YYYYMMDD; the mapping says YYYY-MM-DD."),
        ("2025-02-30", "YYYY-MM-DD", "This day does not exist."),
        ("soon", "YYYY-MM-DD", "This is not a date like YYYY-MM-DD."),
        ("9999-99-99", "YYYY-MM-DD", "This day does not exist."),
        ("-2025-01-01", "YYYY-MM-DD", "This is not a date like YYYY-MM-DD."),
        ("123456789012-01-01", "YYYY-MM-DD", "This is not a date like YYYY-MM-DD."),
    ],
)  # fmt: skip
def test_a_day_that_is_written_otherwise_is_refused_with_how_it_is_written(text, form, reason):
    with pytest.raises(ValueError, match=re.escape(reason)):
        read(text, format=form, **{"as": "date"})


@pytest.fixture
def days(tmp_path):
    """What becomes of days in one column: the day, or why it was refused."""

    def readings(*texts, **more):
        (tmp_path / "main.csv").write_text("id,day\n" + "".join(f"1,{text}\n" for text in texts))
        declared = Section({"files": {"main": {"name": "main.csv"}}, "rows": {"from": "main"}})
        sources, stream = Sources(declared), Stream(declared.section("rows"))
        sources.find([], base=tmp_path)
        reader = value(DAY_FIRST | more)
        sources.check(stream, [reader])
        return [result(reader, line.cells) for line in sources.lines(stream)]

    return readings


def result(reader, cells):
    try:
        return reader.of(cells).isoformat()
    except ValueError as refused:
        return str(refused)


def test_days_are_read_as_declared_while_the_column_holds_one_format(days):
    assert days("03/04/2025", "13/04/2025") == ["2025-04-03", "2025-04-13"]


def test_in_a_column_with_two_formats_no_day_is_guessed(days):
    assert days("03/04/2025", "13/04/2025", "05/05/2025", "04/25/2025") == [
        "day: The column holds days like DD/MM/YYYY and like MM/DD/YYYY: this may be either.",
        "2025-04-13",
        "2025-05-05",
        "day: Written month first (MM/DD/YYYY); the mapping says DD/MM/YYYY.",
    ]


def test_a_mapping_may_vouch_for_its_format(days):
    assert days("03/04/2025", "04/25/2025", two_formats="declared") == [
        "2025-04-03",
        "day: Written like MM/DD/YYYY; the mapping says DD/MM/YYYY.",
    ]


@given(st.lists(st.dates(date(1900, 1, 1), date(2100, 1, 1)), min_size=1), st.data())
def test_no_day_is_ever_read_as_another_one(written, data):
    """Each day is written day first or month first; what is read is read right, or refused."""
    reader = value(DAY_FIRST)
    forms = data.draw(st.lists(st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]), min_size=len(written)))
    texts = [day.strftime(form) for day, form in zip(written, forms, strict=False)]
    shown = any(reader.days[1].look(text) for text in texts)

    for day, text in zip(written, texts, strict=True):
        found = result(reader, {"day": text})
        if shown and "/" not in found:
            assert found == day.isoformat()


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({"as": "date", "two_formats": "guess"}, "key.two_formats must be reject or declared."),
        ({"as": "amount", "units": {"万": "many"}}, "key.units must say how many each is"),
        ({"as": "amount", "decimal": ""}, "key: An amount needs a decimal mark"),
    ],
)
def test_a_reading_that_makes_no_sense_is_refused(declared, sentence):
    with pytest.raises(MappingError, match=re.escape(sentence)):
        value({"column": "a"} | declared)
