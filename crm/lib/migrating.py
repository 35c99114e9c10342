"""Operations for tables with a million rows."""

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations

from crm.lib.db import on_postgresql


class AddUnique(migrations.AddConstraint):
    """Add a unique constraint with a condition, which is an index, while others go on writing.

    Only in a migration that is not atomic. One that was stopped leaves an index that is not valid:
    it is dropped by hand.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """On PostgreSQL concurrently."""
        if not on_postgresql(schema_editor.connection):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        made = str(self.constraint.create_sql(model, schema_editor))
        plain, concurrent = "CREATE UNIQUE INDEX", "CREATE UNIQUE INDEX CONCURRENTLY"
        schema_editor.execute(made.replace(plain, concurrent, 1), params=None)


class AddCheck(migrations.AddConstraint):
    """Add a check while others go on writing: the rows that stand are looked at afterwards.

    Only in a migration that is not atomic; else its lock lasts until the rows are looked at.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """On PostgreSQL in two statements; SQLite, which knows one writer only, in one."""
        if not on_postgresql(schema_editor.connection):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        states = (app_label, schema_editor, from_state, to_state)
        AddConstraintNotValid(self.model_name, self.constraint).database_forwards(*states)
        ValidateConstraint(self.model_name, self.constraint.name).database_forwards(*states)


class _WhileOthersWrite:
    """Only in a migration that is not atomic. SQLite, which knows one writer only, does as usual.

    `plain` is the operation's usual kind.
    """

    plain: type[migrations.AddIndex | migrations.RemoveIndex]

    def database_forwards(self, app_label, schema_editor, *states):
        """On PostgreSQL concurrently."""
        if on_postgresql(schema_editor.connection):
            super().database_forwards(app_label, schema_editor, *states)
        else:
            self.plain.database_forwards(self, app_label, schema_editor, *states)

    def database_backwards(self, app_label, schema_editor, *states):
        """On PostgreSQL concurrently."""
        if on_postgresql(schema_editor.connection):
            super().database_backwards(app_label, schema_editor, *states)
        else:
            self.plain.database_backwards(self, app_label, schema_editor, *states)


class AddIndex(_WhileOthersWrite, AddIndexConcurrently):
    """Add an index while others go on writing."""

    plain = migrations.AddIndex


class RemoveIndex(_WhileOthersWrite, RemoveIndexConcurrently):
    """Remove an index while others go on writing."""

    plain = migrations.RemoveIndex
