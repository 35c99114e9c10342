"""Audit and access log through the API."""

import pytest

from managers.audit.actions import log_access, record
from managers.audit.models import Basis
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db


def read(person, client, at):
    [row] = log_access("viewed", [(client.pk, Basis.OWN)], by=person, at=at, page="client")
    return row.pk


def ids(answer):
    assert answer.status_code == 200
    return [row["id"] for row in answer.json()["results"]]


def test_the_auditor_has_the_whole_audit_checked(auditor, rm, speaking_for, now):
    record("a.b", rm, by=rm, at=now)

    answer = speaking_for(auditor).post("/api/v1/audit-events/verify/").json()

    assert (answer["ok"], answer["events"], answer["fault"]) == (True, 1, "")


def test_others_do_not_check_it(officer, speaking_for):
    assert speaking_for(officer).post("/api/v1/audit-events/verify/").status_code == 403


def test_everybody_reads_the_log_within_their_reach(
    rm, stranger, head, teller, auditor, outlet, speaking_for, now
):
    here, there = ClientFactory(owner=rm, outlet=outlet), ClientFactory(owner=stranger)
    mine, theirs = read(rm, here, now), read(stranger, there, now)
    url = "/api/v1/access-log/"

    assert ids(speaking_for(rm).get(url)) == ids(speaking_for(head).get(url)) == [mine]
    assert ids(speaking_for(auditor).get(url)) == [theirs, mine]
    assert ids(speaking_for(teller).get(url)) == []
    assert ids(speaking_for(auditor).get(f"{url}?client={here.pk}&actor={rm.pk}")) == [mine]
    for days, found in (("23", [theirs, mine]), ("24", [])):
        asked = ",".join(f"2026-11-{days}T{time}Z" for time in ("00:00:00", "15:59:59"))
        assert ids(speaking_for(auditor).get(f"{url}?between={asked}")) == found


@pytest.mark.parametrize("rows", [1, 3])
def test_the_log_costs_the_same_for_any_size(
    auditor, rm, outlet, speaking_for, now, rows, django_assert_num_queries
):
    for _ in range(rows):
        read(rm, ClientFactory(owner=rm, outlet=outlet), now)
    program = speaking_for(auditor)

    with django_assert_num_queries(2):  # posting, lines
        assert len(ids(program.get("/api/v1/access-log/"))) == rows
