"""Large files and importers at the same time."""

import resource
import threading

import pytest
from django.core.management import call_command
from django.db import connection

from bench import made_up
from clients.models import Client, Ownership
from crm.lib import clock
from crm.lib.db import on_postgresql
from managers.audit.queries import verify
from managers.models import AuditEvent
from tests.factories import OrgUnitFactory
from tests.importing import MAPPINGS, MONDAY, counts, import_clients
from tests.threads import NEVER_MIND

SIMPLE = MAPPINGS / "simple.toml"
ROWS = 100_000
MEGABYTES = 48  # the keys of the file are remembered, its rows are not


def peak_memory() -> float:
    """The most that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.slow
@pytest.mark.django_db
def test_a_hundred_thousand_clients_go_in_whole_and_with_flat_memory(tmp_path, outlet):
    if not on_postgresql(connection):
        pytest.skip("Large files go to PostgreSQL.")
    few = made_up.write(tmp_path / "few.csv", 5_000, ["O1"])
    many = made_up.write(tmp_path / "clients.csv", ROWS, ["O1"])
    import_clients(SIMPLE, few)
    memory = peak_memory()

    _, summary = import_clients(SIMPLE, many)

    assert peak_memory() - memory < MEGABYTES
    assert counts(summary) == (ROWS - 5_000, 0, 5_000, 0)
    assert Client.objects.count() == Ownership.objects.filter(until=None).count() == ROWS
    assert AuditEvent.objects.filter(verb="client.imported").count() == ROWS


@pytest.mark.django_db(transaction=True)
def test_two_importers_of_one_file_make_each_client_once(tmp_path):
    if not on_postgresql(connection):
        pytest.skip("SQLite has one writer at a time.")
    OrgUnitFactory(code="O1")
    file = made_up.write(tmp_path / "clients.csv", 300, ["O1"])
    start = threading.Barrier(3)
    codes = []

    def importer(n):
        start.wait(NEVER_MIND)
        try:
            call_command("import_clients", str(SIMPLE), str(file), rejected=tmp_path / f"{n}.csv")
            codes.append(0)
        except SystemExit as left:
            codes.append(left.code)
        finally:
            connection.close()

    with clock.at(MONDAY):
        threads = [threading.Thread(target=importer, args=[n]) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(NEVER_MIND)

    assert codes == [0, 0, 0]
    assert Client.objects.count() == Ownership.objects.count() == 300
    assert AuditEvent.objects.filter(verb="client.imported").count() == 300
    assert verify().fault is None
