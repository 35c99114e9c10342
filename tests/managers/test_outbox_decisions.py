"""Letters that a person decides: on the letter's page, by one of two, once."""

import re

import pytest
from django.urls import reverse

from crm.lib.errors import RuleBroken
from managers.models import AuditEvent, Letter
from managers.outbox import actions
from managers.outbox.courier import deliver_due
from tests.factories import LetterFactory
from tests.managers.notes import notes
from tests.threads import at_once

__all__ = ["notes"]

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("notes")]


@pytest.fixture
def letter(rm):
    """A note to Lin Yue that a person has to decide about, in the state that is asked for."""

    def make(state):
        return LetterFactory(
            kind="plain-note",
            recipient=rm,
            state=state,
            context={"text": "Hello"},
            last_error="lost" if state == "uncertain" else "refused 550 5.1.1",
        )

    return make


def _press(client, letter, words):
    """Press a button of the letter's page, with all that its form holds; the next page."""
    page = client.get(reverse("admin:managers_letter_change", args=[letter.pk])).content.decode()
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    [form] = [form for form in forms if f'type="submit" value="{words}"' in form]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    [address] = re.findall(r' action="([^"]+)"', form)
    return client.post(address, hidden, follow=True).content.decode()


@pytest.mark.parametrize(
    ("language", "state", "words", "becomes"),
    [
        ("en", "failed", "Try again", "waiting"),
        ("en", "failed", "Set aside", "dropped"),
        ("en", "uncertain", "It was delivered", "sent"),
        ("en", "uncertain", "It was not delivered: send it again", "waiting"),
        ("zh-hans", "failed", "重试", "waiting"),
        ("zh-hans", "failed", "搁置", "dropped"),
        ("zh-hans", "uncertain", "已送达", "sent"),
        ("zh-hans", "uncertain", "未送达，重新发送", "waiting"),
    ],
)
def test_a_letter_s_page_has_a_button_for_each_decision(
    language, state, words, becomes, letter, client, admin
):
    admin.language = language
    admin.save()
    client.force_login(admin)
    row = letter(state)

    page = _press(client, row, words)

    row.refresh_from_db()
    assert row.state == becomes
    assert {"en": "Done.", "zh-hans": "已完成"}[language] in page
    assert [event.actor for event in AuditEvent.objects.all()] == [admin]


@pytest.mark.parametrize("state", ["waiting", "claimed", "handing", "sent", "dropped"])
def test_there_is_no_button_where_nothing_is_to_decide(state, letter, client, admin):
    client.force_login(admin)

    page = client.get(reverse("admin:managers_letter_change", args=[letter(state).pk]))

    assert page.context["decisions"] == []
    assert "None" not in page.content.decode()


def test_a_button_pressed_twice_sends_once(letter, client, admin, now, smtp_sink):
    client.force_login(admin)
    row, address = letter("failed"), reverse("admin:managers_letter_changelist")
    pressed = {"action": "retry", "_selected_action": row.pk, "index": 0}
    client.post(address, pressed)
    deliver_due(now)

    again = client.post(address, pressed, follow=True).content.decode()
    deliver_due(now)

    assert "Only a failed letter can be tried again." in again
    assert len(smtp_sink.mails) == AuditEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_persons_retry_a_letter_at_once_and_one_is_told(letter, admin, auditor, now, smtp_sink):
    row = letter("failed")

    ends = at_once(*[lambda by=by: actions.retry(row, by=by, at=now) for by in (admin, auditor)])
    at_once(lambda: deliver_due(now), lambda: deliver_due(now))

    assert sorted(type(end) for end in ends if isinstance(end, Exception)) == [RuleBroken]
    assert len(smtp_sink.mails) == AuditEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_persons_who_disagree_the_first_decides(letter, admin, auditor, now, smtp_sink):
    row = letter("uncertain")

    ends = at_once(
        lambda: actions.was_delivered(row, by=admin, at=now),
        lambda: actions.was_not_delivered(row, by=auditor, at=now),
    )
    deliver_due(now)

    assert len([end for end in ends if isinstance(end, RuleBroken)]) == 1
    verb = AuditEvent.objects.get().verb
    assert len(smtp_sink.mails) == (verb == "letter.found_missing")
    assert Letter.objects.get().state == "sent"
