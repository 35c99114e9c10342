"""Tests and the triggers that keep audit, points and rules from being changed.

They come from the migrations 0002, 0007 and 0018 of managers and are there in every test. Only the
emptying of tables after a test with real transactions lifts them.
"""

from importlib import import_module

import pytest
from django.db import connection

first = import_module("managers.migrations.0002_append_only")
later = import_module("managers.migrations.0007_access_log")
rules = import_module("managers.migrations.0018_rules_stand")


def lift():
    """Open all ledgers."""
    rules.lift(connection)
    later.lift(connection)
    first.lift(connection)


def install():
    """Close them again."""
    first.install(connection)
    later.install(connection)
    rules.install(connection)


@pytest.fixture(autouse=True, scope="session")
def flush_opens_the_ledgers():
    """Let Django empty the ledgers' tables between transactional tests."""
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def lifted(self, sql_list):
        lift()
        flush(self, sql_list)
        install()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", lifted)
        yield


@pytest.fixture
def open_ledgers(db):
    """Lift the triggers until the test is rolled back, for somebody who tampers with rows."""
    lift()
