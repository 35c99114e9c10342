"""Several couriers at once, and couriers that are killed: real threads, processes and commits."""

import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from managers.audit.actions import record
from managers.audit.queries import verify
from managers.models import AuditEvent, Letter
from managers.outbox.actions import claim, post
from managers.outbox.courier import deliver_due
from managers.outbox.rules import HANDING_LEASE
from tests.managers.notes import notes
from tests.managers.outbox import found, not_found, tally
from tests.threads import NEVER_MIND, at_once

__all__ = ["notes"]

ROOT = Path(__file__).resolve().parents[2]
MINUTE = timedelta(minutes=1)

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("notes"),
]


@pytest.fixture
def note(rm, now):
    return post("note", to=rm, due=now, about="note:1", at=now, text="Hello")


@pytest.fixture
def killed(smtp_sink, settings, now):
    """Start a courier in its own process and kill it while the server keeps it waiting."""

    def run():
        command = [sys.executable, "-m", "tests.managers.courier_process"]
        name = str(connection.settings_dict["NAME"])
        process = subprocess.Popen(
            [*command, name, str(settings.EMAIL_PORT), "--at", now.isoformat()],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "crm.settings_test"},
        )
        assert smtp_sink.held.wait(NEVER_MIND)
        process.kill()
        process.wait(NEVER_MIND)

    return run


def test_two_workers_send_one_digest_once(note, now, smtp_sink):
    tallies = at_once(lambda: deliver_due(now), lambda: deliver_due(now))

    assert sorted(tally["sent"] for tally in tallies) == [0, 1]
    assert smtp_sink.recipients == [note.recipient.email]


def test_four_workers_send_many_letters_once_each(rm, now, smtp_sink):
    for number in range(60):
        post("note", to=rm, due=now, about=f"note:{number}", at=now, text=f"No. {number}")

    tallies = at_once(*[lambda: deliver_due(now)] * 4)

    assert sum(tally["sent"] for tally in tallies) == 60
    assert Counter(mail["Subject"] for mail in smtp_sink.mails) == Counter(
        f"Open: No. {number}" for number in range(60)
    )


def test_two_schedulers_post_one_letter(rm, now):
    def job():
        return post("note", to=rm, due=now, about="note:1", at=now, text="Hello")

    posted = at_once(job, job, job)

    assert [letter for letter in posted if letter] == [Letter.objects.get()]


def test_claims_do_not_wait_for_each_other(rm, now):
    for number in range(40):
        post("note", to=rm, due=now, about=f"note:{number}", at=now, text="Hello")

    batches = at_once(lambda: claim(20, at=now), lambda: claim(20, at=now))

    taken = [letter.pk for batch in batches for letter in batch]
    assert sorted(taken) == sorted(Letter.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("step", ["hold_before_body", "hold_after_body"])
def test_a_courier_killed_while_handing_over_leaves_an_uncertain_letter(
    step, note, now, smtp_sink, killed
):
    setattr(smtp_sink, step, 1)
    killed()
    note.refresh_from_db()
    arrived = len(smtp_sink.mails)

    assert note.state == "handing"
    assert deliver_due(now + 2 * HANDING_LEASE)["uncertain"] == 1
    deliver_due(now + timedelta(days=1))
    note.refresh_from_db()
    assert (note.state, len(smtp_sink.mails)) == ("uncertain", arrived)


@pytest.mark.parametrize(
    ("step", "lookup", "looks"),
    [
        ("hold_before_body", not_found, [tally(), tally(waiting=1)]),
        ("hold_after_body", found, [tally(sent=1), tally()]),
    ],
)
def test_where_the_server_s_log_can_be_read_nothing_stays_uncertain(
    step, lookup, looks, note, now, smtp_sink, killed, settings
):
    settings.MAIL_LOOKUP = f"{lookup.__module__}.{lookup.__name__}"
    setattr(smtp_sink, step, 1)
    killed()

    once = now + HANDING_LEASE + MINUTE
    assert [deliver_due(once), deliver_due(once + HANDING_LEASE + MINUTE)] == looks
    deliver_due(now + timedelta(days=1))
    note.refresh_from_db()
    assert (note.state, len(smtp_sink.mails)) == ("sent", 1)


def test_writers_of_one_audit_stream_keep_one_chain(rm, head, stranger, now):
    def writer(by):
        def write():
            for _ in range(10):
                record("client.opened", by, by=by, at=now)

        return write

    at_once(writer(rm), writer(rm), writer(head), writer(stranger))

    assert AuditEvent.objects.count() == 40
    assert verify().fault is None
