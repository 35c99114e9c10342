"""Month partitions of the two tables that only grow, on PostgreSQL.

A month's partition is made before it begins. Rows of a month that has none go to the default
partition: nothing that happens in the bank is refused because a nightly task did not run.
"""

from datetime import date, datetime, timedelta

from django.db import connection, transaction

from crm.lib import clock
from crm.lib.db import on_postgresql

TABLES = ("managers_auditevent", "managers_accessevent")
AHEAD = 3  # months that have their partition before they begin
REFUSE = "EXECUTE FUNCTION guibin_only_add()"


def partition_of(table: str, month: date) -> str:
    """The name of a month's partition."""
    return f"{table}_{month:%Y_%m}"


def make_ahead(*, on: date) -> list[str]:
    """Make what is missing from this month to some months ahead; nothing on SQLite."""
    if not on_postgresql(connection):
        return []
    last = following(on.replace(day=1), AHEAD)
    with transaction.atomic(), connection.cursor() as cursor:
        return [name for table in TABLES for name in make(cursor, table, first=on, last=last)]


def make(cursor, table: str, *, first: date, last: date, named: str = "") -> list[str]:
    """Make the partitions of the months from `first` to `last` that are missing; their names.

    A month of which the default partition holds rows already stays there. `named` is what the
    table is going to be called, where that is not its name yet.
    """
    known, made = set(partitions(cursor, table)), []
    month = first.replace(day=1)
    while month <= last:
        name = partition_of(named or table, month)
        if name not in known and not _has_begun(cursor, named or table, month):
            _make_one(cursor, table, name, month)
            made.append(name)
        month = following(month)
    return made


def make_default(cursor, table: str, *, named: str) -> None:
    """Make the partition of all months without one."""
    name = f"{named}_default"
    cursor.execute(f"CREATE TABLE {name} PARTITION OF {table} DEFAULT")
    refuse_truncate(cursor, name)


def partitions(cursor, table: str) -> list[str]:
    """The names of a table's partitions."""
    cursor.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [table]
    )
    return [name for (name,) in cursor.fetchall()]


def following(month: date, months: int = 1) -> date:
    """The first day of a later month."""
    years, index = divmod(month.month - 1 + months, 12)
    return date(month.year + years, index + 1, 1)


def last_day(month: date) -> date:
    """The last day of a month."""
    return following(month) - timedelta(days=1)


def attach(cursor, table: str, name: str, month: date) -> None:
    """Make a table that stands alone the partition of a month again."""
    cursor.execute(f"ALTER TABLE {table} ATTACH PARTITION {name} {_values(month)}")


def bounds(month: date) -> tuple[datetime, datetime]:
    """The moments at which a month begins and ends."""
    return clock.start_of_day(month), clock.start_of_day(following(month))


def _has_begun(cursor, table: str, month: date) -> bool:
    cursor.execute(
        f"SELECT EXISTS (SELECT FROM {table}_default WHERE at >= %s AND at < %s)",  # noqa: S608
        bounds(month),
    )
    return cursor.fetchone()[0]


def _make_one(cursor, table: str, name: str, month: date) -> None:
    cursor.execute(f"CREATE TABLE {name} PARTITION OF {table} {_values(month)}")
    refuse_truncate(cursor, name)


def _values(month: date) -> str:
    begins, ends = (moment.isoformat() for moment in bounds(month))
    return f"FOR VALUES FROM ('{begins}') TO ('{ends}')"


def refuse_truncate(cursor, name: str) -> None:
    """Let a partition refuse to be emptied."""
    # The triggers of rows come from the parent, that of a whole table does not.
    cursor.execute(
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {REFUSE}"
    )
