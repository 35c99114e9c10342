"""Whatever happens on the way from hand to hand: one owner, no promise lost, whole shares."""

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from clients.models import Client
from crm.lib.errors import RuleBroken
from tests.clients.relay_bank import ACTS, RelayBank, attempt
from tests.threads import at_once

N, M = st.integers(0, 4), st.integers(0, 2)
ACT = st.tuples(st.sampled_from(ACTS), N, M)
# After these it is known who the owner is.
TAKES = ("accept_referral", "place", "assign", "introduce", "resign_by_a_plan", "undo_a_plan")


class Relay(RuleBasedStateMachine):
    """Everybody acts one after another; the model is a list of owners."""

    cast: dict

    def __init__(self):
        super().__init__()
        self._whole = transaction.atomic()
        self._whole._from_testcase = True  # as Django's own tests do: the worker commits its chunks
        self._whole.__enter__()
        self.bank = RelayBank(**self.cast)
        self.owners = [client.owner_id for client in self.bank.clients]

    @rule(act=st.sampled_from([act for act in ACTS if act not in TAKES]), n=N, m=M)
    def somebody_acts_and_nobody_changes_hands(self, act, n, m):
        attempt(self.bank, act, n, m)

    @rule(n=N, m=M)
    def a_pooled_client_is_referred_and_accepted(self, n, m):
        attempt(self.bank, "refer", n, m)
        took = attempt(self.bank, "accept_referral", n, m)
        if took and not isinstance(took, RuleBroken) and self.owners[n] is None:
            self.owners[n] = took.target_id

    @rule(n=N, m=M)
    def the_head_places_or_assigns(self, n, m):
        placed = attempt(self.bank, "place", n, m)
        if placed and not isinstance(placed, RuleBroken):
            self.owners[n] = self.owners[n] or placed.target_id
        elif not isinstance(attempt(self.bank, "assign", n, m), RuleBroken):
            self.owners[n] = self.bank.rms[m % 3].pk

    @rule(n=N, m=M)
    def a_client_is_handed_over(self, n, m):
        for act in ("begin", "answer", "introduce"):
            met = attempt(self.bank, act, n, m)
        if met and not isinstance(met, RuleBroken):
            self.owners[n] = met.to_staff_id

    @rule(m=M, is_undone=st.booleans())
    def an_rm_resigns_by_a_plan(self, m, is_undone):
        plan = attempt(self.bank, "resign_by_a_plan", 0, m)
        if isinstance(plan, RuleBroken):
            return
        moved = dict(plan.moves.filter(state="moved").values_list("client", "to"))
        self.follow(moved)
        if is_undone:
            attempt(self.bank, "undo_a_plan", 0, m)
            back = dict.fromkeys(
                plan.moves.filter(state="returned").values_list("client", flat=True),
                plan.from_staff_id,
            )
            assert back.keys() <= moved.keys()
            self.follow(back)

    def follow(self, moved) -> None:
        """The model's owners, after clients went to these people."""
        pks = [client.pk for client in self.bank.clients]
        self.owners = [moved.get(pk, owner) for pk, owner in zip(pks, self.owners, strict=True)]

    @precondition(lambda self: any(self.owners))
    @invariant()
    def the_owners_are_those_of_the_model(self):
        pks = [client.pk for client in self.bank.clients]
        found = dict(Client.objects.filter(pk__in=pks).values_list("pk", "owner"))
        assert [found[pk] for pk in pks] == self.owners

    @invariant()
    def all_holds(self):
        self.bank.holds()

    def teardown(self):
        self._whole.__exit__(RuntimeError, RuntimeError(), None)


def the_relay(outlet, now):
    return type("OneRelay", (Relay,), {"cast": {"outlet": outlet, "now": now}})


def rounds(examples, steps):
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.short
@pytest.mark.django_db
def test_one_after_another_whatever_happens(outlet, now):
    run_state_machine_as_test(the_relay(outlet, now), settings=rounds(10, 12))


@pytest.mark.slow
@pytest.mark.django_db
def test_one_after_another_for_long(outlet, now):
    run_state_machine_as_test(the_relay(outlet, now), settings=rounds(25, 25))


def side_by_side(outlet, now, *, examples, steps):
    """Two acts at once on connections of their own, several times in a row."""

    @rounds(examples, 1)
    @given(pairs=st.lists(st.tuples(ACT, ACT), min_size=steps, max_size=steps))
    def happens(pairs):
        bank = RelayBank(outlet=outlet, now=now)
        for pair in pairs:
            results = at_once(*[lambda act=act: attempt(bank, *act) for act in pair])
            strange = [
                r for r in results if isinstance(r, Exception) and not isinstance(r, RuleBroken)
            ]
            assert strange == []
            bank.holds()

    happens()


needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer: no races to see"
)


@needs_postgresql
@pytest.mark.short
@pytest.mark.django_db(transaction=True)
def test_side_by_side_whatever_happens(outlet, now):
    side_by_side(outlet, now, examples=5, steps=6)


@needs_postgresql
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_side_by_side_for_long(outlet, now):
    side_by_side(outlet, now, examples=15, steps=10)
