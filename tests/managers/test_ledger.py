"""The ledger of results: each event counts once, and nothing is ever edited."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.lib.db import on_postgresql
from crm.lib.errors import RuleBroken
from managers.audit.queries import verify
from managers.competition.actions import Credit, credit, credit_many, reverse
from managers.models import AuditEvent, PointEntry, Posting
from tests.factories import PostingFactory, StaffFactory
from tests.threads import NEVER_MIND

FRIDAY = date(2026, 11, 20)
TEN = Decimal("10.00")


def give(staff, at, amount=TEN, source="handover:7:from", day=FRIDAY):
    return credit(staff, amount, metric="handover", source=source, day=day, at=at)


def total(staff):
    return PointEntry.objects.filter(staff=staff).aggregate(total=Sum("amount"))["total"]


def test_an_entry_keeps_what_its_person_was_on_that_day(rm, outlet, other_outlet, now):
    Posting.objects.filter(staff=rm).update(until=date(2026, 11, 21))
    PostingFactory(staff=rm, unit=other_outlet, grade="principal", since=date(2026, 11, 21))

    entry = give(rm, now)

    assert (entry.unit, entry.post, entry.grade) == (outlet, "wealth_rm", "senior")
    assert (entry.day, entry.amount, entry.recorded_at) == (FRIDAY, TEN, now)


def test_a_person_without_a_posting_on_that_day_is_credited_all_the_same(now, db):
    entry = give(StaffFactory(), now)

    assert (entry.unit, entry.post, entry.grade) == (None, "", "")


def test_a_replayed_event_returns_its_entry_and_changes_nothing(rm, peer, now):
    first = give(rm, now)

    again = give(peer, now, amount=Decimal("99.00"), day=FRIDAY + timedelta(days=1))

    assert again == first
    assert list(PointEntry.objects.values_list("staff", "amount")) == [(rm.pk, TEN)]


def test_a_result_is_taken_back_by_a_negative_entry_on_the_day_of_the_correction(rm, now):
    entry = credit(rm, TEN, metric="sales", source="deal:1", day=FRIDAY, at=now)

    correction = reverse("deal:1", at=now)

    assert (correction.amount, correction.metric) == (-TEN, "sales")
    assert (correction.day, correction.reverses) == (date(2026, 11, 23), entry)
    assert (correction.unit, correction.post, correction.grade) == (
        entry.unit,
        entry.post,
        entry.grade,
    )
    assert total(rm) == 0


def test_a_result_is_taken_back_once(rm, now):
    give(rm, now)

    assert reverse("handover:7:from", at=now) == reverse("handover:7:from", at=now)
    assert total(rm) == 0


def test_an_event_that_was_taken_back_does_not_count_again(rm, now):
    entry = give(rm, now)
    reverse(entry.source, at=now)

    assert give(rm, now) == entry
    assert total(rm) == 0


def test_a_correction_cannot_be_taken_back(rm, now):
    give(rm, now)
    correction = reverse("handover:7:from", at=now)

    with pytest.raises(RuleBroken, match="correction"):
        reverse(correction.source, at=now)


def test_what_was_never_credited_cannot_be_taken_back(now, db):
    with pytest.raises(PointEntry.DoesNotExist):
        reverse("handover:8:from", at=now)


def test_both_acts_stand_in_the_audit(rm, head, now):
    credit(rm, TEN, metric="sales", source="deal:1", day=FRIDAY, at=now, by=head)
    reverse("deal:1", at=now, by=head)

    events = AuditEvent.objects.order_by("pk").values_list("verb", "actor", "facts__staff")
    assert list(events) == [
        ("points.credited", head.pk, rm.pk),
        ("points.reversed", head.pk, rm.pk),
    ]
    assert verify().fault is None


def test_many_events_count_like_one_by_one(rm, peer, now, django_assert_max_num_queries):
    give(rm, now, source="deal:0")
    events = [
        Credit((rm, peer)[n % 2].pk, "sales", f"deal:{n}", FRIDAY, Decimal(n)) for n in range(50)
    ]

    with django_assert_max_num_queries(15):
        entries = credit_many(events, at=now)

    assert [entry.source for entry in entries] == [f"deal:{n}" for n in range(1, 50)]
    assert {(entry.unit_id, entry.post, entry.grade) for entry in entries} == {
        (rm.current_unit.pk, "wealth_rm", "senior")
    }
    assert total(rm) == TEN + sum(range(2, 50, 2))
    assert credit_many(events, at=now) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_who_credit_one_event_make_one_entry(now):
    if not on_postgresql(connection):
        pytest.skip("SQLite has one writer at a time.")
    person = PostingFactory().staff
    start = threading.Barrier(4)
    entries = []

    def worker():
        start.wait(NEVER_MIND)
        try:
            entries.append(give(person, now).pk)
            entries.append(reverse("handover:7:from", at=now).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(NEVER_MIND)

    assert len(entries) == 8
    assert len(set(entries)) == PointEntry.objects.count() == 2
    assert total(person) == 0


ACTS = st.tuples(
    st.sampled_from(["credit", "reverse"]), st.integers(1, 4), st.decimals(0, 10**6, places=2)
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(ACTS, max_size=12))
def test_the_total_is_what_was_credited_first_and_not_taken_back(db, now, acts):
    person = StaffFactory()
    credited, taken_back = {}, set()
    for act, n, amount in acts:
        source = f"event:{person.pk}:{n}"
        if act == "credit":
            give(person, now, amount=amount, source=source)
            credited.setdefault(n, amount)
        elif n in credited:
            reverse(source, at=now)
            taken_back.add(n)

    assert (total(person) or 0) == sum(p for n, p in credited.items() if n not in taken_back)
