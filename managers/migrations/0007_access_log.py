"""The access log; on PostgreSQL it and the audit lie in one partition a month.

The parts' key is (id, at), because a partition knows of no others: that ids and positions stand
once is the work of the sequence and of the locked head of each stream, and `verify` finds a
breach.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from crm.lib import clock
from managers.audit import partitions

AUDIT, ACCESS = partitions.TABLES
REFUSAL = "This table is only added to."


def _guards(vendor, table):
    """(name, what the trigger fires on)."""
    kinds = ("UPDATE", "DELETE", "TRUNCATE") if vendor == "postgresql" else ("UPDATE", "DELETE")
    return [(f"{table}_no_{kind.lower()}", kind) for kind in kinds]


def _close(cursor, vendor, table):
    for name, kind in _guards(vendor, table):
        if vendor == "postgresql":
            each = "STATEMENT" if kind == "TRUNCATE" else "ROW"
            refuse = f"FOR EACH {each} {partitions.REFUSE}"
        else:
            refuse = f"FOR EACH ROW BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        cursor.execute(f"CREATE TRIGGER {name} BEFORE {kind} ON {table} {refuse}")


def install(connection):
    """Close the access log, and all partitions."""
    with connection.cursor() as cursor:
        _close(cursor, connection.vendor, ACCESS)
        for name in _partitions(connection.vendor, cursor):
            partitions.refuse_truncate(cursor, name)


def lift(connection):
    """Open the access log again, and all partitions."""
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for name, _kind in _guards(connection.vendor, ACCESS):
            cursor.execute(f"DROP TRIGGER {name}{f' ON {ACCESS}' if on_postgresql else ''}")
        for name in _partitions(connection.vendor, cursor):
            cursor.execute(f"DROP TRIGGER {name}_no_truncate ON {name}")


def _partitions(vendor, cursor):
    if vendor != "postgresql":
        return []
    return [name for table in partitions.TABLES for name in partitions.partitions(cursor, table)]


def divide(apps, editor):
    """Lay both tables out by months, with all rows that they have, and close them."""
    if editor.connection.vendor == "postgresql":
        _rebuild_all(editor.connection, divided=True)
    with editor.connection.cursor() as cursor:
        _close(cursor, editor.connection.vendor, ACCESS)


def unite(apps, editor):
    """Make both tables whole again, with all their rows."""
    lift(editor.connection)
    if editor.connection.vendor == "postgresql":
        _rebuild_all(editor.connection, divided=False)


def _rebuild_all(connection, *, divided):
    with connection.cursor() as cursor:
        for table in partitions.TABLES:
            _rebuild(cursor, table, divided=divided)
        _close(cursor, connection.vendor, AUDIT)  # 0002 did, and it went with the old table


def _rebuild(cursor, table, *, divided):
    """Copy a table into one of the same columns, foreign keys and indexes; then take its name."""
    keys, indexes = _definitions(cursor, table)
    fresh, by_month = f"{table}_fresh", " PARTITION BY RANGE (at)" if divided else ""
    cursor.execute(
        f"CREATE TABLE {fresh} (LIKE {table} INCLUDING DEFAULTS INCLUDING IDENTITY){by_month}"
    )
    if divided:
        partitions.make_default(cursor, fresh, named=table)
        _make_months(cursor, table, fresh)
    cursor.execute(f"INSERT INTO {fresh} SELECT * FROM {table}")  # noqa: S608
    cursor.execute(f"DROP TABLE {table}")
    cursor.execute(f"ALTER TABLE {fresh} RENAME TO {table}")
    cursor.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (id{', at' if divided else ''})")
    for name, definition in keys:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for definition in indexes:
        cursor.execute(definition)
    if table == AUDIT:
        at = ", at" if divided else ""
        cursor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT audit_position_once "
            f"UNIQUE (stream_id, position{at})"
        )
    counter = f"pg_get_serial_sequence('{table}', 'id')"
    cursor.execute(f"SELECT setval({counter}, max(id)) FROM {table}")  # noqa: S608


def _definitions(cursor, table):
    """The foreign keys and checks, and the indexes that belong to no constraint, as SQL."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype IN ('f', 'c')",
        [table],
    )
    keys = cursor.fetchall()
    cursor.execute(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass "
        "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [table],
    )
    return keys, [definition.replace(" ON ONLY ", " ON ") for (definition,) in cursor.fetchall()]


def _make_months(cursor, table, fresh):
    """Partitions from the first month that has rows to some months ahead."""
    cursor.execute(f"SELECT min(at) FROM {table}")  # noqa: S608
    today = clock.today()
    first = clock.local(cursor.fetchone()[0] or clock.now()).date()
    last = partitions.following(today.replace(day=1), partitions.AHEAD)
    partitions.make(cursor, fresh, first=min(first, today), last=last, named=table)


class Migration(migrations.Migration):

    dependencies = [
        ('managers', '0006_inbox'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('client_id', models.BigIntegerField(verbose_name='client')),
                ('verb', models.CharField(choices=[('viewed', 'read the file'), ('looked_up', 'looked up, masked'), ('revealed', 'revealed a field'), ('downloaded', 'downloaded a sheet'), ('exported', 'exported')], max_length=10, verbose_name='what')),
                ('page', models.CharField(max_length=60, verbose_name='where')),
                ('basis', models.CharField(choices=[('own', 'own client'), ('cover', 'covers the owner'), ('relay', 'referral or handover'), ('scope', 'answers for the outlet'), ('lookup', 'masked look-up')], max_length=8, verbose_name='ground')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='address')),
                ('mac', models.CharField(max_length=64)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'access',
                'verbose_name_plural': 'access log',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['client_id', '-at'], name='access_by_client'), models.Index(fields=['actor', '-at'], name='access_by_actor'), models.Index(fields=['at'], name='access_by_time')],
            },
        ),
        migrations.RunPython(divide, unite),
    ]
