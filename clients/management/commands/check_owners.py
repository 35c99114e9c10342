"""Check that no active client is without an owner who is there."""

import json

from django.core.management.base import BaseCommand

from clients.reassignment.actions import check_owners
from clients.reassignment.owner_check import Fault
from crm.lib import clock


class Command(BaseCommand):
    help = (
        "Look for active clients whose owner is gone, away without a deputy or not the one of the "
        "history, and for those who wait in a pool too long; tell their heads once a day. Exits "
        "with 1 when there is one."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="End with one line of JSON.")

    def handle(self, *args, **options):
        found = check_owners(at=clock.now())
        counts = {fault.value: 0 for fault in Fault}
        for finding in found:
            counts[finding.fault] += finding.clients
        total = sum(counts.values())
        self.stdout.write(f"{total} active clients have nobody." if total else "Zero: all is well.")
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not total, "clients": total, **counts}))
        if total:
            raise SystemExit(1)
