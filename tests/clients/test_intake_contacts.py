"""Importing what another system knows of calls and visits: each once, or put aside and why."""

from datetime import date, datetime, timedelta

import pytest

from clients.book.actions import assign
from clients.coverage.queries import coverage
from clients.followups.actions import plan_contacts
from clients.merging.actions import merge
from clients.models import Client, Contact, FollowUp
from crm.lib import clock
from managers.models import AuditEvent, OrgUnit
from tests.clients.test_intake_portuguese import PORTUGUESE, last_day, people
from tests.factories import PostingFactory
from tests.importing import counts, import_clients, rows
from tests.shared import shared_data

GOLD_DAYS = 90  # rules F1

MAPPING = """
prefix = "X"
[files]
people = { name = "people.csv" }
calls = { name = "calls.csv" }
[clients]
from = "people"
key = "id"
outlet = { value = "O1" }
name = "name"
phone = "phone"
[contacts.call]
from = "calls"
key = "call"
client = "person"
channel = "how"
outcome = "came_of_it"
happened_on = "day"
notes = "remark"
"""
PEOPLE = "id,name,phone\n1,王丹,13812345678\n2,王丹,13812345678\n"
HEADER = "call,person,how,came_of_it,day,remark\n"
CALLS = "a,1,call,reached,2026-10-05,Asked for the rate\nb,1,visit,visited,2026-09-01,\n"
CALLS += "c,2,call,no_answer,2026-10-06,\n"


@pytest.fixture
def load(tmp_path, outlet):
    """Import the people and these calls."""

    def run(calls=CALLS):
        (tmp_path / "mapping.toml").write_text(MAPPING)
        (tmp_path / "people.csv").write_text(PEOPLE)
        (tmp_path / "calls.csv").write_text(HEADER + calls)
        return import_clients(
            tmp_path / "mapping.toml", tmp_path, rejected=tmp_path / "rejected.csv"
        )

    run.rejected = lambda: rows(tmp_path / "rejected.csv")
    return run


@pytest.mark.django_db
def test_calls_stand_with_their_clients_and_the_last_valid_one_is_known(load):
    code, summary = load()

    assert (code, counts(summary, "contacts")) == (0, (3, 0, 0, 0))
    known = Contact.objects.order_by("happened_at").values_list(
        "client__number", "channel", "outcome", "is_valid", "notes"
    )
    assert list(known) == [
        ("X1", "visit", "visited", True, ""),
        ("X1", "call", "reached", True, "Asked for the rate"),
        ("X2", "call", "no_answer", False, ""),
    ]
    last = {c.number: c.last_contact for c in Client.objects.all()}
    assert clock.local(last["X1"]).date() == date(2026, 10, 5)
    assert last["X2"] is None
    assert AuditEvent.objects.filter(verb="contact.imported").count() == 3


@pytest.mark.django_db
def test_again_nothing_is_doubled(load):
    load()

    code, summary = load(CALLS + "d,2,call,reached,2026-10-09,\n")

    assert (code, counts(summary, "contacts")) == (0, (1, 0, 3, 0))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("was", "says"),
    [
        ("a,1,call,reached", "a,1,call,refused"),
        ("a,1,call", "a,1,visit"),
        ("a,1,call,reached,2026-10-05", "a,1,call,reached,2026-10-06"),
        ("a,1,", "a,2,"),
        ("Asked for the rate", "Asked for a card"),
    ],
)
def test_who_says_otherwise_of_a_contact_hears_that_it_is_never_written_anew(load, was, says):
    load()
    before = list(Contact.objects.order_by("pk").values())

    code, summary = load(CALLS.replace(was, says))

    assert (code, counts(summary, "contacts")) == (1, (0, 0, 2, 1))
    assert [row["reason"] for row in load.rejected()] == [
        "The contact is known, and the row says otherwise."
    ]
    assert list(Contact.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_a_list_that_leaves_out_what_was_said_says_nothing_else(load):
    load()

    code, summary = load(CALLS.replace("Asked for the rate", ""))

    assert (code, counts(summary, "contacts")) == (0, (0, 0, 3, 0))
    assert Contact.objects.filter(notes="Asked for the rate").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("e,9,call,reached,2026-10-05,", "no client X9"),
        ("e,1,pigeon,reached,2026-10-05,", "“pigeon” is no channel"),
        ("e,1,call,glad,2026-10-05,", "“glad” is no outcome"),
        ("e,1,call,reached,,", "has no day"),
        ("e,1,call,reached,2027-01-01,", "lies in the future"),
        ("a,2,call,reached,2026-10-05,", "has the same key"),
    ],
)
def test_what_cannot_be_used_is_put_aside_and_the_others_go_in(load, call, reason):
    code, summary = load(CALLS + call + "\n")

    assert code == 1
    assert (counts(summary, "contacts")[0], counts(summary, "contacts")[3]) in ((3, 1), (2, 2))
    assert any(reason in row["reason"] for row in load.rejected()), load.rejected()


@pytest.mark.django_db
def test_calls_of_a_file_that_was_merged_go_to_the_one_that_stands(load, head, now):
    load("")
    kept, gone = Client.objects.order_by("number")
    merge(kept, gone, by=head, at=now)

    load()
    _code, summary = load()

    assert counts(summary, "contacts") == (0, 0, 3, 0)
    assert set(Contact.objects.values_list("client__number", flat=True)) == {"X1"}


YEAR_END = datetime(2025, 12, 31, 10, tzinfo=clock.SHANGHAI)


@pytest.fixture
def called(tmp_path, db):
    """Part of the file, called in 2025, as gold clients of one RM at the year's end."""
    lines = shared_data("uci-bank-marketing", "bank-additional.csv").read_text().splitlines()
    file, mapping = tmp_path / "bank-additional.csv", tmp_path / "campaign.toml"
    file.write_text("\n".join([lines[0], *lines[1:2000:25]]) + "\n")
    dated = PORTUGUESE.read_text().replace('"2010-', '"2025-').replace('"2009-', '"2024-')
    mapping.write_text(dated)
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
