"""The frame of an import by command: arguments, files, rejected rows, summary, exit code."""

import gc
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from crm.lib import clock
from crm.lib.mapping.rejected import Rejected
from crm.lib.mapping.section import MappingError


class ImportCommand(BaseCommand):
    """Reads a mapping, finds its files, imports, and says what became of each row.

    Exit code 0 only when no row was rejected.
    """

    def read(self, path: Path) -> Any:
        """The mapping in this file: it has `name`, `base`, `sources` and `check()`."""
        raise NotImplementedError

    def run(self, mapping: Any, rejected: Rejected, *, at) -> dict:
        """Import; returns the summary."""
        raise NotImplementedError

    def add_arguments(self, parser) -> None:
        parser.add_argument("mapping", type=Path, help="Mapping file (docs/import.md).")
        parser.add_argument(
            "files",
            nargs="*",
            help="Files or folders, matched to the mapping by file name; ROLE=PATH names one "
            "outright. What is not given is looked for where the mapping says.",
        )
        parser.add_argument(
            "--rejected", type=Path, help="Where rejected rows go (var/rejected/…csv)."
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Do everything, then take it all back."
        )
        parser.add_argument("--json", action="store_true", help="End with the summary as JSON.")

    def handle(self, *args, mapping, files, rejected, dry_run, **options) -> None:
        began, at = time.monotonic(), clock.now()
        try:
            declared = self.read(mapping)
            declared.sources.find(files, base=declared.base)
            path = rejected or self._rejected_path(declared.name, at)
            with _seldom_collected(), Rejected(path, declared.check()) as aside:
                summary = self._run(declared, aside, at=at, dry_run=dry_run)
        except MappingError as wrong:
            raise CommandError(str(wrong)) from wrong
        summary |= {
            "dry_run": dry_run,
            "rejected_file": str(aside.path) if aside.path else None,
            "seconds": round(time.monotonic() - began, 1),
        }
        self._report(summary, aside, declared.sources.unused, options["json"])
        if aside.count:
            raise SystemExit(1)

    def _run(self, declared, aside: Rejected, *, at, dry_run: bool) -> dict:
        if not dry_run:
            return self.run(declared, aside, at=at)
        with transaction.atomic():
            summary = self.run(declared, aside, at=at)
            transaction.set_rollback(True)
        return summary

    def _report(self, summary: dict, aside: Rejected, unused: list[str], as_json: bool) -> None:
        if unused:
            self.stdout.write(f"Not in the mapping, not read: {', '.join(unused)}")
        for name, found in summary.items():
            if isinstance(found, dict):
                found = ", ".join(f"{count} {what}" for what, count in found.items())
            self.stdout.write(f"{name}: {found}")
        if aside.count:
            self.stdout.write(f"{aside.count} rows were rejected, with their reasons: {aside.path}")
        if as_json:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))

    @staticmethod
    def _rejected_path(name: str, at) -> Path:
        moment = clock.local(at).strftime("%Y%m%d-%H%M%S-%f")
        return settings.VAR / "rejected" / f"{name}-{moment}.csv"


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Let rows come and go: they leave no cycles, and looking for some took a fifth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
