"""What blocks an assignment, and what a head sets aside with a reason (rules E12)."""

from datetime import date

import pytest

from clients.book.rules import Obstacle
from clients.desk.actions import assign_from_pool, assign_pool_many
from clients.reassignment.actions import choose, execute, rebalance, submit
from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.models import BankSetting
from managers.models import AuditEvent, Licence
from managers.people.models import Posting
from tests.clients.plans import TODAY, carried_out, leaving, owners, planned, whys
from tests.factories import (
    AbsenceFactory,
    ClientFactory,
    HoldingFactory,
    LicenceFactory,
    PostingFactory,
)

pytestmark = pytest.mark.django_db

REASON = "Her brother is his client already."


@pytest.fixture
def full(rm):
    """Lin Yue, whose book is full: sixty private clients."""
    ClientFactory.create_batch(60, owner=rm, tier="private")
    return rm


def rule(obstacle, how, *, since=TODAY):
    """The bank changes what an obstacle does, from a day on."""
    value = {**bank.DEFAULTS["assign.obstacles"], obstacle: how}
    BankSetting.objects.create(key="assign.obstacles", valid_from=since, value=value)
    bank.forget()


def test_a_full_book_needs_a_reason_which_history_timeline_and_audit_keep(full, head, outlet, now):
    client = ClientFactory(outlet=outlet, tier="platinum")

    with pytest.raises(RuleBroken, match=r"full\. Assign with a reason of at least 10") as refused:
        assign_from_pool(client, to=full, was=None, by=head, at=now, reason="  because  ")
    assert (refused.value.code, set(refused.value.fields)) == ("needs_reason", {"reason"})
    client.refresh_from_db()
    assert client.owner is None

    assign_from_pool(client, to=full, was=None, by=head, at=now, reason=REASON)

    span = client.ownerships.get(until=None)
    assert (span.owner, span.reason, span.set_aside) == (full, REASON, Obstacle.ROOM)
    event = AuditEvent.objects.get(verb="client.given")
    assert (event.actor, event.facts["set_aside"]) == (head, ["room"])
    assert REASON not in str(event.facts)
    assert set(event.sealed) == {"reason"}


def test_the_timeline_says_which_rule_was_set_aside_and_why(client, full, head, outlet, now):
    taken = ClientFactory(outlet=outlet, tier="platinum")
    assign_from_pool(taken, to=full, was=None, by=head, at=now, reason=REASON)
    client.force_login(head)

    page = client.get(f"/clients/{taken.pk}/").content.decode()

    assert f"The book of Lin Yue is full. Assigned all the same: {REASON}" in page


@pytest.mark.parametrize("reason", ["", REASON])
def test_a_private_client_goes_to_a_senior_rm_or_above_whatever_the_reason(
    reason, rm, head, outlet, now
):
    Posting.objects.filter(staff=rm).update(grade="intermediate", step=1)
    client = ClientFactory(outlet=outlet, tier="private")

    with pytest.raises(RuleBroken, match="has not the grade"):
        assign_from_pool(client, to=rm, was=None, by=head, at=now, reason=reason)

    Posting.objects.filter(staff=rm).update(grade="senior", step=1)
    rm = type(rm).objects.get(pk=rm.pk)
    assert assign_from_pool(client, to=rm, was=None, by=head, at=now).owner == rm


def test_which_rule_blocks_is_a_setting_with_a_day(full, rm, head, outlet, now):
    client = ClientFactory(outlet=outlet, tier="platinum")
    rule("room", "block")

    with pytest.raises(RuleBroken, match="is full") as refused:
        assign_from_pool(client, to=full, was=None, by=head, at=now, reason=REASON)

    assert refused.value.code == "rule_broken"
    rule("room", "reason", since=date(2026, 11, 24))
    with pytest.raises(RuleBroken):
        assign_from_pool(client, to=full, was=None, by=head, at=now, reason=REASON)
    tomorrow = now.replace(day=24)
    with clock.at(tomorrow):
        assign_from_pool(client, to=full, was=None, by=head, at=tomorrow, reason=REASON)


def test_funds_ask_for_a_licence_that_is_valid_today(rm, head, outlet, now):
    first, second = ClientFactory.create_batch(2, outlet=outlet)
    for client in (first, second):
        HoldingFactory(client=client, category="fund")
    licence = Licence.objects.create(
        staff=rm, kind="fund", number="F1", valid_until=date(2026, 11, 22)
    )

    with pytest.raises(RuleBroken, match="no licence for what this client holds"):
        assign_from_pool(first, to=rm, was=None, by=head, at=now)
    assign_from_pool(first, to=rm, was=None, by=head, at=now, reason=REASON)
    Licence.objects.filter(pk=licence.pk).update(valid_until=TODAY)
    assign_from_pool(second, to=rm, was=None, by=head, at=now)

    asides = [one.ownerships.get(until=None).set_aside for one in (first, second)]
    assert asides == ["licence", ""]


