"""`manage.py import_results`: people, units and the deals they won from files of others."""

from pathlib import Path

from django.core.management.base import CommandError

from crm.lib.mapping import Rejected
from crm.lib.mapping.command import ImportCommand
from managers.competition.results import ResultsMapping, import_results, take_back_results


class Command(ImportCommand):
    help = (
        "Import people, their units and the deals they won as a mapping declares "
        "(docs/import.md). Again changes nothing; one bad row never stops the others. Exit code 0 "
        "only when no row was rejected."
    )

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--take-back",
            metavar="REASON",
            help="Take back the deals of these files instead, by reversing entries; the audit "
            "keeps the reason.",
        )

    def handle(self, *args, take_back, **options) -> None:
        if take_back is not None and not take_back.strip():
            raise CommandError("--take-back asks for a reason.")
        self._reason = take_back
        super().handle(*args, **options)

    def read(self, path: Path) -> ResultsMapping:
        return ResultsMapping.read(path)

    def run(self, mapping: ResultsMapping, rejected: Rejected, *, at) -> dict:
        if self._reason:
            return take_back_results(mapping, rejected, reason=self._reason, by=None, at=at)
        return import_results(mapping, rejected, by=None, at=at)
