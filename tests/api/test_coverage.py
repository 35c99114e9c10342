"""Coverage over the API."""

from datetime import datetime

import pytest

from clients.book.actions import give
from clients.models import Ownership
from crm.lib import clock
from tests.factories import ClientFactory, ContactFactory

pytestmark = pytest.mark.django_db


def test_a_program_reads_a_month_and_whom_it_missed(head, rm, peer, outlet, now, speaking_for):
    program = speaking_for(head)
    summer = datetime(2026, 7, 1, tzinfo=clock.SHANGHAI)
    missed = ClientFactory(owner=rm, outlet=outlet, tier="gold", responsible_since=summer)
    spoken = ClientFactory(owner=rm, outlet=outlet, tier="gold", responsible_since=summer)
    ContactFactory(client=spoken, happened_at=datetime(2026, 10, 9, tzinfo=clock.SHANGHAI))
    give(missed, to=peer, cause=Ownership.Cause.REASSIGNED, by=head, at=now)

    whole = program.get("/api/v1/coverage/", {"month": "2026-10"}).json()
    rows = program.get("/api/v1/uncovered-clients/", {"month": "2026-10"}).json()["results"]
    asked = {"kind": "coverage", "unit": outlet.pk, "reason": "For the meeting", "month": "2026-10"}
    export = program.post("/api/v1/exports/", asked)

    share = {"covered": 1, "clients": 2, "missing": 1, "percent": 50}
    assert (whole["on"], whole["whole"]) == ("2026-10-31", share)
    assert whole["by_owner"] == [{"id": rm.pk, **share}]
    assert whole["by_outlet"] == [{"id": outlet.pk, **share}]
    assert whole["by_tier"] == [{"tier": "gold", **share}]
    assert [row["day"] for row in whole["trend"]][-2:] == ["2026-10-31", "2026-11-23"]
    then = {"owner": rm.pk, "outlet": outlet.pk, "tier": "gold", "state": "owned"}
    assert rows == [{"client": missed.pk, **then, "last_contact_at": None}]
    assert (export.status_code, export.json()["rows"]) == (201, 2)


@pytest.mark.parametrize("address", ["coverage", "uncovered-clients"])
def test_a_month_that_is_none_is_refused(rm, address, speaking_for):
    answer = speaking_for(rm).get(f"/api/v1/{address}/", {"month": "October"})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["month"])


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same(rm, outlet, rows, speaking_for, django_assert_num_queries):
    for _one in range(rows):
        ClientFactory(owner=rm, outlet=outlet)
    program = speaking_for(rm)
    program.get("/api/v1/uncovered-clients/")

    with django_assert_num_queries(4):
        found = program.get("/api/v1/uncovered-clients/").json()["results"]

    assert len(found) == rows
