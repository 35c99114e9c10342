"""Public files with known defects: what is put aside and what goes in equal independent counts."""

import csv
from collections import Counter
from decimal import Decimal

import pytest
from django.db.models import Count, Sum

from bench import made_up
from clients.models import Client, Holding, Household
from managers.models import PointEntry
from tests.importing import MAPPINGS, counts, import_clients, import_results, rows
from tests.shared import shared_data

pytestmark = pytest.mark.django_db

BERKA = ["client", "account", "disp", "district", "card", "loan"]


@pytest.fixture
def copied(tmp_path):
    """Copy a public file with some rows changed; `defects` maps a row (header 1) to its cells."""

    def copy(folder, name, defects, *, limit=None, **dialect):
        found = rows(shared_data(folder, name), **dialect)[:limit]
        for number, cells in defects.items():
            found[number - 2] |= cells
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(found[0]), **dialect)
            writer.writeheader()
            writer.writerows(found)
        return path, found

    return copy


def aside(path) -> list[tuple[str, int]]:
    """File and row of what was rejected."""
    return [(row["file"], int(row["row"])) for row in rows(path, encoding="utf-8-sig")]


def test_the_assets_of_a_banks_own_list_add_up_without_its_defects(tmp_path, outlet, rejected):
    lines = rows(made_up.write(tmp_path / "whole.csv", 400, ["O1"]))
    defects = {7: {"aum": "1,2345.00"}, 8: {"outlet": "O7"}, 9: {"birth_date": "yesterday"}}
    for number, cells in defects.items():
        lines[number - 2] |= cells
    with (tmp_path / "clients.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, made_up.COLUMNS)
        writer.writeheader()
        writer.writerows(lines)

    code, summary = import_clients(
        MAPPINGS / "simple.toml", tmp_path / "clients.csv", rejected=rejected
    )

    good = [row for number, row in enumerate(lines, start=2) if number not in defects]
    assert (code, counts(summary)) == (1, (397, 0, 0, 3))
    assert sorted(aside(rejected)) == [("clients.csv", number) for number in defects]
    assert Client.objects.aggregate(sum=Sum("aum"))["sum"] == sum(
        Decimal(row["aum"].replace(",", "")) for row in good
    )


def test_portuguese_rows_with_defects_keep_the_numbers_of_the_others(copied, tmp_path, rejected):
    name = "bank-additional.csv"
    defects = {11: {"age": "30x"}, 21: {"age": "3.5"}, 31: {"job": "j" * 201}}
    copied("uci-bank-marketing", name, defects, limit=100, delimiter=";")

    code, summary = import_clients(
        MAPPINGS / "uci-bank-marketing.toml", tmp_path, rejected=rejected
    )

    assert (code, counts(summary)) == (1, (97, 0, 0, 3))
    # The person of each cannot be used, nor then the call with that person.
    assert aside(rejected) == [(name, 11), (name, 21), (name, 31)] * 2
    found = {int(n.removeprefix("UCI")) for n in Client.objects.values_list("number", flat=True)}
    assert found == set(range(2, 102)) - defects.keys()


def test_chinese_rows_with_defects_stay_out_and_the_branches_of_the_others_add_up(
    copied, tmp_path, rejected
):
    name = "customer_base.csv"
    defects = {
        5: {"branch_name": "招商银行外滩"},
        9: {"gender": "?"},
        14: {"open_account_date": "2019-02-30"},
        20: {"open_account_date": "2099-01-01"},
        26: {"monthly_income": "12,5"},
        33: {"customer_id": ""},
    }
    _, people = copied("cn-bank-clients", name, defects, limit=500)
    again = {**people[0], "name": "王丹"}  # a key that was there before
    with (tmp_path / name).open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, list(again)).writerow(again)

    code, summary = import_clients(MAPPINGS / "cn-bank-clients.toml", tmp_path, rejected=rejected)

    assert (code, counts(summary)) == (1, (494, 0, 0, 7))
    assert aside(rejected) == [(name, row) for row in [*defects, 502]]
    good = [row for number, row in enumerate(people, start=2) if number not in defects]
    wanted = Counter(row["branch_name"].rpartition("分行")[2] for row in good)
    pools = Client.objects.values_list("pool__name").order_by().annotate(n=Count("pk"))
    assert dict(pools) == wanted


