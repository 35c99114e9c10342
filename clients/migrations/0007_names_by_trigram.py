"""An index over parts of pinyin, for names that somebody mistyped; PostgreSQL's alone.

SQLite compares the spellings of the person's own clients.
"""

from django.db import migrations

NAME = "clients_by_trigram"


def forwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        editor.execute(
            f"CREATE INDEX {NAME} ON clients_client USING gin (joined_pinyin gin_trgm_ops)"
        )


def backwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP INDEX {NAME}")


class Migration(migrations.Migration):
    dependencies = [("clients", "0006_lists_and_merges")]

    operations = [migrations.RunPython(forwards, backwards)]
