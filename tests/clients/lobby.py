"""A referral on its way."""

from datetime import datetime

import pytest

from clients.lobby.actions import refer
from clients.models import Referral
from crm.lib import clock
from managers.people.models import Post
from tests.factories import ClientFactory, OrgUnitFactory, PostingFactory

CUES = ["maturity"]


def shanghai(*when):
    return datetime(*when, tzinfo=clock.SHANGHAI)


@pytest.fixture
def waiting(outlet):
    """A platinum client in the outlet's pool."""
    return ClientFactory(outlet=outlet)


@pytest.fixture
def wealth_head(outlet, branch_unit):
    """The head of the wealth centre that serves the outlet."""
    centre = OrgUnitFactory(code="W1", kind="wealth_centre", parent=branch_unit)
    outlet.served_by = centre
    outlet.save()
    return PostingFactory(unit=centre, post=Post.WEALTH_HEAD).staff


def asked(referral):
    """(colleague, outcome) of everybody who was asked, in order."""
    return [(hop.asked, hop.outcome) for hop in referral.hops.select_related("asked")]


def now_of(referral):
    """The referral as it is stored."""
    return Referral.objects.get(pk=referral.pk)


def send(client, lobby, rm, now, **changes):
    given = {"target": rm, "cues": CUES, "on_site": True, "by": lobby, "at": now, **changes}
    return refer(client, **given)
