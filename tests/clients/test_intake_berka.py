"""The Czech bank goes in, and what the book then says equals a count made from its files."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Count, Sum

from clients.models import Client, Holding, Household, Member, Ownership
from managers.audit.queries import verify
from managers.models import AuditEvent, OrgUnit
from tests.importing import MAPPINGS, counts, import_clients, rows
from tests.shared import shared_data

BERKA = MAPPINGS / "berka.toml"


def berka(name):
    """A file of the Czech bank as plain rows."""
    return rows(shared_data("berka", f"{name}.csv"), delimiter=";", encoding="ascii")


@pytest.fixture(scope="module")
def imported(imported_once):
    """All files of the folder, as a shell's star gives them."""
    return imported_once(lambda: import_clients(BERKA, *sorted(shared_data("berka").glob("*.csv"))))


@pytest.fixture
def czech_bank(imported, db):
    return imported


def test_every_czech_client_goes_in_and_a_second_time_nothing_changes(czech_bank):
    code, summary = czech_bank
    assert (code, summary["rejected_file"]) == (0, None)
    assert counts(summary) == (5369, 0, 0, 0) == (len(berka("client")), 0, 0, 0)
    assert counts(summary, "units") == (1 + 8 + 77, 0, 0, 0)
    events = AuditEvent.objects.count()

    code, summary = import_clients(BERKA, shared_data("berka"))

    assert code == 0
    assert counts(summary) == (0, 0, 5369, 0)
    assert counts(summary, "units") == (0, 0, 86, 0)
    assert counts(summary, "holdings") == (0, 0, 4500 + 892 + 682, 0)
    assert counts(summary, "households") == (0, 0, 869, 0)
    assert AuditEvent.objects.count() == events
    assert verify().fault is None


def test_czech_births_and_women_equal_a_count_from_the_file(czech_bank):
    births, women = {}, 0
    for row in berka("client"):
        number = row["birth_number"]
        year, month, day = int(number[:2]), int(number[2:4]), int(number[4:])
        women += month > 50
        births[f"BK{row['client_id']}"] = date(1900 + year, month % 50, day)

    assert dict(Client.objects.values_list("number", "birth_date")) == births
    assert Client.objects.filter(sex="f").count() == women == 2645
    assert Client.objects.filter(sex="m").count() == len(births) - women
    assert Client.objects.exclude(name="").count() == 0


def test_every_czech_client_waits_in_the_outlet_of_the_district(czech_bank):
    districts = {row["A1"]: (row["A2"], row["A3"]) for row in berka("district")}
    wanted = Counter(districts[row["district_id"]] for row in berka("client"))

    pools = Client.objects.filter(state="identified", owner=None)
    found = pools.values_list("pool__name", "pool__parent__name").annotate(n=Count("pk"))
    assert {(outlet, region): n for outlet, region, n in found} == wanted
    assert Ownership.objects.filter(until=None, cause="imported").count() == 5369
    assert OrgUnit.objects.filter(kind="branch").count() == len({r for _, r in districts.values()})
    assert OrgUnit.objects.get(code="BK69").name == districts["69"][0] == "Jesenik"


def test_czech_holdings_equal_a_count_from_the_files(czech_bank):
    owners = {r["account_id"]: r["client_id"] for r in berka("disp") if r["type"] == "OWNER"}
    accounts, cards, loans = berka("account"), berka("card"), berka("loan")
    wanted = Counter(account=len(accounts), card=len(cards), loan=len(loans))

    found = Holding.objects.values_list("category").annotate(n=Count("pk"))
    assert dict(found.order_by()) == wanted
    assert set(Holding.objects.values_list("currency", flat=True)) == {"CZK"}
    lent = Holding.objects.filter(category="loan")
    assert lent.aggregate(sum=Sum("amount"))["sum"] == sum(Decimal(r["amount"]) for r in loans)
    assert lent.filter(is_open=True).count() == sum(r["status"] in "CD" for r in loans)
    assert dict(lent.values_list("source_key", "client__number")) == {
        f"loan:{r['loan_id']}": f"BK{owners[r['account_id']]}" for r in loans
    }
    issued = Holding.objects.filter(category="card").dates("opened_on", "year")
    assert {day.year for day in issued} == {1900 + int(row["issued"][:2]) for row in cards}


def test_czech_amounts_are_never_added_to_assets_in_yuan(czech_bank):
    assert Client.objects.exclude(aum=0).count() == 0
    assert Client.objects.exclude(tier="regular").count() == 0


def test_the_holder_and_the_authorised_person_of_an_account_are_a_household(czech_bank):
    people = {}
    for row in berka("disp"):
        people.setdefault(row["account_id"], []).append((row["type"], f"BK{row['client_id']}"))
    relations = {"OWNER": "holder", "DISPONENT": "authorised"}
    wanted = {
        (f"BK{account}", number, relations[kind])
        for account, members in people.items()
        if len(members) > 1
        for kind, number in members
    }

    found = Member.objects.values_list("household__source_key", "client__number", "relation")
    assert set(found) == wanted
    assert Household.objects.count() == 869 == len(wanted) / 2
