"""An RM at the desk, and calls to make."""

import re
from datetime import date, time

import pytest
from django.urls import reverse

from crm.lib import clock
from tests.factories import ClientFactory, FollowUpFactory

TODAY = reverse("today")
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 20)


@pytest.fixture
def desk(client, rm):
    client.force_login(rm)
    return client


def call(owner, name, *, tier="platinum", day=MONDAY, hours=None, **what):
    """A follow-up of a client of this name."""
    if hours:
        begin, end = (time.fromisoformat(hour) for hour in hours.split("-"))
        what |= {"from_time": begin, "to_time": end, "due_at": clock.at_time(day, end)}
    file = ClientFactory(owner=owner, name=name, tier=tier)
    return FollowUpFactory(client=file, due_on=day, **what)


def names(page):
    found = re.findall(r'class="name" href="[^"]+">([^<]+?)\s*<', page.content.decode())
    return [name.strip() for name in found]


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())
