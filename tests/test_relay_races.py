"""The relay under two hands at once: one wins, the other is told, nothing is half done."""

from datetime import timedelta

import pytest
from django.db import connection

from clients.lobby.actions import accept, move_on, place, refer
from clients.models import Hop, Ownership, Referral
from crm.lib.errors import RuleBroken
from managers.models import PointEntry
from tests.factories import ClientFactory, PostingFactory
from tests.test_races import fresh, outcome_of
from tests.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer: no races to see"
    ),
]

ROUNDS = 12


def referred(outlet, lobby, rm, now):
    given = {"cues": ["maturity"], "on_site": True, "by": lobby, "at": now}
    return refer(ClientFactory(outlet=outlet), target=rm, **given)


def test_accepting_while_the_clock_asks_the_next_one_leaves_one_who_is_asked(
    outlet, lobby, rm, peer, now
):
    late = now + timedelta(minutes=31)
    for _round in range(ROUNDS):
        referral = referred(outlet, lobby, rm, now)

        results = at_once(
            lambda one=referral: accept(one, by=fresh(rm), at=late),
            lambda: move_on(at=late),
            lambda: move_on(at=late),
        )

        referral.refresh_from_db()
        hops = [hop.outcome for hop in referral.hops.all()]
        if referral.state == "accepted":
            assert hops == ["accepted"]
            assert referral.client.ownerships.get(until=None).owner == rm
        else:
            assert hops == ["silent", "waiting"]
            assert any("is asked now" in str(result) for result in results)
        Referral.objects.filter(state="new").update(state="expired")


def test_of_two_heads_who_place_one_client_one_is_told(outlet, lobby, rm, peer, head, now):
    second = PostingFactory(unit=outlet, post="branch_head").staff
    for _round in range(ROUNDS):
        referral = referred(outlet, lobby, rm, now)

        results = at_once(
            lambda one=referral: place(one, to=fresh(rm), by=fresh(head), at=now),
            lambda one=referral: place(one, to=fresh(peer), by=fresh(second), at=now),
        )

        assert outcome_of(results) == (1, 1)
        [told] = [result for result in results if isinstance(result, RuleBroken)]
        assert "was answered" in str(told)
        referral.refresh_from_db()
        current = Ownership.objects.get(client=referral.client, until=None)
        assert current.owner == referral.target
        assert not Hop.objects.filter(referral=referral, outcome="waiting").exists()
        assert PointEntry.objects.filter(source=f"referral:{referral.pk}").count() == 1
