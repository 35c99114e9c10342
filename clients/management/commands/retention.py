"""`manage.py retention`: what is kept how long, what is due, and throwing it away."""

import json

from django.core.management.base import BaseCommand

from clients.privacy import actions, queries
from crm.lib import clock


class Command(BaseCommand):
    help = (
        "Say of each kind of record how much is due and how much is kept, and why. With --apply "
        "throw away what is due, with proof; a run that was cut short is simply started again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--apply", action="store_true", help="Throw away what is due.")
        parser.add_argument("--json", action="store_true", help="End with one line of JSON.")

    def handle(self, *args, **options):
        at = clock.now()
        lines = queries.report(on=clock.local(at).date())
        for line in lines:
            self.stdout.write(_sentence(line))
        done = actions.apply_retention(at=at) if options["apply"] else {}
        for code, rows in done.items():
            self.stdout.write(f"{code}: {rows} rows went.")
        if options["json"]:
            kinds = [line.as_json() for line in lines]
            self.stdout.write(json.dumps({"applied": done, "kinds": kinds}))


def _sentence(line) -> str:
    kind = line.kind
    why = f" {kind.why}" if kind.why else ""
    return f"{kind.label}: {line.due} due, {line.kept} kept. {kind.basis}.{why}"