def test_nobody_is_given_to_an_rm_away_without_a_deputy_even_with_a_reason(rm, head, outlet, now):
    AbsenceFactory(staff=rm, deputy=None)

    with pytest.raises(RuleBroken, match="is away and nobody covers"):
        assign_from_pool(
            ClientFactory(outlet=outlet), to=rm, was=None, by=head, at=now, reason=REASON
        )


def test_a_reason_stands_for_all_of_many_and_the_others_say_what_they_lack(full, head, outlet, now):
    clients = ClientFactory.create_batch(2, outlet=outlet, tier="platinum")
    pairs = [(client.pk, full) for client in clients]

    without = dict(assign_pool_many(pairs, by=head, at=now))
    given = dict(assign_pool_many(pairs, by=head, at=now, reason=REASON))

    assert all("Assign with a reason" in why for why in without.values())
    assert set(given.values()) == {""}


def test_programs_send_the_reason_along(client, full, head, outlet):
    one, other = ClientFactory.create_batch(2, outlet=outlet, tier="platinum")
    client.force_login(head)
    json = "application/json"

    bare = client.post(f"/api/v1/clients/{one.pk}/assign/", {"to": full.pk}, json)
    sent = client.post(f"/api/v1/clients/{one.pk}/assign/", {"to": full.pk, "reason": REASON}, json)
    many = client.post(
        "/api/v1/clients/bulk-assign/",
        {"items": [{"client": other.pk, "to": full.pk}], "reason": REASON},
        json,
    )

    assert (bare.status_code, bare.json()["code"]) == (409, "needs_reason")
    assert "reason" in bare.json()["fields"]
    assert (sent.status_code, sent.json()["owner"]) == (200, full.pk)
    assert many.json()["results"] == [{"client": other.pk, "ok": True, "detail": ""}]


def test_a_move_of_a_plan_against_a_rule_carries_its_reason_to_the_history(full, peer, head, now):
    [client] = leaving(peer, number=1, tier="platinum")
    plan = planned(peer, by=head)
    moves = list(plan.moves.all())

    with pytest.raises(RuleBroken, match="is full") as refused:
        choose(plan, moves, to=full, by=head, at=now)
    assert refused.value.code == "needs_reason"
    choose(plan, moves, to=full, by=head, at=now, reason=REASON)
    plan = submit(plan, by=head, at=now)
    carried_out(execute(plan, by=head, at=now))

    span = client.ownerships.get(until=None)
    assert (span.owner, span.reason, span.set_aside) == (full, REASON, "room")


def test_a_reason_given_for_one_receiver_sets_nothing_aside_for_another(
    full, peer, head, outlet, now
):
    other = PostingFactory(unit=outlet).staff
    [client] = leaving(peer, number=1)
    plan = planned(peer, by=head)
    move = plan.moves.get()
    choose(plan, [move], to=full, by=head, at=now, reason=REASON)
    choose(plan, [move], to=None, by=head, at=now)
    plan = submit(rebalance(plan, by=head, at=now), by=head, at=now)
    assert plan.moves.get().to == other
    ClientFactory.create_batch(60, owner=other, tier="private")

    plan = carried_out(execute(plan, by=head, at=now))

    assert (owners([client]), whys(plan)) == ([peer], ["the RM's book is full"])


def test_a_plan_proposes_nobody_without_the_licence_and_a_reason_sets_it_aside(rm, peer, head, now):
    [client] = leaving(rm, number=1)
    HoldingFactory(client=client, category="fund")
    plan = planned(rm, by=head)
    move = plan.moves.get()
    assert (move.to, move.reason_label) == (
        None,
        "nobody here has the licence for what the client holds",
    )

    with pytest.raises(RuleBroken, match="no licence for what this client holds"):
        choose(plan, [move], to=peer, by=head, at=now)
    choose(plan, [move], to=peer, by=head, at=now, reason=REASON)
    carried_out(execute(submit(plan, by=head, at=now), by=head, at=now))

    span = client.ownerships.get(until=None)
    assert (span.owner, span.reason, span.set_aside) == (peer, REASON, "licence")


def test_a_plan_moves_no_funds_to_an_rm_whose_licence_ended_meanwhile(rm, peer, head, now):
    funds, _plain = clients = leaving(rm, number=2)
    HoldingFactory(client=funds, category="fund")
    LicenceFactory(staff=peer, kind="fund")
    plan = submit(planned(rm, by=head), by=head, at=now)
    Licence.objects.filter(staff=peer).update(valid_until=date(2026, 11, 22))

    plan = carried_out(execute(plan, by=head, at=now))

    assert owners(clients) == [rm, peer]
    assert whys(plan) == ["the RM has no licence for what the client holds", ""]
