"""The freeze while results stream in: each is counted or listed as late, none both or neither."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from managers.audit.actions import record
from managers.competition.actions import credit, freeze
from managers.competition.board import board
from managers.competition.sums import counted, late
from managers.models import Competition, PointEntry, Staff
from tests.factories import CompetitionFactory, PostingFactory
from tests.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer: no races to see"
    ),
]
DAY = date(2026, 9, 15)
EACH = 15
ROUNDS = 12


def test_a_freeze_while_results_stream_in_loses_and_doubles_nothing(rm, peer, admin, now):
    ripe = CompetitionFactory(is_over=True, state="appeal")

    def stream(person, number):
        for n in range(EACH):
            credit(
                Staff.objects.get(pk=person.pk),
                Decimal(1),
                metric="contact",
                source=f"contact:{number}-{n}",
                day=DAY,
                at=now,
            )

    def cut():
        return freeze(
            Competition.objects.get(pk=ripe.pk), by=Staff.objects.get(pk=admin.pk), at=now
        )

    jobs = [lambda p=person, k=n: stream(p, k) for n, person in enumerate((rm, peer, rm, peer))]
    results = at_once(*jobs, cut)

    assert [result for result in results if isinstance(result, Exception)] == []
    final = Competition.objects.get(pk=ripe.pk)
    before, after = set(counted(final)), set(late(final))
    assert (before & after, before | after) == (set(), set(PointEntry.objects.all()))
    assert len(before | after) == 4 * EACH
    rows = board(final, today=DAY).rows
    shown = {row.staff.pk: row.score.actual("contact") for row in rows}
    assert shown == {
        person.pk: sum(entry.amount for entry in before if entry.staff_id == person.pk)
        for person in (rm, peer)
    }


def test_a_freeze_never_deadlocks_with_those_who_act_before_they_are_credited(
    admin, head_office, now
):
    """Colleagues of the one who freezes, so that all of them write one stream of the audit."""
    people = [PostingFactory(unit=head_office).staff for _ in range(4)]
    ripe = [CompetitionFactory(is_over=True, state="appeal") for _ in range(ROUNDS)]

    def act_and_be_credited(person, number):
        for n in range(EACH):
            with transaction.atomic():
                person = Staff.objects.get(pk=person.pk)
                record("follow_up.done", person, by=person, at=now)
                source = f"contact:{number}-{n}"
                one = {"metric": "contact", "source": source, "day": DAY, "at": now}
                credit(person, Decimal(1), by=person, **one)

    def be_credited_and_act(person, number):
        for n in range(EACH):
            with transaction.atomic():
                person = Staff.objects.get(pk=person.pk)
                source = f"contact:{number}-{n}"
                one = {"metric": "contact", "source": source, "day": DAY, "at": now}
                credit(person, Decimal(1), by=person, **one)
                record("follow_up.done", person, by=person, at=now)

    def cut():
        for one in ripe:
            freeze(Competition.objects.get(pk=one.pk), by=Staff.objects.get(pk=admin.pk), at=now)

    jobs = [lambda p=p, k=k: act_and_be_credited(p, k) for k, p in enumerate(people[:2])]
    jobs += [lambda p=p, k=k: be_credited_and_act(p, k) for k, p in enumerate(people[2:], 2)]
    results = at_once(*jobs, cut)

    assert [result for result in results if isinstance(result, Exception)] == []
    assert PointEntry.objects.count() == 4 * EACH
    assert {one.state for one in Competition.objects.all()} == {"frozen"}
