"""Ten thousand Chinese clients go in, and the book equals a count made from their file."""

from collections import Counter

import pytest
from django.db.models import Count

from clients.models import Client
from managers.models import OrgUnit
from tests.importing import MAPPINGS, counts, import_clients, rows
from tests.shared import shared_data

pytestmark = pytest.mark.once

CHINESE = MAPPINGS / "cn-bank-clients.toml"


@pytest.fixture(scope="module")
def imported(imported_once):
    file = shared_data("cn-bank-clients", "customer_base.csv")
    return imported_once(lambda: import_clients(CHINESE, file)), rows(file)


@pytest.fixture
def chinese_bank(imported, db):
    return imported


def test_ten_thousand_chinese_clients_go_in_and_a_second_time_nothing_changes(chinese_bank):
    (code, summary), people = chinese_bank
    assert code == 0
    assert counts(summary) == (10_000, 0, 0, 0) == (len(people), 0, 0, 0)

    code, summary = import_clients(CHINESE, shared_data("cn-bank-clients"))

    assert code == 0
    assert counts(summary) == (0, 0, 10_000, 0)


def test_one_string_becomes_bank_branch_and_outlet(chinese_bank):
    _, people = chinese_bank
    wanted = Counter(row["branch_name"] for row in people)

    names = Client.objects.values_list(
        "outlet__parent__parent__name", "outlet__parent__name", "outlet__name"
    )
    found = names.order_by().annotate(n=Count("pk"))
    assert {f"{bank}{branch}{outlet}": n for bank, branch, outlet, n in found} == wanted
    bund = OrgUnit.objects.get(name="外滩支行")
    assert (bund.code, bund.latin_name, bund.parent.latin_name) == (
        "CN-WAITAN-OUTLET",
        "Waitan outlet",
        "Shanghai branch",
    )
    assert bund.path == "/CN-ZHAOSHANGYINHANG/CN-SHANGHAI-BRANCH/CN-WAITAN-OUTLET/"
    assert OrgUnit.objects.filter(kind="head_office").count() == 1


def test_chinese_names_are_spelled_and_ages_are_no_dates_of_birth(chinese_bank):
    _, people = chinese_bank
    by_number = {f"CN{row['customer_id']}": row for row in people}

    found = Client.objects.values_list("number", "name", "client_since", "sex", "profile")
    for number, name, since, sex, profile in found:
        row = by_number[number]
        assert (name, str(since)) == (row["name"], row["open_account_date"])
        assert sex == {"男": "m", "女": "f"}[row["gender"]]
        assert profile == {
            "age": int(row["age"]),
            "age_on": "2025-06-21",
            "occupation": row["occupation"],
            "occupation_type": row["occupation_type"],
            "marital_status": row["marriage_status"],
            "monthly_income": row["monthly_income"],
            "lifecycle_stage": row["lifecycle_stage"],
            "city": row["branch_name"].removeprefix("招商银行")[:2],
            "city_level": row["city_level"],
        }
    assert Client.objects.exclude(birth_date=None).count() == 0
    wang = Client.objects.filter(name="王丹").first()
    assert (wang.pinyin, wang.joined_pinyin, wang.initials) == ("wang dan", "wangdan", "wd")
