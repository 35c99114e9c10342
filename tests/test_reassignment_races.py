"""A plan and others at once: the database decides, nothing is half done."""

import pytest
from django.db import connection

from clients.desk.actions import assign_from_pool
from clients.followups.actions import complete
from clients.models import Client, FollowUp, Ownership
from clients.reassignment import rules
from clients.reassignment.actions import draft, execute, work
from clients.reassignment.models import ReassignmentPlan
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.audit.queries import verify
from tests.clients.plans import TODAY, approved, leaving
from tests.factories import FollowUpFactory, PostingFactory
from tests.test_races import fresh, outcome_of
from tests.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer: no races to see"
    ),
]


def begun(plan, by, now):
    return execute(ReassignmentPlan.objects.get(pk=plan.pk), by=fresh(by), at=now)


def test_two_heads_execute_at_once_and_one_is_told_who_has_begun(rm, peer, head, outlet, now):
    second = PostingFactory(unit=outlet, post="branch_head").staff
    leaving(rm)
    plan = approved(rm, by=head)

    results = at_once(lambda: begun(plan, head, now), lambda: begun(plan, second, now))

    assert outcome_of(results) == (1, 1)
    [loser] = [result for result in results if isinstance(result, RuleBroken)]
    plan.refresh_from_db()
    assert plan.began_by.latin_name in str(loser)


def test_two_heads_plan_for_the_same_person_at_once_and_one_plan_stands(
    rm, peer, head, outlet, now
):
    second = PostingFactory(unit=outlet, post="branch_head").staff
    leaving(rm)
    how = {"cause": "transfer", "effective_on": TODAY, "at": now}

    results = at_once(
        *[lambda by=by: draft(fresh(rm), by=fresh(by), **how) for by in (head, second)]
    )

    assert outcome_of(results) == (1, 1)
    assert ReassignmentPlan.objects.count() == 1


def test_two_workers_and_a_head_at_once_move_each_client_once(
    rm, peer, head, outlet, now, monkeypatch
):
    monkeypatch.setattr(rules, "CHUNK", 3)
    other = PostingFactory(unit=outlet).staff
    clients = leaving(rm, 12)
    promised = [FollowUpFactory(client=client) for client in clients]
    plan = execute(approved(rm, by=head), by=head, at=now)

    def by_hand():
        refused = []
        for client in clients[::2]:
            try:
                assign_from_pool(
                    Client.objects.get(pk=client.pk),
                    to=fresh(other),
                    was=rm.pk,
                    by=fresh(head),
                    at=now,
                )
            except RuleBroken as broken:
                refused.append(str(broken))
        return refused

    def call():
        for one in promised[1::2]:
            owner = FollowUp.objects.get(pk=one.pk).owner
            try:
                complete(one, outcome="no_answer", by=owner, at=now)
            except RuleBroken:
                continue  # the client has just gone to somebody else

    results = at_once(
        lambda: work(plan.pk, now=clock.now), lambda: work(plan.pk, now=clock.now), by_hand, call
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    plan.refresh_from_db()
    assert plan.state == "done"
    stretches = Ownership.objects.filter(client__in=clients)
    assert stretches.filter(until=None).count() == 12
    assert not rm.book.exists()
    assert verify().fault is None
