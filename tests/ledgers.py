"""Tests and the triggers that keep audit and points from being changed (managers/0002).

The triggers are there in every test. Only the emptying of tables after a test with real
transactions lifts them.
"""

from importlib import import_module

import pytest
from django.db import connection

triggers = import_module("managers.migrations.0002_append_only")


@pytest.fixture(autouse=True, scope="session")
def flush_opens_the_ledgers():
    """Let Django empty the ledgers' tables between transactional tests."""
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def lifted(self, sql_list):
        triggers.lift(self.connection)
        flush(self, sql_list)
        triggers.install(self.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", lifted)
        yield


@pytest.fixture
def open_ledgers(db):
    """Lift the triggers until the test is rolled back, for somebody who tampers with rows."""
    triggers.lift(connection)
