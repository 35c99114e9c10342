"""Lists in other dialects than the bank's own go in by a mapping; what does not fit is said."""

import pytest
from django.core.management import CommandError

from clients.models import Client
from tests.importing import MAPPINGS, counts, import_clients, rows

HEADER = "客户号,姓名,出生日期,资产,网点"
MAPPING = """
[format]
header_row = 3
encoding = "gb18030"
[files]
clients = { name = "clients.csv" }
[clients]
from = "clients"
key = "客户号"
name = "姓名"
birth_date = { column = "出生日期", format = "DD/MM/YYYY" }
aum = { column = "资产", thousands = ",", currency = "¥", units = { "万" = 10000 } }
outlet = "网点"
"""


@pytest.fixture
def listed(tmp_path, rejected):
    """Import a list below a title; returns the counts and the reasons by row."""

    def imported(*lines, header=HEADER, encoding="gb18030"):
        (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
        text = "\n".join(["贵宾客户清单", "制表日期：2026-01-02", header, *lines])
        (tmp_path / "clients.csv").write_bytes(text.encode(encoding))
        code, summary = import_clients(tmp_path / "map.toml", rejected=rejected)
        aside = rows(rejected, encoding="utf-8-sig") if code else []
        return counts(summary), {row["row"]: row["reason"] for row in aside}

    return imported


def test_a_list_with_a_title_goes_in(listed, outlet):
    assert listed('K1,赵云,13/04/1980,"¥1,234.50",O1', "K2,钱七,25/12/1975,12.3万,O1") == (
        (2, 0, 0, 0),
        {},
    )
    first, second = Client.objects.order_by("number")
    assert (first.birth_date.isoformat(), str(first.aum)) == ("1980-04-13", "1234.50")
    assert str(second.aum) == "123000.00"


def test_days_in_two_formats_are_rejected_and_totals_are_no_clients(listed, outlet):
    assert listed(
        "K1,赵云,03/04/1980,1,O1",
        "K2,钱七,04/25/1980,1,O1",
        "K3,孙六,25/04/1980,1,O1",
        "K3,孙六,25/04/1980,1,O1",
        "合计,,,4,",
    ) == (
        (1, 0, 0, 4),
        {
            "4": "出生日期: The column holds days like DD/MM/YYYY and like MM/DD/YYYY: this may be "
            "either.",
            "5": "出生日期: Written month first (MM/DD/YYYY); the mapping says DD/MM/YYYY.",
            "7": "Row 6 has the same key.",
            "8": "This row is a total of the others.",
        },
    )


def test_a_header_that_does_not_match_its_rows_is_said_once_and_nothing_is_written(listed, outlet):
    people = [f"K{n},赵云,13/04/1980,1,O1,more" for n in range(5)]

    with pytest.raises(CommandError, match="has 5 columns, but most rows have 6: it is not theirs"):
        listed(*people)

    assert not Client.objects.exists()


def test_a_file_in_another_encoding_than_declared_is_refused(listed, outlet):
    with pytest.raises(CommandError, match="written in UTF-8, but declared to be written in gb"):
        listed("K1,赵云,13/04/1980,1,O1", encoding="utf-8")

    assert not Client.objects.exists()


def test_repeated_and_shifted_rows_are_said_one_by_one(client_list, outlet, rejected):
    file = client_list({}, {"number": "T00000001"}, {"birth_date": "1000", "phone": "1990-01-01"})

    code, summary = import_clients(MAPPINGS / "simple.toml", file, rejected=rejected)

    assert (code, counts(summary)) == (1, (1, 0, 0, 2))
    assert [row["reason"] for row in rows(rejected, encoding="utf-8-sig")] == [
        "Row 2 has the same key.",
        "birth_date: This is not a date like YYYY-MM-DD.",
    ]
