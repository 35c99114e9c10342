"""PostgreSQL itself keeps the periods of one person or client from overlapping."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import ClientFactory, OwnershipFactory, PostingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL has exclusion constraints.")


def test_two_postings_of_one_person_cannot_overlap(outlet):
    old = PostingFactory(since=date(2025, 1, 1), until=date(2026, 1, 1), unit=outlet)
    PostingFactory(staff=old.staff, since=date(2026, 1, 1), unit=outlet)

    with pytest.raises(IntegrityError, match="postings_never_overlap"), transaction.atomic():
        PostingFactory(staff=old.staff, since=date(2024, 1, 1), until=date(2025, 1, 2), unit=outlet)


def test_two_ownerships_of_one_client_cannot_overlap(rm, peer, now):
    day = timedelta(days=1)
    client = ClientFactory(owner=rm)
    client.ownerships.all().delete()
    OwnershipFactory(client=client, owner=rm, since=now - 9 * day, until=now - 5 * day)
    OwnershipFactory(client=client, owner=peer, since=now - 5 * day, until=None)

    with pytest.raises(IntegrityError, match="ownerships_never_overlap"), transaction.atomic():
        OwnershipFactory(client=client, owner=peer, since=now - 6 * day, until=now - 5 * day)
