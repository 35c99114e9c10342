"""Clients over the API."""

from datetime import date
from decimal import Decimal

import pytest

from clients.models import Client, FollowUp
from tests.factories import ClientFactory, HoldingFactory, PostingFactory
from tests.factories.lists import TagFactory

pytestmark = pytest.mark.django_db


def test_the_head_assigns_a_client_from_the_pool_and_the_first_call_is_booked(
    head, rm, outlet, speaking_for
):
    client, program = ClientFactory(outlet=outlet), speaking_for(head)

    answer = program.post(f"/api/v1/clients/{client.pk}/assign/", {"to": rm.pk, "was": None})

    assert (answer.status_code, answer.json()["owner"], answer.json()["state"]) == (
        200,
        rm.pk,
        "owned",
    )
    assert list(FollowUp.objects.values_list("client", "owner", "trigger")) == [
        (client.pk, rm.pk, "new_client")
    ]


def test_who_was_slower_is_told_who_has_the_client_and_since_when(
    head, rm, peer, outlet, speaking_for
):
    client, program = ClientFactory(outlet=outlet), speaking_for(head)
    url = f"/api/v1/clients/{client.pk}/assign/"
    program.post(url, {"to": rm.pk, "was": None})

    late = program.post(url, {"to": peer.pk, "was": None})

    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    assert "Lin Yue" in late.json()["detail"]
    assert "09:10" in late.json()["detail"]


def test_many_are_assigned_with_one_answer_each(head, rm, outlet, other_outlet, speaking_for):
    mine, foreign = ClientFactory(outlet=outlet), ClientFactory(outlet=other_outlet)
    taken = ClientFactory(owner=rm)
    items = [{"client": client.pk, "to": rm.pk} for client in (mine, foreign, taken)]

    answer = speaking_for(head).post("/api/v1/clients/bulk-assign/", {"items": items})

    results = {row["client"]: row["ok"] for row in answer.json()["results"]}
    assert results == {mine.pk: True, foreign.pk: False, taken.pk: False}
    foreign.refresh_from_db()
    assert foreign.owner is None


def test_an_rm_may_see_but_not_assign(rm, peer, speaking_for):
    client = ClientFactory(owner=rm)

    answer = speaking_for(rm).post(
        f"/api/v1/clients/{client.pk}/assign/", {"to": peer.pk, "was": rm.pk}
    )

    assert answer.status_code == 403
    client.refresh_from_db()
    assert client.owner == rm


@pytest.mark.parametrize("who", ["peer", "stranger", "lobby", "teller", "other_head", "auditor"])
def test_for_others_the_client_does_not_exist(request, rm, who, speaking_for):
    client = ClientFactory(owner=rm, name="周明远")
    program = speaking_for(request.getfixturevalue(who))

    detail = program.get(f"/api/v1/clients/{client.pk}/")
    found = program.get("/api/v1/clients/?search=周明远&count=1")

    assert (detail.status_code, detail.json()["code"]) == (404, "not_found")
    assert (found.json()["results"], found.json()["count"]) == ([], 0)


def test_a_client_of_somebody_else_looks_like_one_that_never_was(rm, stranger, speaking_for):
    client, program = ClientFactory(owner=rm), speaking_for(stranger)

    foreign = program.get(f"/api/v1/clients/{client.pk}/")
    nobody = program.get("/api/v1/clients/999999999/")

    assert foreign.json() == nobody.json()
    assert foreign.headers.keys() == nobody.headers.keys()


def test_contact_details_leave_masked_only(rm, speaking_for):
    client = ClientFactory(owner=rm, phone="13800135678", phone_last4="5678")

    text = speaking_for(rm).get(f"/api/v1/clients/{client.pk}/").content.decode()

    assert '"phone":"****5678"' in text
    assert "1380013" not in text


def test_the_look_up_shows_the_outlets_clients_masked(rm, teller, stranger, speaking_for):
    ClientFactory(owner=rm, name="周明远")
    url = "/api/v1/clients/lookup/?q=周明远"

    [row] = speaking_for(teller).get(url).json()["results"]
    elsewhere = speaking_for(stranger).get(url).json()["results"]

    assert (row["name"], row["owner"]) == ("Zhou**", rm.pk)
    assert elsewhere == []


