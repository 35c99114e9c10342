"""Check that nobody has changed the audit, or standings that are final."""

import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from managers.audit.queries import verify
from managers.competition.frozen import bent


class Command(BaseCommand):
    help = (
        "Walk every audit chain and the access log, and name the first row that was edited, "
        "removed, reordered or cut off; then compare final standings of competitions with the hash "
        "under which they were frozen. Exits with 1 when something is broken."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="End with one line of JSON.")
        parser.add_argument(
            "--head-file",
            type=Path,
            metavar="PATH",
            help="Compare with the heads in this file, then write the present ones to it. Keep it "
            "on another machine: it shows when a whole stream has been taken away.",
        )

    def handle(self, *args, head_file, **options):
        report = verify(_read(head_file))
        if head_file and not report.fault:
            _replace(head_file, json.dumps(report.heads, indent=1, sort_keys=True))
        bent_ones = bent()
        self.stdout.write(_sentence(report))
        for pk in bent_ones:
            self.stdout.write(f"Broken: the standings of competition {pk} are not as frozen.")
        if options["json"]:
            self.stdout.write(json.dumps(_summary(report, bent_ones)))
        if report.fault or bent_ones:
            raise SystemExit(1)


def _read(head_file) -> dict:
    if not head_file or not head_file.exists():
        return {}
    try:
        return json.loads(head_file.read_text(encoding="utf-8"))
    except ValueError as wrong:
        raise CommandError(f"{head_file} is not a file of heads: {wrong}") from wrong


def _replace(path, text):
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _sentence(report) -> str:
    if fault := report.fault:
        return f"Broken: {fault}."
    return (
        f"{report.events} events in {report.streams} streams and {report.accesses} lines of the "
        "access log hold."
    )


def _summary(report, bent_ones) -> dict:
    return {
        "ok": report.fault is None and not bent_ones,
        "streams": report.streams,
        "events": report.events,
        "accesses": report.accesses,
        "fault": asdict(report.fault) if report.fault else None,
        "bent_standings": bent_ones,
    }
