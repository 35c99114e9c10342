"""A courier in a process of its own, for tests that kill it: DATABASE PORT MOMENT."""

import sys
from datetime import datetime

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from managers.outbox.courier import deliver_due  # noqa: E402
from tests.managers import notes  # noqa: E402

connection.settings_dict["NAME"] = sys.argv[1]
settings.EMAIL_BACKEND = "managers.outbox.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[2])
settings.TEMPLATES[0]["DIRS"].append(notes.TEMPLATES)
notes.register()
deliver_due(datetime.fromisoformat(sys.argv[3]))
