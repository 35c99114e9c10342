"""A plan is taken back within a day; whoever was touched since stays."""

from datetime import date, timedelta

import pytest

from clients.book.actions import assign
from clients.followups.actions import complete, log_contact, schedule
from clients.models import FollowUp
from clients.reassignment.actions import execute, undo
from crm.lib import clock
from crm.lib.errors import RuleBroken
from tests.clients.plans import approved, carried_out, leaving, moved, owners, whys
from tests.factories import FollowUpFactory, PostingFactory

NEW_OWNER = "new_owner"


def test_within_a_day_a_plan_is_undone(rm, peer, head, now):
    [client, *_others] = clients = leaving(rm)
    promised = FollowUpFactory(client=client, due_on=date(2026, 11, 30))
    plan = moved(rm, head)

    plan = carried_out(undo(plan, by=head, at=now + timedelta(hours=23)))

    assert plan.state == "undone"
    assert owners(clients) == [rm] * 3
    promised.refresh_from_db()
    assert promised.owner == rm
    assert not FollowUp.objects.open().filter(trigger=NEW_OWNER).exists()


def test_after_a_day_it_is_not(rm, peer, head, now):
    leaving(rm)
    plan = moved(rm, head)

    with pytest.raises(RuleBroken, match="A plan is undone within a day; this was until 2026-11-2"):
        undo(plan, by=head, at=now + timedelta(hours=25))


def test_whom_somebody_touched_since_stays_and_the_plan_says_why(rm, peer, head, outlet, now):
    other = PostingFactory(unit=outlet).staff
    called, booked, edited, given, untouched = clients = leaving(rm, 5)
    later = now + timedelta(hours=2)
    plan = approved(rm, by=head)
    plan = carried_out(execute(plan, by=head, at=now))
    receiver = dict(plan.moves.values_list("client", "to"))
    for client in clients:
        client.refresh_from_db()
    spoken = {"channel": "call", "outcome": "reached", "notes": "Introduced myself."}
    log_contact(called, by=called.owner, at=later, next_step="Meet", **spoken)
    schedule(booked, channel="call", due_on=later.date(), by=booked.owner, at=later)
    edited.version += 1
    edited.save()
    taker = other if given.owner == peer else peer
    assign(given, to=taker, was=given.owner_id, by=head, at=later)

    with clock.at(later):
        plan = carried_out(undo(plan, by=head, at=later))

    assert whys(plan) == [
        "the new RM has been in touch since",
        "follow-ups were done or booked since",
        "the file was changed since",
        "the client has another RM since",
        "",
    ]
    kept = [client.owner_id for client in clients[:3]]
    assert [owner.pk for owner in owners(clients)] == [*kept, taker.pk, rm.pk]
    assert receiver[untouched.pk] != rm.pk


def test_a_first_call_done_since_keeps_the_client_too(rm, peer, head, now):
    [client] = leaving(rm, 1)
    plan = moved(rm, head)
    later = now + timedelta(hours=1)
    told = FollowUp.objects.get(trigger=NEW_OWNER)
    complete(told, outcome="reached", notes="Told of the change.", next_step="-", by=peer, at=later)

    with clock.at(later):
        plan = carried_out(undo(plan, by=head, at=later))

    assert (owners([client]), whys(plan)) == ([peer], ["the new RM has been in touch since"])


def test_nobody_is_given_back_to_who_has_left(rm, peer, head, now):
    clients = leaving(rm)
    plan = moved(rm, head)
    rm.is_active = False
    rm.save()

    plan = carried_out(undo(plan, by=head, at=now))

    assert owners(clients) == [peer] * 3
    assert set(whys(plan)) == {"the RM does not work here any more"}
