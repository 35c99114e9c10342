"""What an RM has at hand for the next place: exact, and for nobody else."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from clients.desk import hand
from tests.factories import (
    ClientFactory,
    ClientRequestFactory,
    CompetitionFactory,
    FollowUpFactory,
    HandoverFactory,
    HoldingFactory,
    ReferralFactory,
    SaleFactory,
)
from tests.managers.contest import TODAY, give

pytestmark = pytest.mark.django_db


def told(found):
    """The sentence, and each thing with what it says and its amount."""
    if found is None:
        return None
    return found.text, [(one.label, one.text, str(one.amount)) for one in found.nearest]


def test_clients_close_to_vip_lack_exactly_so_much(rm, peer, now):
    for owner, name, tier, aum in (
        (rm, "近一", "gold", "487655.43"),
        (rm, "近二", "gold", "400000.00"),
        (rm, "远", "gold", "399999.99"),
        (rm, "已是", "platinum", "499000.00"),
        (peer, "别人", "gold", "499999.99"),
    ):
        ClientFactory(owner=owner, name=name, tier=tier, aum=aum)
    ClientFactory(owner=rm, tier="gold", aum="499000.00", do_not_contact=True)

    text, things = told(hand.near_vip(rm, at=now))

    assert text == "2 clients are close"
    assert [thing[1:] for thing in things] == [
        ("short of Platinum", "12344.57"),
        ("short of Platinum", "100000.00"),
    ]
    assert hand.near_vip(peer, at=now).text == "1 client is close"


def test_the_next_tier_is_the_one_above_the_own(rm, now):
    ClientFactory(owner=rm, tier="platinum", aum="1999999.99")
    ClientFactory(owner=rm, tier="private", aum="9000000.00")
    ClientFactory(owner=rm, tier="diamond", aum="4799999.99")

    text, things = told(hand.near_next_tier(rm, at=now))

    assert (text, [thing[1:] for thing in things]) == (
        "1 client is close",
        [("short of Diamond", "0.01")],
    )


def test_money_that_falls_due_within_seven_days_is_added_up(rm, peer, now):
    mine = ClientFactory(owner=rm)
    due = {"client": mine, "currency": "CNY", "category": "deposit"}
    HoldingFactory(**due, amount="7000000.10", matures_on=TODAY)
    HoldingFactory(**due, amount="20000.00", matures_on=TODAY + timedelta(days=6))
    HoldingFactory(**due, amount="1.00", matures_on=TODAY + timedelta(days=7))
    HoldingFactory(**due | {"currency": "USD"}, amount="5.00", matures_on=TODAY)
    HoldingFactory(**due | {"client": ClientFactory(owner=peer)}, amount="9.00", matures_on=TODAY)

    text, things = told(hand.maturing(rm, at=now))

    assert text == "¥7.02M matures this week"
    assert [thing[1:] for thing in things] == [("11-23", "7000000.10"), ("11-29", "20000.00")]


def test_open_offers_tell_their_fee_and_their_amount(rm, now):
    mine = ClientFactory(owner=rm)
    SaleFactory(client=mine, amount="120000.00", fee="6000.00")
    SaleFactory(client=mine, amount="80000.00", fee="9000.00")
    SaleFactory(client=mine, amount="5.00", fee="5.00", state="cancelled", cancel_reason="x")

    by_fee, by_amount = hand.offers_by_fee(rm, at=now), hand.offers_by_amount(rm, at=now)

    assert by_fee.text == "2 offers are open: ¥15K"
    assert [one.amount for one in by_fee.nearest] == [Decimal("9000.00"), Decimal("6000.00")]
    assert [one.amount for one in by_amount.nearest] == [Decimal("120000.00"), Decimal("80000.00")]


def test_a_client_counts_once_however_much_is_due(rm, peer, now):
    one, other = ClientFactory(owner=rm), ClientFactory(owner=rm)
    FollowUpFactory(client=one, due_on=TODAY)
    ClientRequestFactory(client=one, owner=rm)
    ClientRequestFactory(client=other, owner=rm)
    FollowUpFactory(client=ClientFactory(owner=rm), due_on=date(2026, 11, 30))
    FollowUpFactory(client=ClientFactory(owner=peer), due_on=TODAY)

    assert hand.due_contacts(rm, at=now).text == "2 clients are due this week"


def test_handovers_and_referrals_on_their_way(rm, marketing, lobby, now):
    HandoverFactory(from_staff=marketing, to_staff=rm, state="submitted")
    ReferralFactory(referrer=lobby, target=rm)

    assert hand.open_handovers(marketing, at=now).text == "1 handover is on its way"
    assert hand.waiting_referrals(lobby, at=now).text == "1 referral waits for its answer"


def test_who_has_nothing_at_hand_is_told_nothing(rm, now):
    for read in (hand.near_vip, hand.near_next_tier, hand.maturing, hand.offers_by_fee):
        assert read(rm, at=now) is None
    for read in (hand.due_contacts, hand.open_handovers, hand.waiting_referrals):
        assert read(rm, at=now) is None


def test_it_stands_beside_the_way_and_nobody_else_sees_it(client, rm, peer, head, admin):
    CompetitionFactory()
    give(peer, new_vip="3")
    near = ClientFactory(owner=rm, tier="gold", aum="487655.43")

    def page(person, **query):
        client.force_login(person)
        return client.get(reverse("competition"), query).content.decode()

    own = page(rm)
    assert ("1 client is close" in own, "¥12,344.57" in own) == (True, True)
    assert reverse("client", args=[near.pk]) in own
    for other in (peer, head, admin):
        html = page(other, why=rm.pk)
        assert ("12,344.57" in html, "is close" in html) == (False, False)
