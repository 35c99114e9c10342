"""A Portuguese bank's people go in, who have neither number nor name: their row is their key."""

from calendar import monthrange
from collections import Counter
from datetime import date

import pytest
from django.db.models import Count

from clients.models import Client, Contact
from crm.lib import clock
from managers.models import AuditEvent, OrgUnit
from tests.importing import MAPPINGS, counts, import_clients, rows
from tests.shared import shared_data

PORTUGUESE = MAPPINGS / "uci-bank-marketing.toml"
FACTS = {  # of the file's columns
    "occupation": "job",
    "marital_status": "marital",
    "education": "education",
    "credit_in_default": "default",
    "housing_loan": "housing",
    "personal_loan": "loan",
    "contacted_by": "contact",
    "took_term_deposit": "y",
}
ANSWERS = {"yes": "reached", "no": "refused"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def last_day(year, month):
    """Of the month, in the last year of the campaigns or, for December, in the one before."""
    number = MONTHS.index(month) + 1
    year -= number == 12
    return date(year, number, monthrange(year, number)[1])


def people(path):
    return rows(path, delimiter=";", encoding="ascii")


@pytest.fixture(scope="module")
def imported(imported_once):
    file = shared_data("uci-bank-marketing", "bank-additional.csv")
    return imported_once(lambda: import_clients(PORTUGUESE, file)), people(file)


@pytest.fixture
def portuguese_bank(imported, db):
    return imported


def test_every_person_goes_in_and_a_second_time_nothing_changes(portuguese_bank):
    (code, summary), asked = portuguese_bank
    assert code == 0
    assert counts(summary) == (4119, 0, 0, 0) == (len(asked), 0, 0, 0)
    assert counts(summary, "units") == (2, 0, 0, 0)
    assert counts(summary, "contacts") == (4119, 0, 0, 0)
    events = AuditEvent.objects.count()

    code, summary = import_clients(PORTUGUESE, shared_data("uci-bank-marketing"))

    assert (code, counts(summary)) == (0, (0, 0, 4119, 0))
    assert counts(summary, "contacts") == (0, 0, 4119, 0)
    assert AuditEvent.objects.count() == events


def test_what_the_file_says_of_each_row_stands_in_the_profile(portuguese_bank):
    _, asked = portuguese_bank

    found = dict(Client.objects.values_list("number", "profile"))

    wanted = {}
    for number, row in enumerate(asked, start=2):  # row 1 is the header
        facts = {fact: row[column] for fact, column in FACTS.items() if row[column] != "unknown"}
        wanted[f"UCI{number}"] = {"age": int(row["age"]), "age_on": "2010-11-30", **facts}
    assert found == wanted


def test_ages_and_occupations_add_up(portuguese_bank):
    _, asked = portuguese_bank
    profiles = list(Client.objects.values_list("profile", flat=True))

    assert sum(facts["age"] for facts in profiles) == sum(int(row["age"]) for row in asked)
    jobs = Counter(facts.get("occupation", "unknown") for facts in profiles)
    assert jobs == Counter(row["job"] for row in asked)
    assert Client.objects.filter(aum=0, tier="regular", name="", birth_date=None).count() == 4119


def test_all_wait_in_the_pool_of_the_one_outlet(portuguese_bank):
    pools = Client.objects.filter(state="identified", owner=None).values_list("pool__name")

    assert list(pools.order_by().annotate(n=Count("pk"))) == [("Telephone campaigns", 4119)]
    assert OrgUnit.objects.count() == 2


def test_every_last_call_is_a_contact_with_its_outcome_on_a_day_of_the_mapping(portuguese_bank):
    _, asked = portuguese_bank
    calls = Contact.objects.filter(channel="call", staff=None)

    outcomes = dict(calls.order_by().values_list("outcome").annotate(n=Count("pk")))
    assert outcomes == Counter(ANSWERS[row["y"]] for row in asked)
    days = dict(calls.order_by().values_list("happened_at__date").annotate(n=Count("pk")))
    assert days == Counter(last_day(2010, row["month"]) for row in asked)
    spoken = set(calls.filter(is_valid=True).values_list("client__number", flat=True))
    assert spoken == {f"UCI{n}" for n, row in enumerate(asked, start=2) if row["y"] == "yes"}
    known = Client.objects.filter(last_contact_at__gt=clock.NEVER).values_list("number", flat=True)
    assert set(known) == spoken
