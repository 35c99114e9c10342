"""Mappings: how cells become values, how files are found, and how rows are written in chunks."""

import re
import tomllib
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.mapping import (
    Import,
    MappingError,
    Rejected,
    Section,
    Sources,
    Stream,
    Tally,
    Value,
    importing,
)
from crm.lib.tabular.writing import defused
from crm.models import BankSetting

CELLS = {"a": "A1", "n": " 7 ", "none": None, "day": "930703 00:00:00", "money": "1.234,50"}
MAPPING = """
[format]
separator = ";"
missing = ["?"]
[files]
main = { name = "main.csv" }
units = { name = "units.csv", separator = "," }
[tables.unit]
from = "units"
key = "key"
[rows]
from = "main"
where = { kind = "x" }
join = { unit = "unit" }
[[rows.split]]
column = "place"
pattern = '(?P<first>[A-Za-z]+)-(?P<second>[A-Za-z]+)'
"""


def written(declared):
    """A value that may be read as anything."""
    return Value.at(Section({"key": declared}), "key")


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ("a", "A1"),
        ("n", "7"),
        ("none", None),
        ({"column": "none", "default": "x"}, "x"),
        ({"column": "none", "as": "amount", "default": 0}, Decimal(0)),
        ({"value": 5, "as": "integer"}, 5),
        ({"template": "{a}/{a}"}, "A1/A1"),
        ({"template": "{a}/{none}"}, None),
        ({"column": "a", "map": {"A1": "first"}}, "first"),
        ({"column": "a", "map": {"A2": "second"}, "otherwise": "other"}, "other"),
        (
            {"column": "day", "as": "date", "format": "YYMMDD HH:MM:SS", "century": 19},
            date(1993, 7, 3),
        ),
        ({"value": "3.7.1993", "as": "date", "format": "%d.%m.%Y"}, date(1993, 7, 3)),
        ({"column": "money", "as": "amount", "decimal": ",", "thousands": "."}, Decimal("1234.50")),
        ({"value": "706213", "as": "date_in_birth_number"}, date(1970, 12, 13)),
        ({"value": "706213", "as": "sex_in_birth_number"}, "f"),
        ({"value": "yes", "as": "flag"}, True),
        ({"value": "外滩 outlet", "as": "latin"}, "Waitan outlet"),
    ],
)
def test_a_cell_becomes_what_the_mapping_declares(declared, found):
    assert written(declared).of(CELLS) == found


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({"column": "a", "map": {"A2": "x"}}, "a: This word is not in the dictionary"),
        ({"column": "a", "as": "integer"}, "a: This is not a whole number."),
        ({"column": "a", "as": "flag"}, "a: This is neither yes nor no."),
        ({"template": "{a}{n}", "as": "date"}, "a + n: This is not a date like YYYY-MM-DD."),
        ({"column": "money", "as": "amount"}, "money: This is not an amount"),
    ],
)
def test_a_cell_that_does_not_fit_is_refused_without_being_quoted(declared, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as refused:
        written(declared).of(CELLS)

    assert "A1" not in str(refused.value)


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        (7, "key must name a column or be a table: 7."),
        ({}, "key needs one of column, value, template and row = true."),
        ({"row": False}, "key needs one of column, value, template and row = true."),
        ({"column": "a", "value": 1}, "key needs one of column, value, template and row = true."),
        ({"column": "a", "as": "money"}, "key.as must be text or"),
        ({"column": "a", "as": "date", "format": "MM/DD"}, "key: "),
        ({"column": "a", "as": "date", "format": "YYMMDD"}, "key: "),
        ({"column": "a", "as": "amount", "decimal": ".", "thousands": "."}, "key: "),
        ({"column": "a", "as": "integer", "default": "x"}, "key.default: "),
        ({"column": "a", "colour": "red"}, "a key that means nothing: key.colour."),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_its_place(declared, sentence):
    with pytest.raises(MappingError, match=re.escape(sentence)):
        written(declared)


@pytest.fixture
def firm(tmp_path):
    """Two files and a mapping that joins and splits them; returns its sources and its stream."""
    (tmp_path / "main.csv").write_text(
        "id;unit;place;kind\n1;a;North-East;x\n2;b;nowhere;x\n3;?;South-West;x\n4;a;;y\n5;c;A-B;x\n"
    )
    (tmp_path / "units.csv").write_text("key,name\na,Alpha\nb,Beta\nb,Beta again\n")
    declared = Section(tomllib.loads(MAPPING))
    sources, stream = Sources(declared), Stream(declared.section("rows"))
    declared.done()
    sources.find([str(tmp_path)], base=tmp_path)
    sources.check(stream)
    sources.load_tables(lambda line: None)
    return sources, stream


def test_rows_are_chosen_joined_and_split(firm):
    sources, stream = firm

    lines = list(sources.lines(stream))

    assert [(line.number, line.problem) for line in lines] == [
        (2, ""),
        (3, "unit: unit has b several times."),
        (4, "unit is missing."),
        (6, "unit: unit has no c."),
    ]
    assert lines[0].cells == {
        "#row": "2",
        "id": "1",
        "unit": "a",
        "place": "North-East",
        "kind": "x",
        "unit.key": "a",
        "unit.name": "Alpha",
        "place.first": "North",
        "place.second": "East",
    }
    assert lines[2].original["unit"] == "?"


def test_a_file_without_numbers_is_keyed_by_its_rows(firm):
    sources, stream = firm
    keys = [written({"row": True}), written({"template": "F-{#row}"})]

    sources.check(stream, keys)

    first = next(sources.lines(stream))
    assert [key.of(first.cells) for key in keys] == ["2", "F-2"]


def test_a_split_that_does_not_fit_is_refused_and_a_missing_cell_is_not():
    split = Stream(Section(tomllib.loads(MAPPING)).section("rows")).splits[0]
    cells = {"place": None}

    split.add_to(cells)

    assert cells == {"place": None, "place.first": None, "place.second": None}
    with pytest.raises(ValueError, match="not written as expected"):
        split.add_to({"place": "nowhere"})
    with pytest.raises(ValueError, match="not written as expected"):
        split.add_to({"place": "a-" + "b" * 1000})


def test_a_file_that_is_not_there_is_named(tmp_path):
    sources = Sources(Section(tomllib.loads(MAPPING)))

    with pytest.raises(MappingError, match=r"main\.csv is missing"):
        sources.find([], base=tmp_path)


@given(cell=st.text())
def test_no_cell_of_rejected_rows_begins_like_a_formula(cell):
    safe = defused(cell)

    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))
    assert safe.removeprefix("'") == cell.removeprefix("'")


