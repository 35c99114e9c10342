"""Inserting thousands of rows at once."""

from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

from crm.lib.db import on_postgresql

Row = TypeVar("Row", bound=Model)


def insert(rows: list[Row]) -> list[Row]:
    """Insert new rows of one model and give them their keys, as bulk_create does.

    On PostgreSQL by COPY, in a quarter of the time: an INSERT of a thousand clients has 29,000
    parameters, which Django and the driver go through one by one, several times.
    """
    if not rows:
        return []
    database = connections[DEFAULT_DB_ALIAS]  # not its proxy, which is asked for each cell
    if not on_postgresql(database):
        return type(rows[0])._default_manager.bulk_create(rows)
    meta = rows[0]._meta
    fields = meta.concrete_fields
    quote = database.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [meta.db_table, meta.pk.column, len(rows)],
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
        copying = cursor.copy(f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN")
        with database.wrap_database_errors, copying as copy:
            for row in rows:
                copy.write_row(
                    field.get_db_prep_save(field.pre_save(row, add=True), database)
                    for field in fields
                )
    for row in rows:
        row._state.adding, row._state.db = False, database.alias
    return rows
