"""The worker of a plan dies, others come along: each client has exactly one owner all the time."""

import os
import subprocess
import sys
from collections import Counter
from contextlib import suppress

import pytest
from django.conf import settings as project
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.book.actions import assign
from clients.followups.actions import log_contact, move_open
from clients.models import Client, FollowUp, Ownership
from clients.reassignment import rules
from clients.reassignment.actions import execute, undo, work
from clients.reassignment.models import PlannedMove
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.audit.queries import verify
from tests.clients.plans import approved, leaving
from tests.factories import FollowUpFactory, PostingFactory

CLIENTS = 20


@pytest.mark.django_db(transaction=True)
def test_killed_amid_a_chunk_it_is_resumed_and_nobody_moves_twice(rm, peer, head, now):
    clients = leaving(rm, CLIENTS)
    plan = execute(approved(rm, by=head), by=head, at=now)
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.clients.plan_process"),
            *(str(connection.settings_dict["NAME"]), str(plan.pk), now.isoformat()),
        ],
        cwd=project.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "crm.settings_test"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        while "amid" not in (line := process.stdout.readline()):
            assert line, "the process ended by itself"
        process.kill()

    assert Counter(Client.objects.values_list("owner", flat=True)) == {peer.pk: 10, rm.pk: 10}
    assert plan.moves.filter(state=PlannedMove.State.MOVED).count() == 10
    assert work(plan.pk, now=clock.now) == ""  # the dead worker's lease still holds

    with clock.at(now + 2 * rules.LEASE):
        assert work(plan.pk, now=clock.now) == "done"

    assert peer.book.count() == CLIENTS
    given_once = Ownership.objects.filter(client__in=clients, cause="reassigned")
    assert Counter(given_once.values_list("client", flat=True)) == {c.pk: 1 for c in clients}
    assert verify().fault is None


class Died(BaseException):
    """A worker that is no more."""


def dies_after(chunks: int):
    """A clock under which a worker dies once it has moved so many chunks."""
    moments = iter([clock.now()] * (chunks + 1))

    def now():
        for moment in moments:
            return moment
        raise Died

    return now


def check(clients, promised) -> None:
    """One owner for each client, whose everything open is; nothing promised is lost."""
    pks = [client.pk for client in clients]
    open_ones = Ownership.objects.filter(client__in=pks, until=None)
    owners = dict(Client.objects.filter(pk__in=pks).values_list("pk", "owner"))
    assert dict(open_ones.values_list("client", "owner")) == owners
    assert len(open_ones) == len(pks)
    standing = FollowUp.objects.open().filter(pk__in=promised)
    assert len(standing) == len(promised)
    assert all(owners[one.client_id] == one.owner_id for one in standing)


STEPS = st.sampled_from(["work", "die", "assign", "talk", "resign", "return", "undo", "later"])


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=8), which=st.randoms(use_true_random=False))
def test_whatever_happens_meanwhile_each_client_has_one_owner_and_keeps_its_promises(
    rm, peer, head, outlet, now, monkeypatch, steps, which
):
    monkeypatch.setattr(rules, "CHUNK", 2)
    savepoint = transaction.savepoint()
    try:
        tell_a_story(steps, which, [peer, PostingFactory(unit=outlet).staff], rm, head, now)
    finally:
        transaction.savepoint_rollback(savepoint)


def tell_a_story(steps, which, colleagues, rm, head, at) -> None:
    """A plan is begun, then one step after the other is taken; all is well after each."""
    clients = leaving(rm, 5)
    promised = [FollowUpFactory(client=client).pk for client in clients]
    plan = execute(approved(rm, by=head), by=head, at=at)
    for step in steps:
        at += 2 * rules.LEASE
        with clock.at(at):
            happen(step, plan, which.choice(clients), which.choice(colleagues), head, at)
        check(clients, promised)
    moved = Ownership.objects.filter(client__in=clients, cause="reassigned")
    assert max(Counter(moved.values_list("client", flat=True)).values(), default=1) == 1


def happen(step, plan, client, person, head, at) -> None:
    """One step of the story; a refusal is an answer as well."""
    client.refresh_from_db()
    try:
        if step == "work":
            work(plan.pk, now=clock.now)
        elif step == "die":
            with suppress(Died):  # there may be nothing left to do
                work(plan.pk, now=dies_after(1))
        elif step == "assign":
            assign_along(client, person, head, at)
        elif step == "talk":
            said = {"channel": "call", "outcome": "no_answer", "notes": ""}
            log_contact(client, by=head, at=at, **said)
        elif step in ("resign", "return"):
            type(person).objects.filter(pk=person.pk).update(is_active=step == "return")
        elif step == "undo":
            plan.refresh_from_db()
            undo(plan, by=head, at=at)
    except RuleBroken:
        pass


def assign_along(client, person, head, at) -> None:
    """As a head does it: what is open goes along."""
    with transaction.atomic():
        assign(client, to=person, was=client.owner_id, by=head, at=at)
        move_open(client, to=person, by=head, at=at)
