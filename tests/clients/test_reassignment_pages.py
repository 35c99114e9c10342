"""The pages of plans: what they cost, and where they are found."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm import bank, workdays
from crm.models import BankSetting
from tests.clients.plans import TODAY, leaving, planned
from tests.factories import ClientFactory, PostingFactory
from tests.factories.plans import PlanFactory

pytestmark = pytest.mark.django_db


def keep_settings():
    """Read what the process keeps for seconds just now, so that a slow machine counts the same."""
    for kept in (bank, workdays):
        kept.forget()
    bank.read("book.limits", on=TODAY)
    workdays.work_calendar()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_plans_costs_the_same_for_any_number(
    client, head, outlet, now, rows, django_assert_num_queries
):
    for _row in range(rows):
        PlanFactory(from_staff=PostingFactory(unit=outlet).staff, created_at=now)
    client.force_login(head)
    client.get(reverse("plan-list"))
    keep_settings()

    with django_assert_num_queries(7):
        html = client.get(reverse("plan-list")).content.decode()

    assert html.count('class="who"') == rows


def test_a_plans_page_costs_the_same_for_any_number_of_clients(client, peer, head, outlet):
    pages = {}
    for rows in (1, 3):
        goes = PostingFactory(unit=outlet).staff
        leaving(goes, rows)
        pages[rows] = reverse("plan", args=[planned(goes, by=head).pk])
    client.force_login(head)
    for page in pages.values():
        client.get(page)

    costs = {}
    for rows, page in pages.items():
        keep_settings()
        with CaptureQueriesContext(connection) as captured:
            html = client.get(page).content.decode()
        costs[rows] = len(captured)
        assert html.count('name="moves"') == rows

    assert costs[1] == costs[3] < 30


def test_plans_are_found_under_their_name_and_from_the_branch(client, head, outlet):
    ClientFactory(outlet=outlet)
    client.force_login(head)

    assert client.get("/plans/").status_code == 200
    assert 'href="/plans/"' in client.get(reverse("branch")).content.decode()


@pytest.mark.parametrize(
    ("days", "says"), [(1, "within 1 working day;"), (4, "within 4 working days;")]
)
def test_a_plans_page_says_within_how_many_days_the_bank_wants_clients_told(
    client, rm, peer, head, days, says
):
    BankSetting.objects.create(key="reassignment.tell_days", valid_from=TODAY, value=days)
    bank.forget()
    leaving(rm, 1)
    client.force_login(head)

    html = client.get(reverse("plan", args=[planned(rm, by=head).pk])).content.decode()

    assert says in html
