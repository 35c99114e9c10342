"""Administrators hear of letters that do not leave (security 5, 7)."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from crm.lib import clock
from managers.inbox.actions import watch_mail
from managers.models import Letter, Notification
from managers.outbox import actions
from managers.outbox.courier import deliver_due
from managers.outbox.queries import mail_state
from tests.factories import LetterFactory
from tests.managers.notes import notes

__all__ = ["notes"]

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("notes")]


@pytest.fixture
def letter(rm, now):
    """A note to Lin Yue, due so many minutes ago."""

    def make(*, minutes=0, **fields):
        due = now - timedelta(minutes=minutes)
        fields = {"kind": "plain-note", "context": {"text": "Hello"}, **fields}
        return LetterFactory(recipient=rm, due_at=due, **fields)

    return make


def _state(at):
    state = mail_state(at=at)
    return state.failed, state.uncertain, state.late, state.longest_minutes


@pytest.mark.parametrize("state", ["waiting", "claimed", "handing"])
def test_a_letter_is_late_a_quarter_of_an_hour_after_its_time(state, letter, now):
    letter(minutes=14, state=state)
    assert mail_state(at=now).is_well

    letter(minutes=40, state=state)

    assert _state(now) == (0, 0, 1, 40)


def test_what_waits_for_the_end_of_quiet_hours_is_late_only_after_them(letter, now):
    letter(minutes=600, not_before=now - timedelta(minutes=14))
    assert mail_state(at=now).is_well

    letter(minutes=600, not_before=now - timedelta(minutes=16))

    assert _state(now) == (0, 0, 1, 16)


def test_what_is_tried_again_later_is_late_all_the_same(letter, now):
    letter(minutes=30, not_before=now + timedelta(minutes=20), last_error="busy 451 4.3.0")

    assert _state(now) == (0, 0, 1, 30)


def test_administrators_hear_of_it_once_a_day(letter, admin, auditor, now, smtp_sink):
    letter(minutes=20, state="failed", last_error="refused 550 5.1.1")
    letter(minutes=20, state="uncertain", last_error="lost")

    assert [watch_mail(at=now), watch_mail(at=now + timedelta(minutes=5))] == [1, 0]
    deliver_due(now)

    [mail] = smtp_sink.mails
    assert (mail["To"], mail["Subject"]) == (admin.email, "Letters do not leave as they should")
    text = mail.get_body(("plain",)).get_content()
    assert "1 letter failed and can be sent again or set aside." in text
    assert "Of 1 letter nobody knows whether it arrived." in text
    assert reverse("admin:managers_letter_changelist") in text
    assert watch_mail(at=now + timedelta(days=1)) == 1


def test_nobody_hears_of_mail_that_is_well(letter, admin, now):
    letter(minutes=1)
    letter(minutes=900, state="sent")
    letter(minutes=900, state="dropped")

    assert watch_mail(at=now) == 0
    assert not Notification.objects.exists()


def test_a_letter_about_the_trouble_that_fails_itself_makes_no_other(letter, admin, now, smtp_sink):
    letter(minutes=20, state="failed", last_error="refused 550 5.1.1")
    watch_mail(at=now)
    smtp_sink.answer_body.append("550 5.7.1 Spam")
    deliver_due(now)

    assert watch_mail(at=now + timedelta(hours=1)) == 0

    assert Letter.objects.filter(kind="notification").count() == 1
    assert Notification.objects.get(to=admin).facts["failed"] == 1


def test_a_failed_letter_that_is_set_aside_is_no_trouble_any_more(letter, admin, now):
    stuck = letter(minutes=20, state="failed", last_error="inactive")

    actions.set_aside(stuck, by=admin, at=now)

    assert watch_mail(at=now) == 0
    assert mail_state(at=now).is_well


def test_the_list_of_letters_says_how_the_mail_stands(letter, client, admin, now):
    client.force_login(admin)
    address = reverse("admin:managers_letter_changelist")
    morning = clock.at_time(clock.local(now).date(), time(9))
    with clock.at(morning):
        assert "All letters leave in time." in client.get(address).content.decode()

    letter(minutes=20, state="failed", last_error="refused 550 5.1.1")
    page = client.get(address).content.decode()

    assert "0 late (the longest by 0 minutes), 1 failed, 0 uncertain." in page
