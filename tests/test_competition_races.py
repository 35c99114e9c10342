"""The freeze while results stream in: each is counted or listed as late, none both or neither."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.competition.actions import (
    Credit,
    credit,
    credit_many,
    decide,
    freeze,
    reverse,
    take_in,
)
from managers.competition.board import board
from managers.competition.frozen import is_untouched
from managers.competition.sums import counted, late
from managers.models import Appeal, Competition, PointEntry, Staff
from tests.factories import AppealFactory, CompetitionFactory, PostingFactory
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


def test_what_is_taken_back_while_somebody_freezes_counts_in_this_period_or_the_next(
    rm, peer, admin, now
):
    ripe = CompetitionFactory(is_over=True, state="appeal")
    for person in (rm, peer):
        for n in range(EACH):
            source = f"contact:{person.pk}-{n}"
            credit(person, Decimal(1), metric="contact", source=source, day=DAY, at=now)

    def take_back(person):
        return [reverse(f"contact:{person.pk}-{n}", at=now).day for n in range(EACH)]

    def cut():
        return freeze(
            Competition.objects.get(pk=ripe.pk), by=Staff.objects.get(pk=admin.pk), at=now
        )

    *corrected, final = at_once(lambda: take_back(rm), lambda: take_back(peer), cut)

    assert {day for days in corrected for day in days} <= {ripe.last, clock.local(now).date()}
    assert not late(final).filter(day__lte=ripe.last).exists()
    assert late(final).count() == sum(days.count(clock.local(now).date()) for days in corrected)


def _officers(head_office, admin):
    return admin, PostingFactory(unit=head_office, post="hq_admin").staff


def test_two_officers_who_freeze_at_once_draw_one_line(rm, admin, head_office, now):
    ripe = CompetitionFactory(is_over=True, state="appeal")
    credit(rm, Decimal(1), metric="contact", source="contact:1", day=DAY, at=now)

    def cut(officer):
        return freeze(
            Competition.objects.get(pk=ripe.pk), by=Staff.objects.get(pk=officer.pk), at=now
        )

    results = at_once(*(lambda o=one: cut(o) for one in _officers(head_office, admin)))

    [refused] = [one for one in results if isinstance(one, Exception)]
    assert (type(refused), refused.code) == (RuleBroken, "conflict")
    final = Competition.objects.get(pk=ripe.pk)
    assert final.steps.filter(state="frozen").count() == 1
    assert final.final.count() == len(board(final, today=DAY).rows)
    assert is_untouched(final)


def test_two_officers_who_decide_an_appeal_at_once_make_one_entry(rm, admin, head_office, now):
    made = AppealFactory(staff=rm)

    def answer(officer, amount):
        return decide(
            Appeal.objects.get(pk=made.pk),
            uphold=True,
            answer="Counted now.",
            amount=Decimal(amount),
            by=Staff.objects.get(pk=officer.pk),
            at=now,
        )

    officers = _officers(head_office, admin)
    results = at_once(*(lambda o=one, n=n: answer(o, n) for n, one in enumerate(officers, 1)))

    [refused] = [one for one in results if isinstance(one, Exception)]
    assert (type(refused), refused.code) == (RuleBroken, "conflict")
    made.refresh_from_db()
    assert PointEntry.objects.get() == made.entry
    assert made.entry.amount == 1 + officers.index(made.decided_by)


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


def test_a_batch_that_two_programs_send_at_once_counts_once(rm, admin, head_office, now):
    second = PostingFactory(unit=head_office, post="hq_admin").staff
    running = CompetitionFactory()
    sent = [
        Credit(rm.pk, "fee_income", f"core:{n}", running.first, Decimal(n)) for n in range(1, EACH)
    ]
    credit_many(sent[:1], at=now)

    def send(officer, batch):
        by = Staff.objects.get(pk=officer.pk)
        return take_in(running, batch, take_back=["core:1"], by=by, at=now)

    results = at_once(lambda: send(admin, sent), lambda: send(second, sent[::-1]))

    assert sorted((one.created, one.known, one.taken_back) for one in results) == [
        (0, len(sent), 0),
        (len(sent) - 1, 1, 1),
    ]
    assert PointEntry.objects.count() == len(sent) + 1
