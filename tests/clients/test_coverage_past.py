"""A month that is over keeps its coverage: owner, outlet, tier and state of its last day (F13)."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clients.assets.actions.lifecycle import change_state
from clients.assets.models import TierChange
from clients.assets.rules.states import Verdict
from clients.book.actions import give
from clients.coverage.queries import coverage, trend
from clients.models import Client, Ownership
from crm.lib import clock
from tests.factories import ClientFactory, ContactFactory, OrgUnitFactory, PostingFactory

OCTOBER = date(2026, 10, 31)
NOW = datetime(2026, 11, 23, 9, 10, tzinfo=clock.SHANGHAI)
GAPS = {"private": 14, "diamond": 30, "platinum": 45, "gold": 90}
OTHERS = {"prospect": 30, "dormant": None}


def tier_changes(client, tier, *, on=date(2026, 11, 1), at=NOW):
    """The night's count moves the client to another tier."""
    client.refresh_from_db()
    if client.tier != tier:
        how = {"cause": "reached", "month": date(2026, 10, 1), "average": Decimal(1)}
        TierChange.objects.create(
            client=client, was=client.tier, now=tier, effective_on=on, at=at, **how
        )
        Client.objects.filter(pk=client.pk).update(tier=tier)


def goes_to(client, owner, *, outlet=None, at=NOW):
    client.refresh_from_db()
    how = {"cause": Ownership.Cause.REASSIGNED, "by": owner, "at": at}
    give(client, to=owner, outlet=outlet, **how)


def state_changes(client, state, *, at=NOW):
    client.refresh_from_db()
    change_state(client, Verdict(state, {}), at=at)


def moves(person, unit, *, since=date(2026, 11, 10)):
    """A person works in another unit from a day on."""
    person.postings.filter(until=None).update(until=since)
    PostingFactory(staff=person, unit=unit, post="wealth_rm", since=since)


def told(found):
    """Coverage in plain figures, by whatever it is broken down."""
    return {
        name: {
            getattr(row.key, "pk", row.key): (row.covered, row.clients)
            for row in getattr(found, name)
        }
        for name in ("by_owner", "by_outlet", "by_tier")
    }


@pytest.mark.django_db
def test_october_stays_while_tier_owner_outlet_and_state_change(
    rm, peer, stranger, head, outlet, other_outlet, other_head
):
    since = datetime(2026, 9, 1, tzinfo=clock.SHANGHAI)
    names = ("rising", "leaving", "sleeping", "new", "staying")
    tiers = dict(zip(names, ("gold", "platinum", "gold", "gold", "private"), strict=True))
    clients = {
        name: ClientFactory(owner=rm, outlet=outlet, tier=tier, responsible_since=since)
        for name, tier in tiers.items()
    }
    Client.objects.filter(pk=clients["new"].pk).update(state="prospect")
    for name, days in (("rising", 60), ("leaving", 40), ("new", 31), ("staying", 14)):
        said = clock.start_of_day(OCTOBER - timedelta(days=days)) + timedelta(hours=10)
        ContactFactory(client=clients[name], happened_at=said)
    expected = {
        "by_owner": {rm.pk: (3, 5)},  # not the prospect, whose gap is 30, nor who was never called
        "by_outlet": {outlet.pk: (3, 5)},
        "by_tier": {"gold": (1, 3), "platinum": (1, 1), "private": (1, 1)},
    }
    assert told(coverage(head, on=OCTOBER)) == expected

    tier_changes(clients["rising"], "diamond")
    goes_to(clients["leaving"], stranger, outlet=other_outlet)
    state_changes(clients["sleeping"], "dormant")
    goes_to(clients["new"], peer)

    assert told(coverage(head, on=OCTOBER)) == expected
    assert told(coverage(rm, on=OCTOBER)) == expected
    assert coverage(other_head, on=OCTOBER).whole.clients == 0
    months = {day: (share.covered, share.clients) for day, share in trend(head, on=NOW.date())}
    assert months[OCTOBER] == (3, 5)
    today = told(coverage(head, on=NOW.date()))
    assert today["by_owner"] == {rm.pk: (0, 2), peer.pk: (1, 1)}
    assert told(coverage(other_head, on=NOW.date()))["by_outlet"] == {other_outlet.pk: (0, 1)}


