"""Months of the access log that are over: detached, put back, dropped, always on record (J7)."""

import json
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from crm.lib import clock
from managers.audit import partitions
from managers.audit.actions import log_access, seal_access
from managers.audit.models import Basis
from managers.audit.queries import verify
from managers.models import AccessEvent, AuditEvent

pytestmark = pytest.mark.django_db
OLD = datetime(2023, 10, 31, 23, 50, tzinfo=clock.SHANGHAI)


@pytest.fixture
def log(rm, now):
    """Readings of a month that is over, of the next, and of today, sealed as they came."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps the log in one table.")
    with connection.cursor() as cursor:
        made = {"first": OLD.date(), "last": OLD.date().replace(year=2024)}
        partitions.make(cursor, "managers_accessevent", **made)
    later = OLD.replace(month=11, day=1, hour=0, minute=1)
    for at in (OLD, later, now):
        log_access("viewed", [(1, Basis.OWN)], by=rm, at=at, page="client")
    seal_access(at=later + timedelta(minutes=20))  # a batch that reaches into the next month
    seal_access(at=now)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def retire(capsys, **options):
    call_command("retire_months", json=True, **options)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_nothing_is_changed_until_it_is_told_to(log, capsys):
    assert retire(capsys) == {"done": {}, "over": ["2023-10"], "detached": []}
    assert AccessEvent.objects.count() == 3


def test_a_month_is_detached_put_back_and_dropped_and_the_audit_holds(log, capsys):
    assert retire(capsys, detach=True)["done"] == {"2023-10": 1}
    assert AccessEvent.objects.count() == 2
    assert verify().fault is None

    assert retire(capsys, attach="2023-10")["over"] == ["2023-10"]
    assert AccessEvent.objects.count() == 3
    assert verify().fault is None

    retire(capsys, detach=True)
    assert retire(capsys, drop=True) == {"done": {"2023-10": 1}, "over": [], "detached": []}
    assert verify().fault is None
    told = AuditEvent.objects.filter(verb__startswith="access.").exclude(verb="access.sealed")
    acts = [event.verb.partition(".")[2] for event in told.order_by("pk")]
    assert acts == ["detached", "attached", "detached", "dropped"]
    assert {event.facts["month"] for event in told} == {"2023-10"}


def test_a_month_that_vanishes_without_the_command_is_missed(log):
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE managers_accessevent DETACH PARTITION managers_accessevent_2023_10"
        )

    assert verify().fault.stream.startswith("access")


@pytest.mark.parametrize("act", ["UPDATE {} SET page = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_detached_is_still_not_changed(log, capsys, act):
    retire(capsys, detach=True)

    with (
        pytest.raises(DatabaseError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format("managers_accessevent_2023_10"))


def test_only_what_is_detached_is_put_back(log):
    with pytest.raises(CommandError, match="no detached month"):
        call_command("retire_months", attach="2026-11")


def test_sqlite_has_no_months_to_retire(capsys):
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has months.")

    assert retire(capsys, detach=True) == {"done": {}, "over": [], "detached": []}
