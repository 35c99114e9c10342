"""`manage.py retention`: what is kept how long, what is due, and throwing it away."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand

from clients.models import Client, Erasure
from clients.privacy import actions, queries
from crm.lib import clock


class Command(BaseCommand):
    help = (
        "Say of each kind of record how much is due and how much is kept, and why. With --apply "
        "throw away what is due, with proof; a run that was cut short is simply started again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--apply", action="store_true", help="Throw away what is due.")
        parser.add_argument(
            "--list",
            type=Path,
            metavar="PATH",
            help="Write the numbers of erased clients to this file; keep it apart from backups.",
        )
        parser.add_argument(
            "--replay",
            type=Path,
            metavar="PATH",
            help="After a backup was restored: erase again whom such a file names.",
        )
        parser.add_argument("--json", action="store_true", help="End with one line of JSON.")

    def handle(self, *args, **options):
        at = clock.now()
        if options["replay"]:
            erased = _replay(options["replay"], at=at)
            self.stdout.write(f"{erased} clients were erased again.")
        if options["list"]:
            options["list"].write_text(_numbers(), encoding="utf-8")
        lines = queries.report(on=clock.local(at).date())
        for line in lines:
            self.stdout.write(_sentence(line))
        if options["apply"]:
            actions.close_ended(at=at)
        done = actions.apply_retention(at=at) if options["apply"] else {}
        for code, rows in done.items():
            self.stdout.write(f"{code}: {rows} rows went.")
        if options["json"]:
            kinds = [line.as_json() for line in lines]
            self.stdout.write(json.dumps({"applied": done, "kinds": kinds}))


def _numbers() -> str:
    """One line a client: the ground of the erasure, and the number."""
    rows = Erasure.objects.filter(kind="clients").order_by("pk")
    return "".join(f"{basis} {number}\n" for basis, number in rows.values_list("basis", "number"))


def _replay(path: Path, *, at) -> int:
    """Erase whom the file names and the database still knows; numbers that nobody has are left."""
    wanted = [line.split(" ", 1) for line in path.read_text(encoding="utf-8").splitlines() if line]
    known = Client.objects.filter(erased_at__isnull=True).in_bulk(
        [number for _basis, number in wanted], field_name="number"
    )
    found = [(basis, known[number]) for basis, number in wanted if number in known]
    for basis, client in found:
        actions.erase_again(client, basis=basis, at=at)
    return len(found)


def _sentence(line) -> str:
    kind = line.kind
    why = f" {kind.why}" if kind.why else ""
    return f"{kind.label}: {line.due} due, {line.kept} kept. {kind.basis}.{why}"
