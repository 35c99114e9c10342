"""A rotation in a process of its own that stops amid a chunk, for tests that kill it: DATABASE."""

import sys
from itertools import count

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from crm.lib import rotation  # noqa: E402

CHUNK, STOP = 5, 12  # rows

rewrap, done = rotation.rewrap, count(1)


def rewrap_or_stop(key):
    if next(done) == STOP:
        sys.stdout.write("amid\n")
        sys.stdout.flush()
        sys.stdin.read()
    return rewrap(key)


rotation.CHUNK, rotation.rewrap = CHUNK, rewrap_or_stop
connection.settings_dict["NAME"] = sys.argv[1]
call_command("rotate_keys")
