"""`manage.py import_balances`: closing balances and contributions from files of others."""

from pathlib import Path

from clients.assets.actions import import_balances
from clients.assets.mapping import AssetsMapping
from crm.lib.mapping import Rejected
from crm.lib.mapping.command import ImportCommand


class Command(ImportCommand):
    help = (
        "Import closing balances and contributions as a mapping declares (docs/import.md). Again "
        "changes nothing; one bad row never stops the others; months and tiers follow. Exit code 0 "
        "only when no row was rejected."
    )

    def read(self, path: Path) -> AssetsMapping:
        return AssetsMapping.read(path)

    def run(self, mapping: AssetsMapping, rejected: Rejected, *, at) -> dict:
        return import_balances(mapping, rejected, by=None, at=at)
