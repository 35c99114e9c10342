"""Products, assessments, checks, sales and benefits over the API."""

import pytest

from clients.models import Holding, SaleRecord
from tests.factories import (
    AssessmentFactory,
    ClientFactory,
    DisclosureFactory,
    GrantFactory,
    ProductFactory,
    SaleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(rm):
    """A client of Lin Yue, C3."""
    client = ClientFactory(owner=rm)
    AssessmentFactory(client=client)
    return client


def test_a_sale_goes_from_the_check_to_the_holding(rm, one, speaking_for):
    program, disclosure = speaking_for(rm), DisclosureFactory()
    body = {"client": one.pk, "product": disclosure.product_id}
    check = program.post("/api/v1/suitability-checks/", body).json()
    sale = program.post(
        "/api/v1/sale-records/", {"suitability_check": check["id"], "amount": "120000.00"}
    ).json()
    url = f"/api/v1/sale-records/{sale['id']}/"

    early = program.post(f"{url}confirm/", {"recording": "AV-1", "client_agrees": True})
    shown = program.post(f"{url}disclose/", {"disclosure": disclosure.pk}).json()
    mute = program.post(f"{url}confirm/", {"client_agrees": True})
    sold = program.post(f"{url}confirm/", {"recording": "AV-1", "client_agrees": True}).json()

    assert (check["is_suitable"], check["reasons"]) == (True, [])
    assert (sale["state"], sale["allowed_actions"]) == ("recommended", ["disclose", "cancel"])
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    assert shown["disclosure_version"] == 1
    assert (mute.status_code, list(mute.json()["fields"])) == (400, ["recording"])
    assert (sold["state"], sold["holding"]) == ("confirmed", Holding.objects.get().pk)
    assert sold["allowed_actions"] == ["cancel"]

    undone = program.post(f"{url}cancel/", {"reason": "Cooling-off"}).json()
    twice = program.post(f"{url}cancel/", {"reason": "Cooling-off"})
    assert (undone["state"], undone["allowed_actions"]) == ("cancelled", [])
    assert (twice.status_code, twice.json()["code"]) == (409, "conflict")
    assert not Holding.objects.get().is_open


def test_what_does_not_suit_is_kept_as_a_no_and_cannot_be_sold(rm, one, speaking_for):
    program, product = speaking_for(rm), ProductFactory(seller_risk=5)

    check = program.post(
        "/api/v1/suitability-checks/", {"client": one.pk, "product": product.pk}
    ).json()
    sale = program.post(
        "/api/v1/sale-records/", {"suitability_check": check["id"], "amount": "120000.00"}
    )

    assert check["reasons"] == ["too_risky"]
    assert check["sentences"] == ["The product is R5 High; the client's C3 Balanced allows less."]
    assert (sale.status_code, sale.json()["code"]) == (409, "unsuitable")
    assert not SaleRecord.objects.exists()


def test_answers_of_anybody_but_the_client_are_refused(rm, one, speaking_for):
    body = {
        "client": one.pk,
        "level": 5,
        "answered_on": "2026-11-23",
        "place": "paper",
        "paper": "RA-1",
    }
    program = speaking_for(rm)

    silent = program.post("/api/v1/risk-assessments/", body)
    helped = program.post("/api/v1/risk-assessments/", body | {"own_answers": False})
    own = program.post("/api/v1/risk-assessments/", body | {"own_answers": True})

    assert (silent.status_code, helped.status_code, own.status_code) == (400, 409, 201)
    assert own.json()["valid_until"] == "2027-11-23"


def test_lists_are_narrowed(rm, one, speaking_for):
    program, sale = speaking_for(rm), SaleFactory(client=one)
    SaleFactory()

    def found(address):
        return [row["id"] for row in program.get(f"/api/v1/{address}").json()["results"]]

    assert found("sale-records/") == [sale.pk]
    assert found(f"sale-records/?client={one.pk}&state=recommended") == [sale.pk]
    assert found("sale-records/?sold_between=2026-11-01,2026-11-30") == []
    assert found(f"suitability-checks/?product={sale.product_id}") == [sale.suitability_check_id]
    assert len(found(f"products/?search={sale.product.code}&on_sale=true")) == 1
    assert program.get("/api/v1/products/?colour=red").status_code == 400


@pytest.mark.parametrize(
    "resource", ["products", "risk-assessments", "suitability-checks", "sale-records"]
)
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_any_number(
    rm, one, resource, rows, speaking_for, django_assert_max_num_queries
):
    SaleFactory.create_batch(rows, client=one)
    program = speaking_for(rm)

    with django_assert_max_num_queries(4):
        assert program.get(f"/api/v1/{resource}/").status_code == 200


def test_a_benefit_is_used_until_nothing_is_left(rm, one, speaking_for):
    program, grant = speaking_for(rm), GrantFactory(client=one, quota=1)
    url, body = f"/api/v1/benefit-grants/{grant.pk}/use/", {"day": "2026-12-05"}

    first, second = program.post(url, body), program.post(url, body)

    assert (first.status_code, first.json()["left"]) == (200, 0)
    assert (second.status_code, second.json()["code"]) == (409, "used_up")


@pytest.mark.parametrize(("who", "status"), [("peer", 404), ("head", 403), ("teller", 404)])
def test_only_the_clients_rm_moves_a_sale(one, request, who, status, speaking_for):
    sale = SaleFactory(client=one)
    program = speaking_for(request.getfixturevalue(who))

    answer = program.post(f"/api/v1/sale-records/{sale.pk}/cancel/", {"reason": "No"})

    assert answer.status_code == status
