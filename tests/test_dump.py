"""Whoever steals a backup has no client's details: nothing of theirs is readable in it."""

import shutil
import subprocess

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from clients.models import Client

DETAILS = ("phone", "email", "identity_no", "address")

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="pg_dump reads PostgreSQL"),
    pytest.mark.skipif(not shutil.which("pg_dump"), reason="No pg_dump on this machine"),
]


def dumped() -> str:
    """The whole database as pg_dump writes it down, in plain text."""
    given = connection.get_connection_params()
    named = {"--host": "host", "--port": "port", "--username": "user", "--dbname": "dbname"}
    where = [f"{flag}={given[name]}" for flag, name in named.items() if given.get(name)]
    done = subprocess.run(["pg_dump", *where], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.slow
def test_a_dump_of_the_bank_holds_nobodys_details(tmp_path):
    with override_settings(VAR=tmp_path):
        call_command("demo", clients=120, seed=7, verbosity=0)
    known = Client.objects.all()
    sealed = [getattr(client, name) for client in known for name in DETAILS]
    details = {value.open() for value in sealed if value}

    text = dumped()

    assert sum(client.number in text for client in known) == len(known) > 100
    assert len(details) > 200
    assert [detail for detail in details if detail in text] == []
