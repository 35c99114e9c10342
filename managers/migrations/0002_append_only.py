"""Audit and points are only added to: the database itself refuses to change or delete them.

A later migration that makes SQLite rebuild one of these tables loses its triggers with the old
table; it calls `install` again.
"""

from django.db import migrations

LEDGERS = ("managers_auditevent", "managers_pointentry")
STREAMS = "managers_auditstream"
# The head of a stream moves forward and nothing else of it changes.
STREAM_IS_BENT = "NEW.position <= OLD.position OR NEW.name <> OLD.name OR NEW.anchor <> OLD.anchor"
REFUSAL = "This table is only added to."
FUNCTION = "guibin_only_add"


def _guards(vendor):
    """(name, table, what the trigger fires on, condition)."""
    for table in LEDGERS:
        yield f"{table}_no_update", table, "UPDATE", ""
        yield f"{table}_no_delete", table, "DELETE", ""
    yield f"{STREAMS}_forward", STREAMS, "UPDATE", STREAM_IS_BENT
    yield f"{STREAMS}_no_delete", STREAMS, "DELETE", ""
    if vendor == "postgresql":
        for table in (*LEDGERS, STREAMS):
            yield f"{table}_no_truncate", table, "TRUNCATE", ""


def _create_on_sqlite(name, table, event, condition):
    when = f"WHEN {condition} " if condition else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when}"
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _create_on_postgresql(name, table, event, condition):
    each = "STATEMENT" if event == "TRUNCATE" else "ROW"
    when = f"WHEN ({condition}) " if condition else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} {when}"
        f"EXECUTE FUNCTION {FUNCTION}()"
    )


def install(connection):
    """Close the tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END$$"
            )
            create = _create_on_postgresql
        else:
            create = _create_on_sqlite
        for guard in _guards(connection.vendor):
            cursor.execute(create(*guard))


def lift(connection):
    """Open the tables again."""
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for name, table, _event, _condition in _guards(connection.vendor):
            cursor.execute(
                f"DROP TRIGGER {name} ON {table}" if on_postgresql else f"DROP TRIGGER {name}"
            )
        if on_postgresql:
            cursor.execute(f"DROP FUNCTION {FUNCTION}()")


class Migration(migrations.Migration):
    dependencies = [("managers", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: install(editor.connection),
            lambda apps, editor: lift(editor.connection),
        )
    ]
