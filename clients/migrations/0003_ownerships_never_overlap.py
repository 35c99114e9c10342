"""One responsible person or pool at a time for each client (rules E9), held by PostgreSQL.

SQLite has no such constraint; there the unique open row and the actions hold it.
"""

from django.db import migrations

NAME = "ownerships_never_overlap"


def forwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        editor.execute(
            f"ALTER TABLE clients_ownership ADD CONSTRAINT {NAME} EXCLUDE USING gist "
            "(client_id WITH =, tstzrange(since, until) WITH &&)"
        )


def backwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(f"ALTER TABLE clients_ownership DROP CONSTRAINT {NAME}")


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
