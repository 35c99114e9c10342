"""A client who told something."""

from datetime import date

import pytest

from tests.factories import ClientFactory

TODAY = date(2026, 11, 23)


@pytest.fixture
def file(rm):
    return ClientFactory(owner=rm, name="周明远", number="88101936", birth_date=date(1980, 1, 14))
