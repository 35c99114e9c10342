"""A referral on its way."""

from datetime import datetime

import pytest

from clients.lobby.actions import refer
from crm.lib import clock
from tests.factories import ClientFactory

CUES = ["maturity"]


def shanghai(*when):
    return datetime(*when, tzinfo=clock.SHANGHAI)


@pytest.fixture
def waiting(outlet):
    """A platinum client in the outlet's pool."""
    return ClientFactory(outlet=outlet)


def send(client, lobby, rm, now, **changes):
    given = {"target": rm, "cues": CUES, "on_site": True, "by": lobby, "at": now, **changes}
    return refer(client, **given)