def test_czech_rows_with_defects_take_what_hangs_on_them_along(copied, tmp_path, rejected):
    defects = {
        "client": {2: {"birth_number": "701313"}, 3: {"district_id": "99"}},
        "loan": {4: {"amount": "1e5"}, 5: {"status": "X"}, 6: {"date": "930231"}},
        "card": {7: {"disp_id": "0"}, 8: {"type": "platinum"}},
    }
    files = {
        role: copied("berka", f"{role}.csv", defects.get(role, {}), delimiter=";")[1]
        for role in BERKA
    }
    lost = {files["client"][row - 2]["client_id"] for row in defects["client"]}

    code, summary = import_clients(MAPPINGS / "berka.toml", tmp_path, rejected=rejected)

    owners = {r["account_id"]: r["client_id"] for r in files["disp"] if r["type"] == "OWNER"}
    holders = {r["disp_id"]: r["client_id"] for r in files["disp"]} | {"0": None}
    loans = usable(files["loan"], defects["loan"], lambda r: owners[r["account_id"]], lost)
    cards = usable(files["card"], defects["card"], lambda r: holders[r["disp_id"]], lost)
    accounts = usable(files["account"], {}, lambda r: owners[r["account_id"]], lost)
    assert (code, counts(summary)) == (1, (5367, 0, 0, 2))
    found = Holding.objects.order_by().values_list("category").annotate(n=Count("pk"))
    assert dict(found) == {"account": len(accounts), "card": len(cards), "loan": len(loans)}
    sums = Holding.objects.order_by().values_list("category", "currency")
    assert sums.filter(category="loan").annotate(sum=Sum("amount")).get() == (
        "loan",
        "CZK",
        sum(Decimal(row["amount"]) for row in loans),
    )
    whole = sum(len(files[role]) for role in ("account", "card", "loan"))
    kept = len(accounts) + len(cards) + len(loans)
    assert counts(summary, "holdings") == (kept, 0, 0, whole - kept)
    shared = Counter(r["account_id"] for r in files["disp"] if r["client_id"] not in lost)
    assert Household.objects.count() == sum(n > 1 for n in shared.values())


def usable(found, defects, client_of, lost):
    """The rows without a defect whose client went in."""
    numbered = enumerate(found, start=2)
    return [row for n, row in numbered if n not in defects and client_of(row) not in lost]


def test_deals_with_defects_do_not_count(copied, rejected, tmp_path):
    pipeline = rows(shared_data("crm-opportunities", "sales_pipeline.csv"))
    won = [n for n, row in enumerate(pipeline, start=2) if row["deal_stage"] == "Won"]
    spoiled = [{"close_value": "many"}, {"sales_agent": "Nobody"}, {"close_date": "2017-02-30"}]
    defects = dict(zip(won, spoiled, strict=False))
    copied("crm-opportunities", "sales_pipeline.csv", defects)
    for name in ("sales_teams.csv", "products.csv"):
        copied("crm-opportunities", name, {})

    code, summary = import_results(MAPPINGS / "crm-opportunities.toml", tmp_path, rejected=rejected)

    paid = sum(Decimal(pipeline[n - 2]["close_value"]) for n in won if n not in defects)
    assert (code, counts(summary)) == (1, (len(won) - 3, 0, 0, 3))
    assert sorted(aside(rejected)) == [("sales_pipeline.csv", n) for n in defects]
    assert PointEntry.objects.aggregate(sum=Sum("amount"))["sum"] == paid
