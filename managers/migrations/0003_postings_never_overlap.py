"""One posting at a time for each person (rules A2, A3), held by PostgreSQL over the whole period.

SQLite has no such constraint; there the unique open row and the actions hold it.
"""

from django.db import migrations

NAME = "postings_never_overlap"


def forwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        editor.execute(
            f"ALTER TABLE managers_posting ADD CONSTRAINT {NAME} EXCLUDE USING gist "
            "(staff_id WITH =, daterange(since, until) WITH &&)"
        )


def backwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(f"ALTER TABLE managers_posting DROP CONSTRAINT {NAME}")


class Migration(migrations.Migration):
    dependencies = [("managers", "0002_append_only")]

    operations = [migrations.RunPython(forwards, backwards)]
