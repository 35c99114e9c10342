"""`manage.py import_results`: people, units and the deals they won from files of others."""

from pathlib import Path

from crm.lib.mapping import Rejected
from crm.lib.mapping.command import ImportCommand
from managers.competition.results import ResultsMapping, import_results


class Command(ImportCommand):
    help = (
        "Import people, their units and the deals they won as a mapping declares "
        "(docs/import.md). Again changes nothing; one bad row never stops the others. Exit code 0 "
        "only when no row was rejected."
    )

    def read(self, path: Path) -> ResultsMapping:
        return ResultsMapping.read(path)

    def run(self, mapping: ResultsMapping, rejected: Rejected, *, at) -> dict:
        return import_results(mapping, rejected, by=None, at=at)
