"""One visit at a time for each colleague and each room (rules F9), held by PostgreSQL.

SQLite has no such constraint; there the actions ask under the lock.
"""

from django.db import migrations

NAMES = {"staff_id": "staff_slots_never_overlap", "room_id": "room_slots_never_overlap"}


def forwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        for column, name in NAMES.items():
            editor.execute(
                f"ALTER TABLE clients_slot ADD CONSTRAINT {name} EXCLUDE USING gist "
                f"({column} WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (is_taken)"
            )


def backwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        for name in NAMES.values():
            editor.execute(f"ALTER TABLE clients_slot DROP CONSTRAINT {name}")


class Migration(migrations.Migration):
    dependencies = [("clients", "0016_appointments")]

    operations = [migrations.RunPython(forwards, backwards)]
