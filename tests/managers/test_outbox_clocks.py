"""Couriers that are slow or asleep, clocks that jump or go wrong: still none lost, none twice."""

import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import connection

from crm.lib import clock
from managers.models import Letter
from managers.outbox import actions
from managers.outbox.actions import post
from managers.outbox.courier import deliver_due
from managers.outbox.rules import HANDING_LEASE
from managers.outbox.tasks import deliver
from tests.managers.notes import notes
from tests.managers.outbox import LATER, SECOND, found, not_found, note, state_of, tally
from tests.managers.test_outbox_races import ROOT
from tests.threads import NEVER_MIND

__all__ = ["note", "notes"]

HOUR = timedelta(hours=1)

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("notes"),
]


@pytest.fixture
def log_says(settings):
    """Let the mail server's log answer from now on."""

    def say(answer):
        settings.MAIL_LOOKUP = f"{answer.__module__}.{answer.__name__}"

    return say


@pytest.fixture
def held_up(smtp_sink, now):
    """A courier whom the server keeps waiting at a step; called again, it goes on to its end."""
    threads = []

    def run():
        deliver_due(now)
        connection.close()

    def begin(step):
        setattr(smtp_sink, step, 1)
        threads.append(threading.Thread(target=run))
        threads[0].start()
        assert smtp_sink.held.wait(NEVER_MIND)

    def go_on():
        smtp_sink.released.set()
        threads[0].join(NEVER_MIND)
        assert not threads[0].is_alive()

    yield begin, go_on
    go_on()


# --- Couriers that are slow


def test_a_slow_courier_finds_that_the_letter_has_gone_another_way(
    note, now, smtp_sink, log_says, held_up
):
    log_says(not_found)
    begin, go_on = held_up
    begin("hold_before_body")
    looks = [now + HANDING_LEASE + SECOND, now + 2 * HANDING_LEASE + 2 * SECOND]

    assert [deliver_due(at) for at in looks] == [tally(), tally(waiting=1)]
    assert deliver_due(now + LATER) == tally(sent=1)
    go_on()

    assert smtp_sink.recipients == [note.recipient.email]
    assert state_of(note) == ("sent", "")


@pytest.mark.parametrize("ago", [0, 1])
def test_what_a_slow_courier_did_send_is_not_sent_again(ago, note, admin, now, smtp_sink, held_up):
    begin, go_on = held_up
    begin("hold_after_body")
    deliver_due(now + HANDING_LEASE + SECOND)
    assert state_of(note) == ("uncertain", "lost")
    actions.was_not_delivered(note, by=admin, at=now)  # a person who was wrong
    claimed = actions.claim(ago, at=now + HOUR)

    go_on()

    assert state_of(note) == ("sent", "")
    assert [actions.begin_handing(letter, at=now + HOUR) for letter in claimed] == [False] * ago
    assert deliver_due(now + LATER) == tally()
    assert len(smtp_sink.mails) == 1


def test_what_a_slow_courier_surely_did_not_send_goes_again(note, now, smtp_sink, held_up):
    begin, go_on = held_up
    begin("hold_before_body")
    deliver_due(now + HANDING_LEASE + SECOND)
    assert state_of(note) == ("uncertain", "lost")

    go_on()

    assert state_of(note) == ("waiting", "unreachable")
    assert deliver_due(now + LATER) == tally(sent=1)


# --- Clocks that jump


@pytest.mark.parametrize("step", ["hold_before_body", "hold_after_body"])
def test_the_clock_jumps_ahead_while_a_letter_is_under_way(
    step, note, now, smtp_sink, log_says, held_up
):
    log_says(not_found)  # the log is behind
    begin, go_on = held_up
    begin(step)

    assert deliver_due(now + HOUR) == tally()
    go_on()

    assert state_of(note) == ("sent", "")
    assert deliver_due(now + HOUR + LATER) == tally()
    assert len(smtp_sink.mails) == 1


def test_a_claim_from_before_the_clock_went_back_is_taken_over(note, now, smtp_sink):
    actions.claim(1, at=now + HOUR)

    assert deliver_due(now) == tally(sent=1)


def test_a_letter_in_hand_from_before_the_clock_went_back_is_looked_up(
    note, now, smtp_sink, log_says
):
    [letter] = actions.claim(1, at=now + HOUR)
    actions.begin_handing(letter, at=now + HOUR)
    log_says(found)

    assert deliver_due(now) == tally(sent=1)
    assert smtp_sink.mails == []


# --- Clocks that are wrong


def _courier(settings, *, minutes_ahead):
    """Let a courier whose machine has a wrong clock go once, in a process of its own."""
    command = [sys.executable, "-m", "tests.managers.courier_process"]
    name, port = str(connection.settings_dict["NAME"]), str(settings.EMAIL_PORT)
    return subprocess.Popen(
        [
            *command,
            name,
            port,
            "--minutes-ahead",
            str(minutes_ahead),
            "--log",
            settings.MAIL_LOOKUP,
        ],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "crm.settings_test"},
    )


@pytest.fixture
def present(now):
    """No frozen clock: the moment at which the test really runs."""
    clock.set(None)
    return clock.now()


@pytest.fixture
def services():
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite all couriers share one machine and its clock.")


@pytest.mark.parametrize("minutes", [10, -10])
def test_two_couriers_whose_clocks_are_minutes_apart_send_each_letter_once(
    minutes, services, rm, present, smtp_sink, settings, log_says
):
    for number in range(30):
        post("note", to=rm, due=present, about=f"note:{number}", at=present, text=f"No. {number}")
    log_says(not_found)
    smtp_sink.hold_before_body = 1
    right = _courier(settings, minutes_ahead=0)
    assert smtp_sink.held.wait(NEVER_MIND)

    for _pass in range(3):  # time enough to think that the letter was given up, and to send it
        wrong = _courier(settings, minutes_ahead=minutes)
        assert wrong.wait(NEVER_MIND) == 0
    states = list(Letter.objects.order_by("state").values_list("state", flat=True))
    assert states == ["claimed"] * 19 + ["handing"] + ["sent"] * 10

    smtp_sink.released.set()
    assert right.wait(NEVER_MIND) == 0
    deliver()
    assert sorted(mail["Subject"] for mail in smtp_sink.mails) == sorted(
        f"Open: No. {number}" for number in range(30)
    )
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
