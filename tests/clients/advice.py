"""A client whom one may advise, and the RM's browser."""

import pytest

from tests.factories import AssessmentFactory, ClientFactory


@pytest.fixture
def one(rm):
    """A client of Lin Yue, C3."""
    client = ClientFactory(owner=rm, name="周明远")
    AssessmentFactory(client=client)
    return client


@pytest.fixture
def browser(client, rm):
    """Lin Yue's browser."""
    client.force_login(rm)
    return client
