"""The access log: written without a queue, sealed in batches, and nobody alters it unseen."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from managers.audit.actions import log_access, record, seal_access
from managers.audit.models import Access, Basis
from managers.audit.queries import Harm, verify
from managers.audit.tasks import seal_access as seal_by_the_clock
from managers.models import AccessEvent, AuditEvent, AuditStream

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def read(person, *clients, at):
    grounds = [(client, Basis.OWN) for client in clients]
    where = {"page": "client", "address": "192.0.2.7"}
    return log_access(Access.VIEWED, grounds, by=person, at=at, **where)


@pytest.fixture
def sealed(rm, head, now):
    """Four readings of two hours, sealed in two batches, and one that is still young."""
    read(rm, 1, 2, at=now - 3 * HOUR)
    seal_access(at=now - 2 * HOUR)
    read(head, 1, at=now - HOUR)
    read(rm, 3, at=now - HOUR)
    seal_access(at=now)
    read(rm, 4, at=now)


def test_a_reading_says_who_read_whom_when_where_from_and_why(rm, now):
    [row] = read(rm, 7, at=now)

    row.refresh_from_db()
    assert (row.actor, row.client_id, row.at) == (rm, 7, now)
    assert (row.verb, row.page, row.basis, row.address) == ("viewed", "client", "own", "192.0.2.7")


def test_it_costs_one_insert_and_no_lock(rm, now, django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        read(rm, *range(10), at=now)

    assert "FOR NO KEY UPDATE" not in asked[0]["sql"]


def test_what_is_settled_is_chained_into_the_audit_once(rm, now):
    read(rm, 1, 2, at=now - HOUR)

    event = seal_access(at=now)

    assert event.facts["count"] == 2
    assert seal_access(at=now) is None
    assert verify().fault is None


def test_what_is_young_waits_for_the_next_time(rm, now):
    read(rm, 1, at=now)
    seal_by_the_clock()
    assert not AuditEvent.objects.exists()

    assert seal_access(at=now + HOUR).facts["count"] == 1


@pytest.mark.usefixtures("sealed")
def test_an_untouched_log_holds():
    report = verify()

    assert (report.accesses, report.fault) == (5, None)


@pytest.mark.usefixtures("sealed", "open_ledgers")
@pytest.mark.parametrize("place", range(5))
def test_a_line_that_was_edited_is_named(place):
    row = AccessEvent.objects.order_by("pk")[place]

    AccessEvent.objects.filter(pk=row.pk).update(client_id=99)

    fault = verify().fault
    assert (fault.harm, fault.event) == (Harm.EDITED, row.pk)


@pytest.mark.usefixtures("sealed", "open_ledgers")
def test_a_line_that_vanished_is_missed_in_its_batch():
    row = AccessEvent.objects.order_by("pk")[2]

    AccessEvent.objects.filter(pk=row.pk).delete()

    assert verify().fault.harm == Harm.REMOVED
    assert row.at.isoformat()[:10] in verify().fault.stream


@pytest.mark.usefixtures("sealed")
def test_a_line_invented_for_a_sealed_hour_is_found(rm, now):
    read(rm, 5, at=now - 3 * HOUR)

    assert verify().fault.harm == Harm.ADDED


@pytest.mark.usefixtures("sealed", "open_ledgers")
def test_an_emptied_log_is_found():
    AccessEvent.objects.all()._raw_delete("default")

    assert verify().fault.harm == Harm.REMOVED


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: AccessEvent.objects.update(verb="exported"),
        lambda: AccessEvent.objects.all()._raw_delete("default"),
    ],
)
@pytest.mark.usefixtures("sealed")
def test_the_database_refuses_to_change_the_log(tamper):
    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
        tamper()


# --- Whatever is altered


@pytest.fixture
def ledger(sealed, rm, head, now, open_ledgers):
    """An audit of two units' acts beside the sealed access log, open to whoever tampers."""
    for number in range(3):
        record("client.changed", rm, by=rm, at=now, client=number, fields=["phone"])
        record("client.given", rm, by=head, at=now - 40 * 24 * HOUR, client=number, to=rm.pk)
    return verify().heads


COLUMNS = {
    AuditEvent: ("at", "verb", "subject_type", "subject_id", "client_id", "facts", "mac"),
    AccessEvent: ("at", "client_id", "verb", "page", "basis", "address", "mac"),
}


def altered(value, draw):
    """Another value of the same kind."""
    if isinstance(value, str) and value:
        place = draw(st.integers(0, len(value) - 1))
        other = chr(ord(value[place]) ^ 1)
        return value[:place] + other + value[place + 1 :]
    if isinstance(value, dict):
        return {**value, "added": draw(st.integers())}
    if isinstance(value, int):
        return value + draw(st.integers(1, 1000))
    if value is None:
        return 1
    return value + timedelta(microseconds=draw(st.integers(1, 10**9)))


@pytest.mark.usefixtures("open_ledgers")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_byte_of_any_row_that_is_altered_is_found(ledger, data):
    model = data.draw(st.sampled_from(list(COLUMNS)))
    rows = list(model.objects.order_by("pk"))
    row = data.draw(st.sampled_from(rows))
    column = data.draw(st.sampled_from(COLUMNS[model]))
    value = "192.0.2.8" if column == "address" else altered(getattr(row, column), data.draw)

    with transaction.atomic():
        model.objects.filter(pk=row.pk).update(**{column: value})
        fault = verify(ledger).fault
        transaction.set_rollback(True)

    assert fault is not None


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_tail_of_any_stream_that_is_cut_off_is_found(ledger, data):
    stream = data.draw(st.sampled_from(list(AuditStream.objects.exclude(position=0))))
    left = data.draw(st.integers(0, stream.position - 1))

    with transaction.atomic():
        stream.events.filter(position__gt=left)._raw_delete("default")
        last = stream.events.order_by("position").last()
        AuditStream.objects.filter(pk=stream.pk).update(
            position=left, mac=last.mac if last else stream.anchor
        )
        fault = verify(ledger).fault
        transaction.set_rollback(True)

    assert fault is not None


def test_postgresql_refuses_to_empty_the_log_or_a_part_of_it():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE.")

    for table in ("managers_accessevent", "managers_accessevent_2026_11"):
        with (
            pytest.raises(IntegrityError, match="only added to"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"TRUNCATE {table}")
