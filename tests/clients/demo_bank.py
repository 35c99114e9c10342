"""One demo bank for all tests of a file; what a test changes in it is taken back."""

from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from crm.lib import clock
from tests.conftest import MONDAY


@pytest.fixture(scope="module")
def a_demo_bank(django_db_setup, django_db_blocker, tmp_path_factory):
    """Loads a demo bank of some clients, and takes it away after the `with` block."""

    @contextmanager
    def loaded(clients: int):
        var = override_settings(VAR=tmp_path_factory.mktemp("var"))
        undone = transaction.atomic()
        undone._from_testcase = True  # as Django's own tests do: what is durable may run inside
        with django_db_blocker.unblock(), undone:
            with var, clock.at(MONDAY):
                call_command("demo", clients=clients, seed=7, verbosity=0)
            yield
            transaction.set_rollback(True)

    return loaded
