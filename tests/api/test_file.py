"""Important dates and households over the API."""

import pytest

from clients.models import Household, Member
from tests.factories import ClientFactory, ImportantDateFactory

pytestmark = pytest.mark.django_db


def test_important_dates_tell_when_they_come_next(rm, peer, speaking_for):
    mine, foreign = ClientFactory(owner=rm), ClientFactory(owner=peer)
    solar = ImportantDateFactory(client=mine, month=11, day=30)
    lunar = ImportantDateFactory(client=mine, calendar="lunar", month=8, day=15)
    ImportantDateFactory(client=foreign)

    found = speaking_for(rm).get("/api/v1/important-dates/").json()["results"]

    assert [(row["id"], row["next_on"]) for row in found] == [
        (solar.pk, "2026-11-30"),
        (lunar.pk, "2027-09-15"),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_dates_costs_the_same_for_any_number(
    rows, rm, speaking_for, django_assert_max_num_queries
):
    ImportantDateFactory.create_batch(rows, client=ClientFactory(owner=rm))
    program = speaking_for(rm)
    program.get("/api/v1/important-dates/")

    with django_assert_max_num_queries(6):
        assert len(program.get("/api/v1/important-dates/").json()["results"]) == rows


def test_a_household_tells_who_decides(rm, speaking_for):
    client = ClientFactory(owner=rm)
    home = Household.objects.create()
    Member.objects.create(household=home, client=client, relation="holder", decides=True)

    found = speaking_for(rm).get(f"/api/v1/households/?client={client.pk}").json()["results"]

    assert found == [
        {
            "id": home.pk,
            "members": [{"client": client.pk, "relation": "holder", "decides": True}],
        }
    ]
