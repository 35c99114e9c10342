"""Balances from a file: what is new, what has changed, what cannot be used."""

import random
from datetime import date
from decimal import Decimal

import pytest
from django.core.management.base import CommandError

from clients.models import Balance, Client, Contribution, MonthAverage, TierChange
from tests.clients.ledger_of_days import averages
from tests.factories import BalanceFactory, ClientFactory
from tests.importing import MAPPINGS, counts, rows, run
from tests.shared import shared_data

BALANCES = MAPPINGS / "balances.toml"
CZECH = """
prefix = "B"
[format]
separator = ";"
[files]
moves = { name = "trans_sample.csv" }
[balances]
from = "moves"
client = "account_id"
day = { column = "date", format = "YYMMDD", century = 19 }
closing = "balance"
currency = { value = "CZK" }
"""


def import_balances(*args, **options):
    return run("import_balances", *args, **options)


@pytest.fixture
def someone(rm):
    return ClientFactory(owner=rm, number="88000001", tier="platinum")


@pytest.fixture
def write(tmp_path):
    """Write a file of balances."""

    def written(*lines, name="balances.csv"):
        path = tmp_path / name
        path.write_text("\n".join(["number,day,closing", *lines]) + "\n", encoding="utf-8")
        return path

    return written


@pytest.fixture
def rejected(tmp_path):
    return tmp_path / "rejected.csv"


def test_balances_become_assets_months_and_tier(someone, write):
    file = write('88000001,2026-09-01,"600,000.00"', "88000001,2026-10-01,2000000")

    code, summary = import_balances(BALANCES, file)

    someone.refresh_from_db()
    assert (code, counts(summary)) == (0, (2, 0, 0, 0))
    assert (someone.aum, someone.tier) == (Decimal("2000000.00"), "diamond")
    assert MonthAverage.objects.filter(client=someone).count() == 2


def test_the_same_file_again_changes_nothing(someone, write):
    file = write("88000001,2026-09-01,600000", "88000001,2026-10-01,2000000")
    import_balances(BALANCES, file)
    seen = [*Client.objects.values(), *MonthAverage.objects.values(), *TierChange.objects.values()]

    code, summary = import_balances(BALANCES, file)

    again = [*Client.objects.values(), *MonthAverage.objects.values(), *TierChange.objects.values()]
    assert (code, counts(summary)) == (0, (0, 0, 2, 0))
    assert again == seen


def test_half_a_history_moves_nobody(someone, write, monkeypatch):
    """Three bad months in one chunk, better ones in the next: the tier is counted at the end."""
    monkeypatch.setattr("crm.lib.mapping.importing.SIZE", 3)
    bad = [f"88000001,2026-0{month}-01,100000" for month in (2, 3, 4)]
    good = [f"88000001,2026-{day},700000" for day in ("02-02", "03-02", "04-02")]

    import_balances(BALANCES, write(*bad, *good))

    assert not TierChange.objects.exists()


def test_each_row_that_cannot_be_used_is_kept_with_its_reason(someone, write, rejected):
    file = write(
        "88000001,2026-10-01,600000",
        "88000001,2026-10-01,600001",
        "1,2026-10-01,600000",
        "88000001,2026-11-24,600000",
        "88000001,2026-10-02,-1",
        "88000001,2026-10-03,1.005",
        "88000001,03.10.2026,1",
        "88000001,2026-10-04,",
        "-,2026-10-04,1",
    )

    code, summary = import_balances(BALANCES, file, rejected=rejected)

    text = rejected.read_text(encoding="utf-8-sig")
    reasons = [line.split(",")[2] for line in text.splitlines()[1:]]
    assert (code, counts(summary)) == (1, (1, 0, 0, 8))
    assert "There is no client 1." in text
    assert "Row 2 has the same key." in text
    assert "This day has not come yet." in text
    assert "A balance is never negative." in text
    assert all(reasons)


def test_a_mapping_may_bring_contributions(someone, tmp_path, write):
    (tmp_path / "yearly.csv").write_text("number,year,fees,margin\n88000001,2025,3200.00,4100.50\n")
    mapping = tmp_path / "yearly.toml"
    mapping.write_text(
        '[files]\nyearly = { name = "yearly.csv" }\n\n[contributions]\nfrom = "yearly"\n'
        'client = "number"\nyear = "year"\nfees = "fees"\nmargin = "margin"\n'
    )

    first = import_balances(mapping)
    again = import_balances(mapping)

    found = Contribution.objects.get()
    assert (found.year, found.total) == (2025, Decimal("7300.50"))
    assert counts(first[1], "contributions") == (1, 0, 0, 0)
    assert counts(again[1], "contributions") == (0, 0, 1, 0)


