"""Audit and access log through the API."""

import pytest

from clients.book.actions import edit
from clients.book.details import sealed_columns
from clients.book.reveal import reveal
from clients.models import Client
from managers.audit.actions import log_access, record
from managers.audit.models import AuditEvent, Basis
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


# --- What is sealed in it


WAS, IS = "16112342210", "16187654321"
WHY = "Look into a complaint"


@pytest.fixture
def event(rm, now):
    file = ClientFactory(owner=rm, **sealed_columns(phone=WAS))
    edit(file, version=file.version, by=rm, at=now, phone=IS)
    return AuditEvent.objects.get(verb="client.edited")


def test_a_program_of_the_auditor_reads_purposes_and_opens_values_for_a_purpose(
    event, rm, auditor, speaking_for, now
):
    file = Client.objects.get()
    reveal(file, "phone", purpose="Call her back before noon", by=rm, at=now)
    program, url = speaking_for(auditor), "/api/v1/audit-events/"

    told = {row["verb"]: row for row in program.get(url).json()["results"]}
    short = program.post(f"{url}{event.pk}/values/", {"purpose": "why not"})
    shown = program.post(f"{url}{event.pk}/values/", {"purpose": WHY})
    other = program.post(f"{url}{told['client.revealed']['id']}/values/", {"purpose": WHY})

    assert told["client.revealed"]["purpose"] == "Call her back before noon"
    assert (told["client.edited"]["purpose"], told["client.edited"]["has_values"]) == ("", True)
    assert WAS not in str(told)
    assert (short.status_code, other.status_code) == (409, 404)
    assert {"field": "phone", "before": WAS, "after": IS} in shown.json()
    assert shown["Cache-Control"] == "no-store, private"
    assert AuditEvent.objects.filter(verb="audit.opened").count() == 1


@pytest.mark.parametrize(("who", "status"), [("officer", 403), ("admin", 403), ("head", 404)])
def test_programs_of_others_open_nothing(who, status, request, event, speaking_for):
    program = speaking_for(request.getfixturevalue(who))

    answer = program.post(f"/api/v1/audit-events/{event.pk}/values/", {"purpose": WHY})

    assert answer.status_code == status
    assert not AuditEvent.objects.filter(verb="audit.opened").exists()
