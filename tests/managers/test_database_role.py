"""The role that the application has in production can only add to what is only added to."""

import os

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from managers.audit import partitions
from managers.audit.actions import SETTLED, log_access, record, seal_access
from managers.audit.models import Basis
from managers.audit.queries import verify
from managers.models import AuditEvent

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no roles"),
]

ROLE = f"guibin_app_{os.getpid()}"
TABLES = ("managers_auditevent", "managers_accessevent", "managers_pointentry")
REFUSED = [
    *(f"UPDATE {table} SET at = now()" for table in TABLES[:2]),
    f"UPDATE {TABLES[2]} SET amount = 0",
    *(f"DELETE FROM {table}" for table in (*TABLES, "managers_auditstream")),
    *(f"TRUNCATE {table} CASCADE" for table in (*TABLES, "managers_auditstream")),
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in TABLES),
    *(f"DROP TABLE {table} CASCADE" for table in TABLES),
    "DROP FUNCTION guibin_only_add() CASCADE",
]


@pytest.fixture
def as_the_application(rm, now):
    """One line in each table, then the rights of production; all of it is undone."""
    record("a.b", rm, by=rm, at=now)
    log_access("viewed", [(1, Basis.OWN)], by=rm, at=now, page="client")
    script = (settings.BASE_DIR / "docs/database-role.sql").read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        parts = [name for table in TABLES[:2] for name in partitions.partitions(cursor, table)]
        cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute(script.replace("guibin_app", ROLE))
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield parts
        cursor.execute("RESET ROLE")


def refuses(statement) -> bool:
    """Whether the database says that this role may not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as refused:
        return refused.__cause__.sqlstate == "42501"
    return False


def test_what_is_written_is_neither_changed_nor_removed(as_the_application):
    parts = [f"{act} {name}" for name in as_the_application for act in ("DELETE FROM", "TRUNCATE")]
    parts += [f"UPDATE {name} SET at = now()" for name in as_the_application]

    assert len(as_the_application) > 4
    assert [text for text in REFUSED + parts if not refuses(text)] == []


def test_the_bank_goes_on_writing(as_the_application, rm, now):
    record("a.c", rm, by=rm, at=now)
    log_access("viewed", [(2, Basis.OWN)], by=rm, at=now, page="client")
    seal_access(at=now + 2 * SETTLED)

    assert AuditEvent.objects.count() == 3
    assert verify().fault is None
