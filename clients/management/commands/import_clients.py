"""`manage.py import_clients`: clients with holdings and households from files of others."""

from pathlib import Path

from clients.intake.actions.importing import import_clients
from clients.intake.mapping import Mapping
from crm.lib.mapping import Rejected
from crm.lib.mapping.command import ImportCommand


class Command(ImportCommand):
    help = (
        "Import clients, their holdings and households as a mapping declares (docs/import.md). "
        "Again changes nothing; one bad row never stops the others. Exit code 0 only when no row "
        "was rejected."
    )

    def read(self, path: Path) -> Mapping:
        return Mapping.read(path)

    def run(self, mapping: Mapping, rejected: Rejected, *, at) -> dict:
        return import_clients(mapping, rejected, by=None, at=at)
