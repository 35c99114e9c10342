"""Files, mappings and the command, as the tests of the importer need them."""

import csv
import io
import json
from pathlib import Path

from django.core.management import call_command

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"


def run(command, mapping, *files, **options):
    """Run an import; returns its exit code and the summary in its last line."""
    out, code = io.StringIO(), 0
    try:
        call_command(command, str(mapping), *map(str, files), json=True, stdout=out, **options)
    except SystemExit as left:
        code = left.code
    return code, json.loads(out.getvalue().splitlines()[-1])


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
