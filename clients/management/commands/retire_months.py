"""`manage.py retire_months`: take months of the access log away that are kept no longer."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from clients.privacy.kinds import months
from crm.lib import clock
from crm.lib.db import on_postgresql
from managers.audit import retiring


class Command(BaseCommand):
    help = (
        "Say which months of the access log are over by the retention of the bank; nothing is "
        "changed. With --detach take them out of the log, with --attach YYYY-MM put one back, with "
        "--drop throw away for good what is detached. Each is in the audit, which still verifies. "
        "Run it as the owner of the tables."
    )

    def add_arguments(self, parser):
        acts = parser.add_mutually_exclusive_group()
        acts.add_argument("--detach", action="store_true", help="Take them out; can be undone.")
        acts.add_argument("--attach", metavar="YYYY-MM", help="Put a detached month back.")
        acts.add_argument("--drop", action="store_true", help="Throw away what is detached.")
        parser.add_argument("--json", action="store_true", help="End with one line of JSON.")

    def handle(self, *args, **options):
        at = clock.now()
        until = months("access_log")(clock.today()).cut(clock.today())
        if not on_postgresql(connection):
            self.stdout.write("SQLite keeps the log in one table: there are no months to retire.")
        if options["attach"]:
            self._attach(options["attach"], at=at)
        gone = {}
        if options["detach"]:
            gone = {month: retiring.detach(month, at=at) for month in retiring.over(until=until)}
        elif options["drop"]:
            gone = {month: retiring.drop(month, at=at) for month in retiring.detached()}
        for month, rows in gone.items():
            self.stdout.write(f"{month:%Y-%m}: {rows} rows.")
        left = {"over": retiring.over(until=until), "detached": retiring.detached()}
        told = {word: [f"{month:%Y-%m}" for month in found] for word, found in left.items()}
        for word, found in told.items():
            self.stdout.write(f"{word}: {', '.join(found) or 'none'}")
        if options["json"]:
            done = {f"{month:%Y-%m}": rows for month, rows in gone.items()}
            self.stdout.write(json.dumps({"done": done, **told}))

    def _attach(self, text, *, at):
        found = {f"{month:%Y-%m}": month for month in retiring.detached()}
        if text not in found:
            raise CommandError(f"{text} is no detached month.")
        retiring.attach(found[text], at=at)
