"""Months of audit and access log on PostgreSQL."""

import json
from datetime import date, datetime
from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import connection

from crm.lib import clock
from managers.audit import partitions
from managers.audit.actions import log_access, record
from managers.audit.models import Basis
from managers.audit.queries import verify
from managers.audit.tasks import make_partitions
from managers.models import AccessEvent, AuditEvent

migration = import_module("managers.migrations.0007_access_log")
pytestmark = pytest.mark.django_db


@pytest.fixture
def months():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps each table whole.")
    return lambda table="managers_auditevent": names(table)


def names(table):
    with connection.cursor() as cursor:
        return {name.removeprefix(table) for name in partitions.partitions(cursor, table)}


def place_of(row):
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT tableoid::regclass::text FROM {table} WHERE id = %s", [row.pk])
        return cursor.fetchone()[0].removeprefix(table)


def test_a_row_lies_in_its_shanghai_month(months, rm):
    before = datetime(2026, 12, 31, 23, 59, tzinfo=clock.SHANGHAI)
    after = datetime(2027, 1, 1, 0, 1, tzinfo=clock.SHANGHAI)
    make_partitions()

    assert place_of(record("a.b", rm, by=rm, at=before)) == "_2026_12"
    assert place_of(record("a.b", rm, by=rm, at=after)) == "_2027_01"
    assert verify().fault is None


def test_coming_months_are_made_once(months):
    make_partitions()
    first = months()

    assert partitions.make_ahead(on=date(2026, 11, 30)) == []
    assert {"_2026_11", "_2026_12", "_2027_01", "_2027_02", "_default"} <= first
    assert months() == first


def test_nothing_is_refused_in_a_month_without_a_part(months, rm):
    far = datetime(2031, 5, 4, 12, tzinfo=clock.SHANGHAI)

    [row] = log_access("viewed", [(1, Basis.OWN)], by=rm, at=far, page="client")

    assert place_of(row) == "_default"


def test_a_month_that_has_begun_in_the_rest_stays_there(months, rm):
    record("a.b", rm, by=rm, at=datetime(2031, 5, 4, 12, tzinfo=clock.SHANGHAI))

    made = partitions.make_ahead(on=date(2031, 5, 20))

    assert "managers_auditevent_2031_05" not in made
    assert "managers_auditevent_2031_06" in made
    assert "managers_accessevent_2031_05" in made


def test_both_tables_can_be_made_whole_and_divided_again(months, rm, now):
    events = [record("a.b", rm, by=rm, at=now) for _ in range(3)]
    log_access("viewed", [(1, Basis.OWN)], by=rm, at=now, page="client")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    class editor:  # noqa: N801 - stands for the schema editor that a migration is given
        connection = connection

    migration.unite(None, editor)
    assert months() == set()
    events.append(record("a.b", rm, by=rm, at=now))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    migration.divide(None, editor)

    assert "_2026_11" in months()
    assert [row.pk for row in AuditEvent.objects.order_by("pk")] == [row.pk for row in events]
    assert AccessEvent.objects.count() == 1
    assert record("a.b", rm, by=rm, at=now).pk > events[-1].pk
    assert verify().fault is None


def test_the_command_ends_with_a_summary(capsys):
    call_command("make_partitions", json=True)

    made = json.loads(capsys.readouterr().out.splitlines()[-1])["made"]
    assert isinstance(made, list)
