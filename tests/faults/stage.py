"""What a storm rages over: a worker of Celery with its couriers, and a scheduler, both hurried.

A process of `multiprocessing`'s forkserver imports this once, so that a killed one is back at
once. Time is hurried, nothing else is changed: leases and pauses last seconds where they last
minutes in a bank, and stand in the same order.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings_test")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from crm.celery import app  # noqa: E402
from managers.models import Letter, Staff  # noqa: E402
from managers.outbox import letters, rules  # noqa: E402
from managers.outbox.actions import post  # noqa: E402
from tests.managers import notes  # noqa: E402
from tests.wrong_clock import set_clock_wrong  # noqa: E402

NAME = "guibin-storm"  # by which the database knows these connections
CLAIM_LEASE, HANDING_LEASE, BODY_TIME = (timedelta(seconds=seconds) for seconds in (4, 8, 3))
HURRY = 60  # pauses between two attempts are this many times shorter
OVERLAP = 60  # letters that a planner plans once more than it has to
EMAIL_TIMEOUT = 1  # seconds for each step of a dialogue


@dataclass(frozen=True)
class Stage:
    """Where the processes of a storm meet."""

    database: dict  # the settings of Django that lead there
    broker: str
    port: int  # of the mail server
    log: str  # the mail server's, or "" where it cannot be read
    wanted: str  # a file that tells how many letters there shall be
    reader: int
    due: datetime


def work(stage: Stage, minutes_ahead: float) -> None:
    """A worker with two couriers, on a machine whose clock is wrong, until it is killed."""
    os.setsid()
    _prepare(stage, minutes_ahead)
    quiet = ["--loglevel=CRITICAL", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    app.worker_main(["worker", "--concurrency=2", f"--hostname=storm{os.getpid()}@%h", *quiet])


def schedule(stage: Stage, memory: str) -> None:
    """A scheduler that wakes planner and courier, until it is killed."""
    os.setsid()
    _prepare(stage, 0)
    app.conf.beat_schedule = {
        "deliver": {"task": "managers.outbox.tasks.deliver", "schedule": 0.5},
        "plan": {"task": "managers.outbox.tasks.plan", "schedule": 0.5},
    }
    app.Beat(schedule=memory, loglevel="CRITICAL").run()


def has_arrived(message_id: str) -> bool:
    """Look a letter up in the log of the mail server."""
    return message_id in Path(settings.STORM_LOG).read_text(encoding="ascii").split("\n")


def _prepare(stage: Stage, minutes_ahead: float) -> None:
    database = connection.settings_dict
    database.update(stage.database)
    database["OPTIONS"] = {**database["OPTIONS"], "application_name": NAME}
    settings.EMAIL_BACKEND = "managers.outbox.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", stage.port
    settings.EMAIL_TIMEOUT = EMAIL_TIMEOUT
    settings.MAIL_LOOKUP = f"{__name__}.has_arrived" if stage.log else ""
    settings.STORM_LOG = stage.log
    settings.TEMPLATES[0]["DIRS"].append(notes.TEMPLATES)
    app.conf.broker_url = stage.broker
    notes.register()
    letters._planners[:] = [lambda at: _plan(stage, at)]
    _hurry()
    set_clock_wrong(minutes_ahead)


def _plan(stage: Stage, at: datetime) -> int:
    """Post what is still missing, and of the rest some that others may be posting now."""
    wanted = int(Path(stage.wanted).read_text(encoding="ascii"))
    reader = Staff.objects.get(pk=stage.reader)
    numbers = range(max(Letter.objects.count() - OVERLAP, 0), wanted)
    posted = [
        post("note", to=reader, due=stage.due, about=f"note:{n}", at=at, text=f"{n:05}")
        for n in numbers
    ]
    return sum(letter is not None for letter in posted)


def _hurry() -> None:
    rules.CLAIM_LEASE, rules.HANDING_LEASE = CLAIM_LEASE, HANDING_LEASE
    rules.BODY_TIME = BODY_TIME
    unhurried = rules.next_try
    rules.next_try = lambda attempts, at: at + (unhurried(attempts, at) - at) / HURRY