def test_a_mapping_without_anything_to_import_is_refused(tmp_path):
    mapping = tmp_path / "empty.toml"
    mapping.write_text('title = "Nothing"\n')

    with pytest.raises(CommandError, match=r"needs \[balances\]"):
        import_balances(mapping)


@pytest.mark.parametrize("seed", range(3))
def test_files_in_any_order_give_the_same_months(someone, write, seed):
    dice = random.Random(seed)
    days = {date(2026, dice.randint(3, 10), dice.randint(1, 28)) for _n in range(30)}
    balances = {day: Decimal(dice.randint(0, 900_000_00)) / 100 for day in sorted(days)}
    BalanceFactory(client=someone, day=min(days), closing=Decimal("1.00"))
    lines = [f"88000001,{day},{closing}" for day, closing in balances.items()]
    dice.shuffle(lines)

    for part in (lines[:10], lines[5:20], lines[15:]):
        dice.shuffle(part)
        import_balances(BALANCES, write(*part))

    expected = averages(balances, before=date(2026, 11, 1))
    months = MonthAverage.objects.filter(client=someone)
    assert {row.month: (row.average, row.is_whole) for row in months} == expected
    assert Balance.objects.count() == len(days)


def test_where_balances_are_delivered_a_list_of_clients_says_nothing_about_assets(
    someone, write, tmp_path
):
    import_balances(BALANCES, write("88000001,2026-10-01,600000"))
    listed = tmp_path / "clients.csv"
    columns = "number,outlet,name,sex,birth_date,phone,email,identity_no,address,aum,client_since"
    cells = f"88000001,{someone.outlet.code},陈安,f,,,,,,9000000,"
    listed.write_text(f"{columns},occupation,city\n{cells},,\n", encoding="utf-8")

    code, summary = run("import_clients", MAPPINGS / "simple.toml", listed)

    someone.refresh_from_db()
    assert (code, counts(summary)) == (0, (0, 1, 0, 0))
    assert (someone.name, someone.aum, someone.tier) == ("陈安", Decimal("600000.00"), "platinum")


def test_a_balance_in_another_currency_is_put_aside_and_never_counted(someone, tmp_path, rejected):
    file = tmp_path / "balances.csv"
    file.write_text(
        "number,day,closing,currency\n88000001,2026-10-01,600000,CNY\n"
        "88000001,2026-10-02,900000,USD\n88000001,2026-10-03,900000,\n"
    )
    mapping = tmp_path / "balances.toml"
    shipped = BALANCES.read_text(encoding="utf-8")
    mapping.write_text(f'{shipped}currency = "currency"\n', encoding="utf-8")

    code, summary = import_balances(mapping, file, rejected=rejected)

    someone.refresh_from_db()
    text = rejected.read_text(encoding="utf-8-sig")
    assert (code, counts(summary), someone.aum) == (1, (1, 0, 0, 2), Decimal("600000.00"))
    assert "Only CNY counts towards assets; this row is in USD." in text
    assert "currency is missing." in text


def test_contributions_in_another_currency_are_put_aside_too(someone, tmp_path):
    (tmp_path / "yearly.csv").write_text("number,year,fees,margin\n88000001,2025,3200.00,4100.50\n")
    mapping = tmp_path / "yearly.toml"
    mapping.write_text(
        '[files]\nyearly = { name = "yearly.csv" }\n\n[contributions]\nfrom = "yearly"\n'
        'client = "number"\nyear = "year"\nfees = "fees"\nmargin = "margin"\n'
        'currency = { value = "HKD" }\n'
    )

    _code, summary = import_balances(mapping)

    assert counts(summary, "contributions") == (0, 0, 0, 1)
    assert not Contribution.objects.exists()


def test_czech_balances_that_say_their_currency_are_each_refused(tmp_path, rm):
    """The sample of Berka has balances in CZK."""
    source = shared_data("berka", "trans_sample.csv")
    moves = rows(source, delimiter=";")
    for account in {row["account_id"] for row in moves}:
        ClientFactory(owner=rm, number=f"B{account}", aum=Decimal(0))
    mapping = tmp_path / "czech.toml"
    mapping.write_text(CZECH)

    _code, summary = import_balances(mapping, source)

    assert counts(summary) == (0, 0, 0, len(moves))
    assert not Client.objects.exclude(aum=0).exists()