class Settings(Import):
    """Stores each row as a setting: the database wants a key once a day."""

    writes = 0

    def read(self, line):
        return SimpleNamespace(line=line, key=line.cells["key"])

    def key(self, row):
        return row.line.number  # let the database find the repeated ones

    def write(self, rows):
        self.writes += 1
        BankSetting.objects.bulk_create(
            BankSetting(key=row.key, valid_from=date(2026, 1, 1), value=1) for row in rows
        )
        return Tally(created=len(rows))


@pytest.fixture
def settings_from(tmp_path):
    """Import keys as settings; returns the import and the rows that were rejected."""

    def imported(keys):
        (tmp_path / "main.csv").write_text("key\n" + "".join(f"{key}\n" for key in keys))
        declared = Section({"files": {"main": {"name": "main.csv"}}, "rows": {"from": "main"}})
        sources, stream = Sources(declared), Stream(declared.section("rows"))
        sources.find([], base=tmp_path)
        with Rejected(tmp_path / "rejected.csv", ["key"]) as rejected:
            run = Settings(stream, sources, rejected, by=None, at=None)
            run.run()
        aside = (tmp_path / "rejected.csv").read_text("utf-8-sig") if rejected.count else ""
        return run, [line.split(",")[1] for line in aside.splitlines()[1:]]

    return imported


@pytest.mark.django_db
def test_rows_that_the_database_refuses_fall_alone(settings_from):
    BankSetting.objects.create(key="k7", valid_from=date(2026, 1, 1), value=0)

    run, aside = settings_from([*(f"k{n}" for n in range(20)), "k3"])

    assert run.tally == Tally(created=19, rejected=2)
    assert aside == ["9", "22"]
    assert BankSetting.objects.count() == 20


@pytest.mark.django_db
def test_rows_are_written_in_chunks_of_their_own(settings_from, monkeypatch):
    monkeypatch.setattr(importing, "SIZE", 8)

    run, aside = settings_from([f"k{n}" for n in range(20)])

    assert (run.tally, run.writes, aside) == (Tally(created=20), 3, [])
