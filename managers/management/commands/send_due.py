"""Plan what is due and send it, once, in the foreground."""

import json
from dataclasses import asdict

from django.core.management.base import BaseCommand

from crm.lib.db import shared_now
from managers.outbox import letters
from managers.outbox.courier import deliver_due
from managers.outbox.queries import mail_state


class Command(BaseCommand):
    help = (
        "One pass of the planners and of the courier. Exits with 1 when a letter failed or is "
        "uncertain."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="End with one line of JSON.")

    def handle(self, *args, **options):
        at = shared_now()
        planned = letters.plan_all(at)
        done = deliver_due(at)
        self.stdout.write(
            f"{planned} planned, {done['sent']} sent, {done['failed']} failed, "
            f"{done['uncertain']} uncertain, {done['waiting']} wait for another try."
        )
        if options["json"]:
            self.stdout.write(
                json.dumps({"planned": planned, **done, "mail": asdict(mail_state(at=at))})
            )
        if done["failed"] or done["uncertain"]:
            raise SystemExit(1)
