"""Row locks, the clock of the database, and the one question we ask about what stands behind us."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from django.db import connection as default
from django.db.models import BigIntegerField, Func, Model, QuerySet

from crm.lib import clock

Row = TypeVar("Row", bound=Model)


def lock(row: Row) -> Row:
    """Re-read this row, locked until the transaction ends; DoesNotExist if it is gone.

    `no_key` lets others still point foreign keys at it; plain FOR UPDATE
    deadlocks two managers who hand clients to each other. SQLite has one writer
    at a time and ignores row locks.
    """
    return _for_update(row._meta.model._default_manager.all()).get(pk=row.pk)


def lock_many(model_or_queryset: type[Row] | QuerySet[Row], pks: Iterable) -> list[Row]:
    """Re-read these rows, locked until the transaction ends, in primary-key order.

    Everybody locks in that order, so that two bulk actions cannot wait for each
    other. Rows that are gone, or outside the queryset, are left out: the caller
    compares.
    """
    rows = model_or_queryset
    if not isinstance(rows, QuerySet):
        rows = rows._default_manager.all()
    return list(_for_update(rows.filter(pk__in=[*pks])).order_by("pk"))


def shared_now() -> datetime:
    """The present moment on the clock that all machines share; a frozen clock goes first.

    What one process grants to another for a while, such as a lease, is measured by it: the clock
    of one machine may be minutes from that of the next.
    """
    return clock.frozen() or shared_clock()


def shared_clock() -> datetime:
    """The database's clock, which nothing freezes; SQLite has none but that of its machine."""
    if not on_postgresql(default):
        return clock.running()
    with default.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(UTC)


class CurrentTransaction(Func):
    """The number of the transaction that writes; 0 on SQLite, which counts none."""

    template = "0"
    output_field = BigIntegerField()
    allowed_default = True

    def as_postgresql(self, compiler, connection, **extra):
        """With its epoch, so that no number comes twice."""
        return self.as_sql(
            compiler, connection, template="(pg_current_xact_id()::text::bigint)", **extra
        )


def settled_edge() -> int:
    """The number below which every transaction is over: what those wrote is whole, and known.

    Those that begin from now on have higher ones. PostgreSQL alone counts transactions.
    """
    with default.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


def on_postgresql(connection) -> bool:
    """Whether this connection speaks to PostgreSQL; else it is SQLite."""
    return connection.vendor == "postgresql"


def _for_update(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.select_for_update(of=("self",), no_key=True)
