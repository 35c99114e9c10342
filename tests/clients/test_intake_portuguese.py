"""A Portuguese bank's people go in, who have neither number nor name: their row is their key."""

from calendar import monthrange
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.db.models import Count

from clients.book.actions import assign
from clients.coverage.queries import coverage
from clients.followups.actions import plan_contacts
from clients.models import Client, Contact, FollowUp
from crm.lib import clock
from managers.models import AuditEvent, OrgUnit
from tests.factories import PostingFactory
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
GOLD_DAYS = 90  # rules F1


def last_day(year, month):
    number = MONTHS.index(month) + 1
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


YEAR_END = datetime(2025, 12, 31, 10, tzinfo=clock.SHANGHAI)


@pytest.fixture
def called(tmp_path, db):
    """Part of the file, called in 2025, as gold clients of one RM at the year's end."""
    lines = shared_data("uci-bank-marketing", "bank-additional.csv").read_text().splitlines()
    file, mapping = tmp_path / "bank-additional.csv", tmp_path / "campaign.toml"
    file.write_text("\n".join([lines[0], *lines[1:2000:25]]) + "\n")
    mapping.write_text(PORTUGUESE.read_text().replace('"2010-', '"2025-'))
    with clock.at(YEAR_END):
        import_clients(mapping, file)
        outlet = OrgUnit.objects.get(name="Telephone campaigns")
        rm, head = (
            PostingFactory(unit=outlet, post=post, since=date(2025, 1, 1)).staff
            for post in ("wealth_rm", "branch_head")
        )
        Client.objects.update(tier="gold")
        for client in Client.objects.all():
            assign(client, to=rm, was=None, by=head, at=YEAR_END)
        plan_contacts(at=YEAR_END)
    return people(file), head


def test_cadence_and_coverage_follow_from_the_imported_calls(called):
    asked, head = called
    today = YEAR_END.date()
    spoken = {
        f"UCI{n}": last_day(2025, row["month"])
        for n, row in enumerate(asked, start=2)
        if row["y"] == "yes"
    }
    in_time = {number for number, day in spoken.items() if (today - day).days <= GOLD_DAYS}
    assert in_time
    assert spoken.keys() - in_time

    with clock.at(YEAR_END):
        share = coverage(head, on=today).whole

    assert (share.covered, share.clients) == (len(in_time), len(asked))
    planned = FollowUp.objects.open()
    assert planned.count() == len(asked)
    for number in in_time:
        [due_on] = planned.filter(client__number=number).values_list("due_on", flat=True)
        assert due_on <= spoken[number] + timedelta(days=GOLD_DAYS)
