"""A referral and a handover under way, and how people see and send their pages."""

import pytest
from django.urls import reverse

from clients.handover import actions as handovers
from clients.handover.models import Item
from clients.lobby.actions import refer
from tests.factories import ClientFactory

FILE = {item.value: f"About {item.value}" for item in Item}


@pytest.fixture
def waiting(outlet):
    """徐明, platinum, in the outlet's pool."""
    return ClientFactory(outlet=outlet, name="徐明")


@pytest.fixture
def referral(waiting, lobby, rm, now):
    return refer(waiting, target=rm, cues=["maturity"], on_site=True, by=lobby, at=now)


@pytest.fixture
def prospect(marketing):
    return ClientFactory(owner=marketing, state="prospect", name="蒋文")


@pytest.fixture
def draft(prospect, rm, marketing, now):
    return handovers.draft(prospect, to=rm, by=marketing, at=now)


@pytest.fixture
def submitted(draft, marketing, now):
    filled = handovers.save_file(draft, file=FILE, by=marketing, at=now)
    return handovers.submit(filled, by=marketing, at=now)


def text_of(browser, person, name, *args, **query):
    browser.force_login(person)
    answer = browser.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(browser, person, name, *args, **typed):
    browser.force_login(person)
    return browser.post(reverse(name, args=args), typed)
