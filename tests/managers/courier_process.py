"""A courier in a process of its own, for tests that kill it or set its machine's clock wrong."""

import argparse
from datetime import datetime

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from managers.outbox.courier import deliver_due  # noqa: E402
from managers.outbox.tasks import deliver  # noqa: E402
from tests.managers import notes  # noqa: E402
from tests.wrong_clock import set_clock_wrong  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("port", type=int)
    parser.add_argument("--at", type=datetime.fromisoformat, help="else the machine's clock")
    parser.add_argument("--minutes-ahead", type=float, default=0)
    parser.add_argument("--log", default="", help="what looks up the mail server's log")
    options = parser.parse_args()
    connection.settings_dict["NAME"] = options.database
    settings.EMAIL_BACKEND = "managers.outbox.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", options.port
    settings.MAIL_LOOKUP = options.log
    settings.TEMPLATES[0]["DIRS"].append(notes.TEMPLATES)
    notes.register()
    set_clock_wrong(options.minutes_ahead)
    deliver_due(options.at) if options.at else deliver()


main()
