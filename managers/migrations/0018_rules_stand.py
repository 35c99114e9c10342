"""The rules of a competition that has begun never change: the database itself refuses (rules H6).

A later migration that makes SQLite rebuild one of these tables loses its triggers with the old
table; it calls `install` again.
"""

from django.db import migrations

COMPETITIONS = "managers_competition"
UNITS = "managers_competition_units"
REFUSAL = "The rules of a competition never change once it runs."
FUNCTION = "guibin_rules_stand"
UNITS_FUNCTION = "guibin_units_stand"
_FIXED = ("name", "first", "last", "rules")
_IS_BENT = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in _FIXED)
# What fires a trigger on a competition, and when it refuses.
_OF_COMPETITIONS = (
    ("UPDATE", f"OLD.state <> 'draft' AND (NEW.state = 'draft' OR {_IS_BENT})"),
    ("DELETE", "OLD.state <> 'draft'"),
)
_NEW_HAS_BEGUN = (
    "EXISTS (SELECT 1 FROM managers_competition "
    "WHERE id = NEW.competition_id AND state <> 'draft')"
)
_OLD_HAS_BEGUN = _NEW_HAS_BEGUN.replace("NEW", "OLD")
_OF_UNITS = (
    ("INSERT", _NEW_HAS_BEGUN),
    ("UPDATE", f"{_OLD_HAS_BEGUN} OR {_NEW_HAS_BEGUN}"),
    ("DELETE", _OLD_HAS_BEGUN),
)


def _on_sqlite():
    guards = [(COMPETITIONS, event, condition) for event, condition in _OF_COMPETITIONS]
    guards += [(UNITS, event, condition) for event, condition in _OF_UNITS]
    for table, event, condition in guards:
        yield (
            f"CREATE TRIGGER {_name(table, event)} BEFORE {event} ON {table} FOR EACH ROW "
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _on_postgresql():
    """A condition of a trigger reads no other table there, so units ask within the function."""
    refuse = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';"
    yield _function(FUNCTION, refuse)
    for event, condition in _OF_COMPETITIONS:
        yield _trigger(COMPETITIONS, event, f"WHEN ({condition}) EXECUTE FUNCTION {FUNCTION}()")
    asks = " ".join(
        f"IF TG_OP = '{event}' THEN IF {condition} THEN {refuse} END IF; END IF;"
        for event, condition in _OF_UNITS
    )
    yield _function(UNITS_FUNCTION, f"{asks} RETURN COALESCE(NEW, OLD);")
    for event, _condition in _OF_UNITS:
        yield _trigger(UNITS, event, f"EXECUTE FUNCTION {UNITS_FUNCTION}()")


def _function(name, body):
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN {body} END$$"
    )


def _trigger(table, event, act):
    return f"CREATE TRIGGER {_name(table, event)} BEFORE {event} ON {table} FOR EACH ROW {act}"


def _name(table, event):
    return f"{table}_stands_{event.lower()}"


def install(connection):
    """Hold the rules of all that has begun."""
    create = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    with connection.cursor() as cursor:
        for statement in create():
            cursor.execute(statement)


def lift(connection):
    """Let go of them again."""
    on_postgresql = connection.vendor == "postgresql"
    tables = ((COMPETITIONS, _OF_COMPETITIONS), (UNITS, _OF_UNITS))
    with connection.cursor() as cursor:
        for table, guards in tables:
            for event, _condition in guards:
                on = f" ON {table}" if on_postgresql else ""
                cursor.execute(f"DROP TRIGGER {_name(table, event)}{on}")
        if on_postgresql:
            cursor.execute(f"DROP FUNCTION {FUNCTION}(), {UNITS_FUNCTION}()")


class Migration(migrations.Migration):
    dependencies = [("managers", "0017_spoken_languages")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: install(editor.connection),
            lambda apps, editor: lift(editor.connection),
        )
    ]
