from importlib import import_module

from django.db import migrations, models

import crm.lib.db
from crm.lib.db import on_postgresql
from crm.lib.migrating import AddIndex, RemoveIndex

_TABLE = "managers_pointentry"


guards = import_module("managers.migrations.0014_results_and_competitions")


def lift(apps, schema_editor):
    """SQLite rebuilds the table, and drops its guards with the old one."""
    if not on_postgresql(schema_editor.connection):
        guards.lift(apps, schema_editor)


def install(apps, schema_editor):
    """Guard the rebuilt table."""
    if not on_postgresql(schema_editor.connection):
        guards.install(apps, schema_editor)


def count_from_now_on(apps, schema_editor):
    """New rows bear their transaction; on SQLite 0 is what the model says, too."""
    if on_postgresql(schema_editor.connection):
        schema_editor.execute(
            f"ALTER TABLE {_TABLE} ALTER COLUMN written_in "
            "SET DEFAULT (pg_current_xact_id()::text::bigint)"
        )


class Migration(migrations.Migration):
    """A result bears the transaction that wrote it; what stands was written before all others.

    A fixed default is filled in without touching a row, and no index keeps anybody waiting.
    """

    atomic = False
    dependencies = [("managers", "0024_opening_hours_from_a_day_on")]

    operations = [
        migrations.RunPython(lift, install),
        migrations.AddField(
            model_name="pointentry",
            name="written_in",
            field=models.BigIntegerField(
                db_default=0,
                editable=False,
                help_text=(
                    "The transaction that wrote it, by the database's count; 0 where it has none."
                ),
            ),
        ),
        migrations.RunPython(install, lift),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunPython(count_from_now_on, migrations.RunPython.noop)
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="pointentry",
                    name="written_in",
                    field=models.BigIntegerField(
                        db_default=crm.lib.db.CurrentTransaction(),
                        editable=False,
                        help_text=(
                            "The transaction that wrote it, by the database's count; "
                            "0 where it has none."
                        ),
                    ),
                )
            ],
        ),
        AddIndex(
            model_name="pointentry",
            index=models.Index(
                fields=["staff", "day", "metric", "amount", "reverses", "written_in"],
                name="points_of_standings",
            ),
        ),
        AddIndex(
            model_name="pointentry",
            index=models.Index(fields=["written_in"], name="points_by_transaction"),
        ),
        RemoveIndex(model_name="pointentry", name="points_to_sum_up"),
    ]
