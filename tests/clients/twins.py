"""One person with two files."""

from datetime import date
from decimal import Decimal

import pytest

from clients.book.details import sealed_columns
from clients.book.duplicates import note
from tests.factories import ClientFactory

BORN = date(1980, 5, 4)
PHONE = "16134567890"
IDENTITY = "110101198005040014"


def made(**columns):
    return ClientFactory(**{"name": "张伟", "birth_date": BORN, **columns})


@pytest.fixture
def kept(rm):
    """Zhang Wei, with a phone and a deposit."""
    return made(owner=rm, aum=Decimal("100.00"), **sealed_columns(phone=PHONE))


@pytest.fixture
def twin(peer):
    """The same person in a colleague's book, with another phone, an e-mail and some history."""
    details = sealed_columns(phone="16100000001", email="zhang@mail.example")
    return made(owner=peer, aum=Decimal("20.50"), profile={"city": "杭州"}, **details)


@pytest.fixture
def pair(kept, twin, now):
    """The two files, and the question about them."""
    [found] = note([twin], by=None, at=now)
    return found
