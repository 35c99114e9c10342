"""Row locks, and the one question we ask about the database behind us."""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model, QuerySet

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


def on_postgresql(connection) -> bool:
    """Whether this connection speaks to PostgreSQL; else it is SQLite."""
    return connection.vendor == "postgresql"


def _for_update(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.select_for_update(of=("self",), no_key=True)
