"""The pages of plans: what they cost, and where they are found."""

import pytest
from django.urls import reverse

from tests.clients.plans import leaving, planned
from tests.factories import ClientFactory, PostingFactory
from tests.factories.plans import PlanFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_plans_costs_the_same_for_any_number(
    client, head, outlet, now, rows, django_assert_num_queries
):
    for _row in range(rows):
        PlanFactory(from_staff=PostingFactory(unit=outlet).staff, created_at=now)
    client.force_login(head)
    client.get(reverse("plan-list"))

    with django_assert_num_queries(6):
        html = client.get(reverse("plan-list")).content.decode()

    assert html.count('class="who"') == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_plan_costs_the_same_for_any_number_of_clients(
    client, rm, peer, head, rows, django_assert_num_queries
):
    leaving(rm, rows)
    page = reverse("plan", args=[planned(rm, by=head).pk])
    client.force_login(head)
    client.get(page)

    with django_assert_num_queries(26):
        html = client.get(page).content.decode()

    assert html.count('name="moves"') == rows


def test_plans_are_found_under_their_name_and_from_the_branch(client, head, outlet):
    ClientFactory(outlet=outlet)
    client.force_login(head)

    assert client.get("/plans/").status_code == 200
    assert 'href="/plans/"' in client.get(reverse("branch")).content.decode()
