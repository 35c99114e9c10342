"""A worker in a process of its own that stops amid a chunk, for a test that kills it.

Arguments: DATABASE PLAN MOMENT.
"""

import sys
from datetime import datetime
from itertools import count

import django

django.setup()

from django.db import connection  # noqa: E402

from clients.reassignment import rules  # noqa: E402
from clients.reassignment.actions import moving, work  # noqa: E402
from crm.lib import clock  # noqa: E402

CHUNK, STOP = 5, 13  # clients

tell, told = moving.tell_of_owner, count(1)


def tell_or_stop(client, **given):
    if next(told) == STOP:
        sys.stdout.write("amid\n")
        sys.stdout.flush()
        sys.stdin.read()
    return tell(client, **given)


rules.CHUNK, moving.tell_of_owner = CHUNK, tell_or_stop
connection.settings_dict["NAME"] = sys.argv[1]
with clock.at(datetime.fromisoformat(sys.argv[3])):
    work(int(sys.argv[2]), now=clock.now)
