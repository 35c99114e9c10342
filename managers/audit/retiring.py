"""Months of the access log that are kept no longer: detached, then dropped, each on record.

Only PostgreSQL has months to take away; SQLite keeps the table whole. Detaching takes a month out
of the product and can be undone; dropping cannot. The audit's own months stay: a chain has a
beginning.
"""

import re
from datetime import date

from django.db import connection, transaction

from crm.lib.db import on_postgresql
from managers.audit import chain, partitions
from managers.audit.actions import record
from managers.audit.models import AccessEvent

TABLE = AccessEvent._meta.db_table
_NAME = re.compile(rf"{TABLE}_(\d{{4}})_(\d{{2}})")
_GUARDED = ("UPDATE", "DELETE")


def over(*, until: date) -> list[date]:
    """Months in the log of which even the last day lies before or on `until`, the oldest first."""
    return [month for month in _months(attached=True) if partitions.last_day(month) <= until]


def detached() -> list[date]:
    """Months that stand beside the log, the oldest first."""
    return _months(attached=False)


@transaction.atomic
def detach(month: date, *, at) -> int:
    """Take a month out of the log, as it is; returns how many rows nobody reads any more."""
    name = partitions.partition_of(TABLE, month)
    with connection.cursor() as cursor:
        rows = _count(cursor, name)
        cursor.execute(f"ALTER TABLE {TABLE} DETACH PARTITION {name}")
        for act in _GUARDED:  # those of the log went with it
            cursor.execute(
                f"CREATE TRIGGER {_guard(name, act)} BEFORE {act} ON {name} "
                f"FOR EACH ROW {partitions.REFUSE}"
            )
    _record(chain.DETACHED, month, at=at, rows=rows)
    return rows


@transaction.atomic
def attach(month: date, *, at) -> None:
    """Put a detached month back."""
    name = partitions.partition_of(TABLE, month)
    with connection.cursor() as cursor:
        for act in _GUARDED:
            cursor.execute(f"DROP TRIGGER {_guard(name, act)} ON {name}")
        partitions.attach(cursor, TABLE, name, month)
    _record(chain.ATTACHED, month, at=at)


@transaction.atomic
def drop(month: date, *, at) -> int:
    """Throw a detached month away for good; returns how many rows went."""
    name = partitions.partition_of(TABLE, month)
    with connection.cursor() as cursor:
        rows = _count(cursor, name)
        cursor.execute(f"DROP TABLE {name}")
    _record(chain.DROPPED, month, at=at, rows=rows)
    return rows


def _months(*, attached: bool) -> list[date]:
    if not on_postgresql(connection):
        return []
    with connection.cursor() as cursor:
        inside = set(partitions.partitions(cursor, TABLE))
        names = [name for name in connection.introspection.table_names(cursor) if _NAME.match(name)]
    found = [name for name in {*names, *inside} if (name in inside) == attached]
    parts = [match.groups() for name in found if (match := _NAME.fullmatch(name))]
    return sorted(date(int(year), int(month), 1) for year, month in parts)


def _guard(name: str, act: str) -> str:
    return f"{name}_alone_no_{act.lower()}"


def _count(cursor, name: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608
    return cursor.fetchone()[0]


def _record(verb: str, month: date, *, at, **facts) -> None:
    record(verb, AccessEvent(pk=0), by=None, at=at, month=f"{month:%Y-%m}", **facts)
