"""What holds for every resource: who gets in, refusals, paging, kept answers."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from clients.models import Contact
from crm.lib import clock
from tests.factories import ClientFactory, FollowUpFactory, StaffFactory

pytestmark = pytest.mark.django_db


def test_a_token_is_given_for_number_and_password_and_opens_the_door(rm):
    program = APIClient()

    given = program.post(
        "/api/v1/auth/token/",
        {"employee_no": rm.employee_no, "password": "correct horse battery"},
    )
    program.credentials(HTTP_AUTHORIZATION=f"Token {given.json()['token']}")
    me = program.get("/api/v1/me/").json()

    assert (me["employee_no"], me["post"], me["grade"]) == ("880427", "wealth_rm", "senior")
    assert me["permissions"]["view_file"] == "own"


def test_a_wrong_password_answers_401_in_the_envelope(rm):
    answer = APIClient().post(
        "/api/v1/auth/token/", {"employee_no": rm.employee_no, "password": "guess"}
    )

    assert answer.status_code == 401
    assert set(answer.json()) == {"code", "detail", "fields"}


@pytest.mark.parametrize("path", ["clients/", "me/", "follow-ups/", "schema/", "audit-events/"])
def test_without_a_token_nothing_opens(path):
    assert APIClient().get(f"/api/v1/{path}").status_code == 401


def test_a_person_who_is_disabled_is_out_at_the_next_request(rm):
    program = APIClient()
    credentials = {"employee_no": rm.employee_no, "password": "correct horse battery"}
    token = program.post("/api/v1/auth/token/", credentials).json()["token"]
    program.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    get_user_model().objects.filter(pk=rm.pk).update(is_active=False)

    assert program.get("/api/v1/me/").status_code == 401


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("owned_by=3", "owned_by"),
        ("ordering=phone", "ordering"),
        ("page_size=201", "page_size"),
        ("tier=bronze", "tier"),
        ("after=nonsense", "cursor"),
    ],
)
def test_what_a_list_does_not_know_is_400_and_names_the_field(rm, speaking_for, query, field):
    answer = speaking_for(rm).get(f"/api/v1/clients/?{query}")

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def test_pages_follow_each_other_without_gap_or_repetition(rm, speaking_for):
    numbers = sorted(ClientFactory(owner=rm).number for _client in range(5))
    program, url, seen, sizes = speaking_for(rm), "/api/v1/clients/?page_size=2&count=1", [], []

    while url:
        page = program.get(url).json()
        seen += [row["number"] for row in page["results"]]
        sizes.append(page["count"])
        url = page["next"]

    assert (seen, sizes) == (numbers, [5, 5, 5])


def test_the_same_key_gives_the_same_answer_and_acts_once(rm, speaking_for):
    client, program = ClientFactory(owner=rm), speaking_for(rm)
    body = {"client": client.pk, "channel": "call", "outcome": "no_answer"}

    first = program.post("/api/v1/contacts/", body, headers={"Idempotency-Key": "call-1"})
    again = program.post("/api/v1/contacts/", body, headers={"Idempotency-Key": "call-1"})

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replay"] == "true"
    assert Contact.objects.count() == 1


def test_a_key_used_for_another_request_is_409(rm, speaking_for):
    client, program = ClientFactory(owner=rm), speaking_for(rm)
    body = {"client": client.pk, "channel": "call", "outcome": "no_answer"}
    program.post("/api/v1/contacts/", body, headers={"Idempotency-Key": "call-1"})

    other = program.post(
        "/api/v1/contacts/", body | {"outcome": "refused"}, headers={"Idempotency-Key": "call-1"}
    )

    assert (other.status_code, other.json()["code"]) == (409, "key_reused")


def test_a_key_is_forgotten_after_a_day(rm, speaking_for, now):
    client, program = ClientFactory(owner=rm), speaking_for(rm)
    body = {"client": client.pk, "channel": "call", "outcome": "no_answer"}
    program.post("/api/v1/contacts/", body, headers={"Idempotency-Key": "call-1"})

    with clock.at(now + timedelta(hours=25)):
        program.post("/api/v1/contacts/", body, headers={"Idempotency-Key": "call-1"})

    assert Contact.objects.count() == 2


def test_two_people_may_use_the_same_key(rm, peer, speaking_for):
    for person in (rm, peer):
        body = {
            "client": ClientFactory(owner=person).pk,
            "channel": "call",
            "outcome": "no_answer",
        }
        speaking_for(person).post("/api/v1/contacts/", body, headers={"Idempotency-Key": "call-1"})

    assert Contact.objects.count() == 2


def test_an_edit_names_the_version_it_saw(rm, speaking_for):
    client, program = ClientFactory(owner=rm, name="周明远"), speaking_for(rm)
    url = f"/api/v1/clients/{client.pk}/"
    tag = program.get(url).headers["ETag"]

    missing = program.patch(url, {"name": "周明"})
    good = program.patch(url, {"name": "周明"}, headers={"If-Match": tag})
    stale = program.patch(url, {"name": "周远"}, headers={"If-Match": tag})

    assert (missing.status_code, good.status_code, stale.status_code) == (428, 200, 412)
    assert good.headers["ETag"] != tag
    client.refresh_from_db()
    assert client.name == "周明"


def test_owner_tier_and_state_cannot_be_written_by_an_edit(rm, peer, speaking_for):
    client, program = ClientFactory(owner=rm), speaking_for(rm)
    url = f"/api/v1/clients/{client.pk}/"
    tag = program.get(url).headers["ETag"]

    program.patch(
        url,
        {"name": "周明远", "owner": peer.pk, "tier": "private", "state": "closed"},
        headers={"If-Match": tag},
    )

    client.refresh_from_db()
    assert (client.name, client.owner, client.tier, client.state) == (
        "周明远",
        rm,
        "platinum",
        "owned",
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_any_size(rm, speaking_for, rows, django_assert_num_queries):
    for _row in range(rows):
        FollowUpFactory(client=ClientFactory(owner=rm))
    program = speaking_for(rm)

    with django_assert_num_queries(2):  # whom they cover, clients
        clients = program.get("/api/v1/clients/").json()
    with django_assert_num_queries(2):
        items = program.get("/api/v1/follow-ups/").json()

    assert (len(clients["results"]), len(items["results"])) == (rows, rows)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_colleagues_costs_the_same_for_any_size(
    rm, speaking_for, rows, django_assert_num_queries
):
    StaffFactory.create_batch(rows)

    with django_assert_num_queries(2):  # page, postings
        found = speaking_for(rm).get("/api/v1/staff/").json()["results"]

    assert len(found) == rows + 1


def test_the_schema_describes_the_api_and_is_valid(rm, speaking_for):
    from openapi_spec_validator import validate

    schema = speaking_for(rm).get("/api/v1/schema/").json()

    validate(schema)
    assert schema["openapi"].startswith("3.1")
    assert "/api/v1/clients/{id}/assign/" in schema["paths"]
