"""A request of a client, and how its page reads, for the tests of requests."""

import re
from datetime import date

import pytest

from clients.requests import actions
from tests.factories import ClientFactory

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
TOLD = {"answer": "2.1 percent for three years", "told": "call", "result": "done"}


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


@pytest.fixture
def book(rm, outlet):
    return ClientFactory(owner=rm, outlet=outlet, name="陈安然", birth_date=date(1980, 5, 4))


@pytest.fixture
def taken(book, rm, now):
    asked = {"asked": "The rate for three years", "promised": "A rate sheet", "due_on": TUESDAY}
    return actions.take(book, **asked, by=rm, at=now)