def test_an_auditor_may_not_look_clients_up(auditor, speaking_for):
    answer = speaking_for(auditor).get("/api/v1/clients/lookup/?q=周明远")

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_an_rm_opens_a_prospect_in_the_own_book(marketing, speaking_for):
    answer = speaking_for(marketing).post(
        "/api/v1/clients/", {"name": "许兰馨", "phone": "13900135678"}
    )

    assert (answer.status_code, answer.json()["owner"], answer.json()["state"]) == (
        201,
        marketing.pk,
        "prospect",
    )
    assert Client.objects.get().pinyin == "xu lanxin"


def test_a_phone_that_cannot_be_one_is_refused_in_words(marketing, speaking_for):
    answer = speaking_for(marketing).post("/api/v1/clients/", {"name": "许兰馨", "phone": "12"})

    assert answer.status_code == 409
    assert answer.json()["detail"]
    assert not Client.objects.exists()


def test_holdings_of_foreign_clients_stay_hidden_and_amounts_are_exact(rm, peer, speaking_for):
    mine = HoldingFactory(client=ClientFactory(owner=rm), amount="0.10")
    HoldingFactory(client=ClientFactory(owner=peer))

    rows = speaking_for(rm).get("/api/v1/holdings/").json()["results"]

    assert [(row["id"], row["amount"]) for row in rows] == [(mine.pk, "0.10")]


def test_allowed_actions_depend_on_who_asks(rm, head, speaking_for):
    url = f"/api/v1/clients/{ClientFactory(owner=rm).pk}/"

    assert speaking_for(rm).get(url).json()["allowed_actions"] == ["update"]
    assert speaking_for(head).get(url).json()["allowed_actions"] == ["assign", "merge", "close"]


def test_a_full_book_takes_nobody_more(head, rm, outlet, speaking_for):
    ClientFactory.create_batch(60, owner=rm, tier="private")
    client = ClientFactory(outlet=outlet, tier="private")

    answer = speaking_for(head).post(f"/api/v1/clients/{client.pk}/assign/", {"to": rm.pk})

    assert answer.status_code == 409
    assert "full" in answer.json()["detail"]


def test_a_private_client_needs_a_senior_rm(head, outlet, speaking_for):
    trainee = PostingFactory(unit=outlet, grade="trainee", step=1).staff
    client = ClientFactory(outlet=outlet, tier="private")

    answer = speaking_for(head).post(f"/api/v1/clients/{client.pk}/assign/", {"to": trainee.pk})

    assert answer.status_code == 409
    client.refresh_from_db()
    assert client.owner is None


def test_a_head_takes_another_file_of_the_same_person_in(rm, peer, head, speaking_for):
    born = date(1980, 5, 4)
    kept, other = (
        ClientFactory(owner=owner, name="张伟", birth_date=born, aum=Decimal("10.00"))
        for owner in (rm, peer)
    )
    url = f"/api/v1/clients/{kept.pk}/merge/"

    assert speaking_for(rm).post(url, {"merged": kept.pk}).status_code == 403
    answer = speaking_for(head).post(url, {"merged": other.pk, "take": ["phone"]})

    assert (answer.status_code, answer.json()["aum"]) == (200, "20.00")
    assert speaking_for(head).get(f"/api/v1/clients/{other.pk}/").status_code == 404


def test_the_list_is_narrowed_by_a_tag_of_ones_own(rm, peer, speaking_for):
    zhang = ClientFactory(owner=rm)
    ClientFactory(owner=rm)
    own, foreign = (TagFactory(owner=person, clients=[zhang]) for person in (rm, peer))

    found = speaking_for(rm).get("/api/v1/clients/", {"tag": own.pk}).json()["results"]

    assert [row["id"] for row in found] == [zhang.pk]
    assert speaking_for(rm).get("/api/v1/clients/", {"tag": foreign.pk}).status_code == 400


def test_a_head_opens_a_file_in_an_outlet_below_and_nowhere_else(
    head, outlet, other_outlet, speaking_for
):
    program = speaking_for(head)

    below = program.post("/api/v1/clients/", {"name": "许兰馨", "org_unit": outlet.pk})
    elsewhere = program.post("/api/v1/clients/", {"name": "许兰", "org_unit": other_outlet.pk})

    assert (below.status_code, below.json()["org_unit"]) == (201, outlet.pk)
    assert elsewhere.status_code == 403
    assert Client.objects.get().pool == outlet
