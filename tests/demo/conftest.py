"""One demo bank for the tests of this folder; what a test changes in it is taken back."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from crm.lib import clock
from tests.conftest import MONDAY


@pytest.fixture(scope="package")
def demo_bank(django_db_setup, django_db_blocker, tmp_path_factory):
    """A small demo bank; its value is the folder with the sign-ins."""
    var = tmp_path_factory.mktemp("var")
    undone = transaction.atomic()
    undone._from_testcase = True  # as Django's own tests do: what is durable may run inside
    with django_db_blocker.unblock(), undone:
        with override_settings(VAR=var), clock.at(MONDAY):
            call_command("demo", clients=600, seed=7, verbosity=0)
        yield var
        transaction.set_rollback(True)