@pytest.mark.django_db
def test_of_old_stretches_the_outlet_is_where_the_owner_worked(
    rm, stranger, head, outlet, other_outlet
):
    client = ClientFactory(owner=rm, outlet=outlet)
    goes_to(client, stranger, outlet=other_outlet)
    Ownership.objects.update(outlet=None, state="")
    moves(rm, other_outlet)

    assert list(told(coverage(head, on=OCTOBER))["by_outlet"]) == [outlet.pk]


LATER = st.one_of(
    st.tuples(st.just("tier"), st.sampled_from([*GAPS, "regular"])),
    st.tuples(st.just("owner"), st.integers(0, 2)),
    st.tuples(st.just("state"), st.sampled_from(["owned", "dormant", "lost", "won_back"])),
    st.tuples(st.just("posting"), st.integers(0, 2)),
)


def november(lives, people, units):
    """What becomes of clients and RMs after the month."""
    at = datetime(2026, 11, 2, 9, tzinfo=clock.SHANGHAI)
    for client, what, wanted in ((one, *act) for one, later in lives for act in later):
        at += timedelta(minutes=1)
        if what == "tier":
            tier_changes(client, wanted, at=at)
        elif what == "owner":
            goes_to(client, people[wanted], outlet=units[wanted // 2], at=at)
        elif what == "state":
            state_changes(client, wanted, at=at)
        elif not people[wanted].postings.filter(since=date(2026, 11, 10)).exists():
            moves(people[wanted], units[1])


class AnyFuture(TestCase):
    """Whatever becomes of clients and RMs in November, a count of October by hand agrees."""

    @settings(max_examples=20, deadline=None)
    @given(
        clients=st.lists(
            st.tuples(
                st.sampled_from([*GAPS, "regular"]),
                st.sampled_from(["owned", "prospect", "dormant"]),
                st.integers(0, 1),
                st.lists(st.integers(0, 100), max_size=2),
                st.lists(LATER, max_size=4),
            ),
            max_size=5,
        )
    )
    def test_a_month_that_is_over_does_not_change(self, clients):
        units = [OrgUnitFactory(), OrgUnitFactory()]
        head = PostingFactory(unit=units[0], post="branch_head").staff
        people = [PostingFactory(unit=units[n // 2], post="wealth_rm").staff for n in range(3)]
        owned, covered = Counter(), Counter()
        lives = []
        for tier, state, place, contacts, later in clients:
            client = ClientFactory(owner=people[place], outlet=units[0], tier=tier, state=state)
            for days in contacts:
                said = clock.start_of_day(OCTOBER - timedelta(days=days))
                ContactFactory(client=client, happened_at=said)
            lives.append((client, later))
            gap = OTHERS[state] if state in OTHERS else GAPS.get(tier)
            if gap:
                owned[people[place].pk, tier] += 1
                covered[people[place].pk, tier] += bool(contacts) and min(contacts) <= gap

        november(lives, people, units)
        with clock.at(NOW):
            found = told(coverage(head, on=OCTOBER))
        by_owner, by_tier = Counter(), Counter()
        for (owner, tier), number in owned.items():
            by_owner[owner] += number
            by_tier[tier] += number
        assert {key: row[1] for key, row in found["by_owner"].items()} == by_owner
        assert {key: row[1] for key, row in found["by_tier"].items()} == by_tier
        assert sum(row[0] for row in found["by_owner"].values()) == sum(covered.values())
        assert found["by_outlet"].keys() <= {units[0].pk}
