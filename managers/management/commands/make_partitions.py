"""Make the month partitions of audit and access log."""

import json

from django.core.management.base import BaseCommand

from crm.lib import clock
from managers.audit import partitions


class Command(BaseCommand):
    help = (
        "Make the partitions of the coming months. The scheduler does so each night; where the "
        "application may not create tables, run this as the owner of the tables once a month."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="End with one line of JSON.")

    def handle(self, *args, **options):
        made = partitions.make_ahead(on=clock.today())
        self.stdout.write(f"{len(made)} partitions made.")
        if options["json"]:
            self.stdout.write(json.dumps({"made": made}))
