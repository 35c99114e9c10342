"""The board of a head, and clients who wait."""

from datetime import UTC, datetime

import pytest

from tests.factories import ClientFactory

FRIDAY = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.fixture
def board(client, head):
    """The branch page of the head of the outlet."""
    client.force_login(head)
    return client


def waiting(outlet, **fields):
    """A client who has waited since Friday."""
    return ClientFactory(outlet=outlet, **{"responsible_since": FRIDAY, **fields})
