"""The outbox in trouble: refusals, broken lines, dead couriers, and a person who decides."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from crm.lib.errors import RuleBroken
from managers.models import AuditEvent
from managers.outbox import actions, letters
from managers.outbox.actions import post
from managers.outbox.courier import deliver_due
from managers.outbox.rules import CLAIM_LEASE, HANDING_LEASE, MOST_ATTEMPTS
from tests.factories import LetterFactory
from tests.managers.notes import notes
from tests.managers.outbox import LATER, SECOND, found, not_found, note, state_of, tally

__all__ = ["note", "notes"]

WELL = {"failed": 0, "uncertain": 0, "late": 0, "longest_minutes": 0}

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("notes")]


def unreadable(message_id):
    raise OSError("no such log")


# --- What the server answers


@pytest.mark.parametrize("at_which_step", ["answer_recipient", "answer_body"])
def test_a_busy_server_gets_the_letter_later(at_which_step, note, now, smtp_sink):
    getattr(smtp_sink, at_which_step).append("451 4.7.1 Zhang San is busy")

    assert deliver_due(now) == tally(waiting=1)
    assert state_of(note) == ("waiting", "busy 451 4.7.1")
    assert deliver_due(now) == tally()  # not at once
    assert deliver_due(now + LATER) == tally(sent=1)
    assert len(smtp_sink.mails) == 1
    assert state_of(note) == ("sent", "")


@pytest.mark.parametrize("at_which_step", ["answer_recipient", "answer_body"])
def test_a_refused_letter_fails_alone(at_which_step, note, peer, now, smtp_sink):
    getattr(smtp_sink, at_which_step).append("550 5.1.1 No Zhang San here")
    other = post("note", to=peer, due=now, about="note:2", at=now, text="Hello")

    assert deliver_due(now) == tally(failed=1, sent=1)
    assert state_of(note) == ("failed", "refused 550 5.1.1")
    assert note.trouble == "The mail server refused the letter. (550 5.1.1)"
    assert state_of(other) == ("sent", "")


def test_a_server_that_hangs_up_with_421_is_called_again(note, peer, now, smtp_sink):
    smtp_sink.answer_body.append("421 4.7.0 Too many letters")
    other = post("note", to=peer, due=now, about="note:2", at=now, text="Hello")

    assert deliver_due(now) == tally(waiting=1, sent=1)
    assert state_of(note) == ("waiting", "busy 421 4.7.0")
    assert state_of(other) == ("sent", "")


def test_pauses_grow_and_end(note, now, smtp_sink):
    pauses, at = [], now
    for _attempt in range(MOST_ATTEMPTS - 1):
        smtp_sink.answer_body.append("451 4.3.0 Later")
        assert deliver_due(at) == tally(waiting=1)
        note.refresh_from_db()
        pauses.append(note.not_before - at)
        at = note.not_before + SECOND
    smtp_sink.answer_body.append("451 4.3.0 Later")

    assert deliver_due(at) == tally(failed=1)
    assert state_of(note) == ("failed", "given_up 451 4.3.0")
    assert timedelta(seconds=30) <= pauses[0] <= timedelta(seconds=91)
    assert timedelta(minutes=30) <= pauses[-1] <= timedelta(minutes=91)


# --- Lines that break


def test_a_line_that_breaks_before_the_text_is_tried_again(note, now, smtp_sink):
    smtp_sink.drop_before_body = 1

    assert deliver_due(now) == tally(waiting=1)
    assert state_of(note) == ("waiting", "unreachable")
    assert deliver_due(now + LATER) == tally(sent=1)
    assert len(smtp_sink.mails) == 1


def test_a_line_that_breaks_after_the_text_leaves_the_letter_uncertain(note, peer, now, smtp_sink):
    smtp_sink.drop_after_body = 1
    other = post("note", to=peer, due=now, about="note:2", at=now, text="Hello")

    assert deliver_due(now) == tally(uncertain=1, sent=1)
    assert deliver_due(now + HANDING_LEASE + LATER) == tally(uncertain=1)
    assert state_of(note) == ("uncertain", "lost")
    assert state_of(other) == ("sent", "")
    assert deliver_due(now + 9 * LATER) == tally()
    assert smtp_sink.recipients == sorted([note.recipient.email, peer.email])


@pytest.mark.parametrize(
    ("lookup", "state", "mails"), [(found, "sent", 1), (not_found, "waiting", 1)]
)
def test_a_lookup_of_the_message_id_settles_it(
    lookup, state, mails, note, now, smtp_sink, settings
):
    settings.MAIL_LOOKUP = f"{lookup.__module__}.{lookup.__name__}"
    smtp_sink.drop_after_body = 1
    deliver_due(now)
    later = now + HANDING_LEASE - SECOND

    assert deliver_due(later) == tally()  # not while the first courier may still be at it
    assert deliver_due(later + 2 * SECOND) == tally(**{state: 1})
    assert state_of(note)[0] == state
    assert len(smtp_sink.mails) == mails


def test_a_log_that_cannot_be_read_leaves_it_uncertain(note, now, smtp_sink, settings):
    settings.MAIL_LOOKUP = f"{__name__}.unreadable"
    smtp_sink.drop_after_body = 1
    deliver_due(now)
    later = now + HANDING_LEASE + SECOND
    assert state_of(note)[0] == "handing"

    assert deliver_due(later) == tally(uncertain=1)
    assert state_of(note)[0] == "uncertain"


def test_a_letter_that_is_surely_not_there_goes_again_under_the_same_message_id(
    note, now, smtp_sink, settings
):
    settings.MAIL_LOOKUP = f"{not_found.__module__}.not_found"
    smtp_sink.drop_after_body = 1
    deliver_due(now)
    deliver_due(now + HANDING_LEASE + SECOND)

    assert deliver_due(now + LATER) == tally(sent=1)
    assert len({mail["Message-ID"] for mail in smtp_sink.mails}) == 1


def test_a_server_that_is_away_costs_no_attempt(note, peer, now, settings, smtp_sink):
    post("note", to=peer, due=now, about="note:2", at=now, text="Hello")
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1

    assert deliver_due(now) == tally()
    assert state_of(note) == ("waiting", "unreachable")
    assert note.attempts == 0

    settings.EMAIL_PORT = port
    assert deliver_due(now + LATER) == tally(sent=2)


# --- Couriers that die or lose their lease


def test_a_letter_claimed_by_a_courier_that_died_is_taken_over(note, now, smtp_sink):
    actions.claim(1, at=now)

    assert deliver_due(now + CLAIM_LEASE - SECOND) == tally()
    assert deliver_due(now + CLAIM_LEASE + SECOND) == tally(sent=1)


def test_a_courier_that_lost_its_lease_hands_nothing_over(note, now):
    [mine] = actions.claim(1, at=now)
    [theirs] = actions.claim(1, at=now + CLAIM_LEASE + SECOND)

    assert not actions.begin_handing(mine, at=now + CLAIM_LEASE + SECOND)
    assert actions.begin_handing(theirs, at=now + CLAIM_LEASE + SECOND)
    assert not actions.stamp_sent(mine, at=now)


def test_a_courier_whose_lease_ran_out_hands_nothing_over(note, now):
    [mine] = actions.claim(1, at=now)

    assert not actions.begin_handing(mine, at=now + CLAIM_LEASE)


def test_a_courier_that_wakes_late_still_knows_that_it_sent(note, now):
    [mine] = actions.claim(1, at=now)
    actions.begin_handing(mine, at=now)
    deliver_due(now + HANDING_LEASE + SECOND)
    assert state_of(note) == ("uncertain", "lost")

    assert actions.stamp_sent(mine, at=now)
    assert state_of(note) == ("sent", "")


# --- A person decides


def test_a_failed_letter_can_be_retried(note, admin, now, smtp_sink):
    smtp_sink.answer_body.append("550 5.7.1 Spam")
    deliver_due(now)

    actions.retry(note, by=admin, at=now)

    assert deliver_due(now) == tally(sent=1)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.subject_id) == ("letter.retried", admin, str(note.pk))


@pytest.mark.parametrize(
    ("decide", "verb", "state", "mails"),
    [
        (actions.was_delivered, "letter.found_delivered", "sent", 0),
        (actions.was_not_delivered, "letter.found_missing", "sent", 1),
    ],
)
def test_an_uncertain_letter_is_decided_by_a_person(
    decide, verb, state, mails, admin, now, rm, smtp_sink
):
    letter = LetterFactory(
        kind="plain-note", state="uncertain", recipient=rm, context={"text": "a"}
    )

    decide(letter, by=admin, at=now)
    deliver_due(now)

    assert AuditEvent.objects.get().verb == verb
    assert state_of(letter) == (state, "")
    assert len(smtp_sink.mails) == mails


@pytest.mark.parametrize(
    "decide", [actions.retry, actions.was_delivered, actions.was_not_delivered]
)
def test_a_letter_that_waits_cannot_be_decided(decide, note, admin, now):
    with pytest.raises(RuleBroken):
        decide(note, by=admin, at=now)

    assert state_of(note) == ("waiting", "")


# --- By hand


def test_the_command_plans_sends_and_sums_up(rm, now, smtp_sink, capsys, monkeypatch):
    def plan(at):
        return int(post("note", to=rm, due=at, about="note:1", at=at, text="Hello") is not None)

    monkeypatch.setattr(letters, "_planners", [])
    letters.planner(letters.planner(plan))

    call_command("send_due", json=True)
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "planned": 1,
        **tally(sent=1),
        "mail": WELL,
    }
    call_command("send_due", json=True)
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "planned": 0,
        **tally(),
        "mail": WELL,
    }
    assert len(smtp_sink.mails) == 1


def test_the_command_fails_when_a_letter_failed(note, smtp_sink, monkeypatch):
    monkeypatch.setattr(letters, "_planners", [])
    smtp_sink.answer_body.append("550 5.7.1 Spam")

    with pytest.raises(SystemExit, match="1"):
        call_command("send_due")
