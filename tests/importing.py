"""Files, mappings and the command, as the tests of the importer need them."""

import csv
import io
import json
import random
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from bench import made_up
from crm.lib import clock

MONDAY = datetime(2026, 11, 23, 9, 10, tzinfo=clock.SHANGHAI)
MAPPINGS = Path(__file__).resolve().parents[1] / "mappings"


def run(command, mapping, *files, **options):
    """Run an import; returns its exit code and the summary in its last line."""
    out, code = io.StringIO(), 0
    try:
        call_command(command, str(mapping), *map(str, files), json=True, stdout=out, **options)
    except SystemExit as left:
        code = left.code
    return code, json.loads(out.getvalue().splitlines()[-1])


@pytest.fixture(scope="module")
def imported_once(django_db_setup, django_db_blocker):
    """Import a large file once for all tests of a module; it is rolled back after the last one."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(MONDAY):
        yield lambda load: load()
        transaction.set_rollback(True)


def import_clients(mapping, *files, **options):
    """Run `import_clients`."""
    return run("import_clients", mapping, *files, **options)


def import_results(mapping, *files, **options):
    """Run `import_results`."""
    return run("import_results", mapping, *files, **options)


def counts(summary, kind=None):
    """(created, updated, unchanged, rejected) of clients, or of another kind."""
    found = summary[kind] if kind else summary
    return tuple(found[name] for name in ("created", "updated", "unchanged", "rejected"))


def rows(path, **dialect):
    """The rows of a file, read with nothing but the csv module."""
    with Path(path).open(encoding=dialect.pop("encoding", "utf-8"), newline="") as file:
        return list(csv.DictReader(file, **dialect))


@pytest.fixture
def client_list(tmp_path):
    """Write a list of clients; each row is a client of the generator with some cells changed."""

    def written(*changes, name="clients.csv", raw=""):
        path = tmp_path / name
        dice = random.Random(7)
        lines = [",".join(made_up.COLUMNS)]
        for n, changed in enumerate(changes, start=1):
            cells = made_up.row(n, dice, ["O1"]) | changed
            lines.append(",".join(f'"{cells[column]}"' for column in made_up.COLUMNS))
        path.write_text("\n".join(lines) + "\n" + raw, encoding="utf-8")
        return path

    return written


@pytest.fixture
def rejected(tmp_path):
    return tmp_path / "rejected.csv"
