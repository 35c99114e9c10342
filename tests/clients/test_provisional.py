"""A day of a year whose holidays nobody has announced says so wherever it stands (rules F5)."""

from datetime import date

import pytest
from django.urls import reverse

from crm import workdays
from crm.models import CalendarDay
from tests.factories import ClientFactory, FollowUpFactory

pytestmark = pytest.mark.django_db

MARCH = date(2027, 3, 1)
TOLD = "the holidays of 2027 are not announced yet"


@pytest.fixture
def item(rm):
    return FollowUpFactory(client=ClientFactory(owner=rm), due_on=MARCH)


def pages(client, item):
    """Each page on which the day stands, and what it holds."""
    addresses = {
        "list": reverse("follow-up-list"),
        "follow-up": reverse("follow-up", args=[item.pk]),
        "file": reverse("client", args=[item.client_id]),
        "calendar": f"{reverse('calendar')}?day={MARCH}",
    }
    return {name: client.get(address).content.decode() for name, address in addresses.items()}


def test_every_page_marks_it(client, rm, item):
    client.force_login(rm)

    assert [name for name, page in pages(client, item).items() if TOLD not in page] == []


def test_a_year_that_is_announced_is_not_marked(client, rm, item):
    item.due_on = date(2026, 12, 1)
    item.save()
    client.force_login(rm)
    found = pages(client, item)

    assert [name for name, page in found.items() if TOLD in page] == ["calendar"]


def test_an_announced_day_is_not_marked(client, rm, item):
    CalendarDay.objects.create(date=MARCH, is_workday=True, name="")
    workdays.forget()
    client.force_login(rm)
    found = pages(client, item)

    assert [name for name, page in found.items() if TOLD in page] == ["calendar"]
