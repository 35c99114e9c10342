"""The audit: what is recorded, and where it stands."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from managers.audit.actions import record, record_many
from managers.audit.queries import verify
from managers.models import AuditEvent, AuditStream


def test_an_event_says_who_did_what_to_whom_and_when(rm, outlet, now):
    event = record("client.given", rm, by=rm, at=now, client=7, day=date(2026, 11, 23))

    event.refresh_from_db()
    assert (event.actor, event.verb, event.at) == (rm, "client.given", now)
    assert (event.subject_type, event.subject_id, event.client_id) == (
        "managers.staff",
        str(rm.pk),
        7,
    )
    assert event.facts == {"day": "2026-11-23"}
    assert event.stream.name == f"unit:{outlet.pk}:2026-11"


def test_facts_come_back_from_the_database_as_they_were_sealed(rm, now):
    record("a.b", rm, by=None, at=now, share=0.1, tiny=1e-30, points=Decimal("1.10"), who=[1, "单"])

    assert AuditEvent.objects.get().facts == {
        "share": "0.1",
        "tiny": "1e-30",
        "points": "1.10",
        "who": [1, "单"],
    }
    assert verify().fault is None


def test_every_unit_and_month_has_its_own_stream_and_the_clock_has_the_system_s(
    rm, stranger, outlet, other_outlet, now
):
    record("a.b", rm, by=rm, at=now - timedelta(days=30))
    record("a.b", rm, by=rm, at=now)
    record("a.b", rm, by=stranger, at=now)
    record("a.b", rm, by=None, at=now)

    assert dict(AuditStream.objects.exclude(position=0).values_list("name", "position")) == {
        f"unit:{outlet.pk}:2026-10": 1,
        f"unit:{outlet.pk}:2026-11": 1,
        f"unit:{other_outlet.pk}:2026-11": 1,
        "system:2026-11": 1,
    }


def test_a_stream_that_another_is_anchored_to_never_grows_again(rm, outlet, now):
    record("a.b", rm, by=rm, at=now)
    late = record("a.b", rm, by=rm, at=now - timedelta(days=30))

    assert (late.stream.name, late.position) == (f"unit:{outlet.pk}:2026-11", 2)


def test_a_month_belongs_to_shanghai(rm, now):
    record("a.b", rm, by=None, at=now.replace(day=30, hour=23, minute=59))
    record("a.b", rm, by=None, at=now.replace(month=12, day=1, hour=0, minute=0))

    assert list(AuditEvent.objects.order_by("pk").values_list("stream__name", flat=True)) == [
        "system:2026-11",
        "system:2026-12",
    ]


def _number(person):
    return person.pk


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_recording_many_costs_one_lock(rm, now, rows, django_assert_num_queries):
    record("a.b", rm, by=rm, at=now)

    with django_assert_num_queries(7):  # savepoint, newest, lock, newest, insert, head, release
        record_many("a.b", [rm] * rows, by=rm, at=now, client=_number, n=_number)

    event = AuditEvent.objects.latest("pk")
    assert (event.position, event.client_id, event.facts) == (rows + 1, rm.pk, {"n": rm.pk})
    assert verify().fault is None


def test_recording_nothing_leaves_no_trace(rm, now):
    assert record_many("a.b", [], by=rm, at=now) == []
    assert not AuditStream.objects.exists()
