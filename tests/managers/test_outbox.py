"""The outbox: what is posted, what arrives, and when it leaves."""

from datetime import timedelta

import pytest

from managers.models import Letter
from managers.outbox.actions import post, post_to_all
from managers.outbox.courier import deliver_due
from managers.outbox.tasks import deliver
from tests.managers.notes import notes
from tests.managers.outbox import LATER, SECOND, note, state_of, tally

__all__ = ["note", "notes"]

pytestmark = pytest.mark.usefixtures("notes")


# --- Into the outbox


def test_the_same_letter_is_posted_once(note, rm, now):
    assert post("note", to=rm, due=now, about="note:1", at=now, text="Again") is None
    assert list(Letter.objects.all()) == [note]


def test_another_thing_reader_or_day_is_another_letter(note, rm, peer, now):
    assert post("note", to=rm, due=now, about="note:2", at=now, text="a")
    assert post("note", to=peer, due=now, about="note:1", at=now, text="a")
    assert post("note", to=rm, due=now + timedelta(days=1), about="note:1", at=now, text="a")
    assert post("plain-note", to=rm, due=now, about="note:1", at=now, text="a")


def test_what_is_posted_to_many_passes_over_those_who_have_it(note, rm, peer, now):
    Letter.objects.update(state="sent")

    post_to_all("note", [rm.pk, peer.pk], due=now, about="note:1", at=now)

    found = Letter.objects.order_by("pk").values_list("recipient", "state")
    assert list(found) == [(rm.pk, "sent"), (peer.pk, "waiting")]


# --- What arrives


def test_a_letter_arrives_as_text_and_html(note, rm, now, smtp_sink):
    assert deliver_due(now) == tally(sent=1)

    [mail] = smtp_sink.mails
    note.refresh_from_db()
    assert (mail["To"], mail["From"]) == (rm.email, "Guibin <guibin@bank.example>")
    assert mail["Subject"] == "Open: Ring 单**"
    assert mail["Message-ID"] == note.message_id
    assert note.message_id.endswith("@bank.example>")
    assert now <= mail["Date"].datetime < now + timedelta(minutes=1)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_body("plain").get_content() == "Dear 林悦, Ring 单**\n"
    assert "<h1" in mail.get_body("html").get_content()
    assert note.state == "sent"
    assert now <= note.sent_at < now + timedelta(minutes=1)


def test_a_letter_is_written_in_its_reader_s_language(rm, now, smtp_sink):
    rm.language = "zh-hans"
    rm.save()
    post("note", to=rm, due=now, about="note:1", at=now, text="单**")

    deliver_due(now)

    [mail] = smtp_sink.mails
    assert '<html lang="zh-hans">' in mail.get_body("html").get_content()


def test_a_subject_is_one_line_and_only_html_is_escaped(rm, now, smtp_sink):
    post("note", to=rm, due=now, about="note:1", at=now, text="<A & B>\nC")

    deliver_due(now)

    [mail] = smtp_sink.mails
    assert mail["Subject"] == "Open: <A & B> C"
    assert mail.get_body("plain").get_content() == "Dear 林悦, <A & B>\nC\n"
    assert "&lt;A &amp; B&gt;" in mail.get_body("html").get_content()


def test_a_kind_may_have_no_html(rm, now, smtp_sink):
    post("plain-note", to=rm, due=now, about="note:1", at=now, text="Hello")

    deliver_due(now)

    [mail] = smtp_sink.mails
    assert mail.get_content_type() == "text/plain"


# --- When it leaves


def test_nothing_leaves_before_it_is_due(note, now, smtp_sink):
    assert deliver_due(now - SECOND) == tally()
    assert deliver_due(now) == tally(sent=1)


def test_a_second_pass_sends_nothing_again(note, now, smtp_sink):
    deliver_due(now)
    deliver_due(now + LATER)

    assert len(smtp_sink.mails) == 1


def test_a_letter_with_nothing_left_to_say_is_dropped(rm, now, smtp_sink):
    letter = post("note", to=rm, due=now, about="note:1", at=now, text="")

    assert deliver_due(now) == tally()
    assert state_of(letter) == ("dropped", "")
    assert smtp_sink.mails == []


def test_a_batch_goes_over_one_connection(rm, now, smtp_sink):
    for number in range(25):
        post("note", to=rm, due=now, about=f"note:{number}", at=now, text="Hello")

    assert deliver_due(now) == tally(sent=25)
    assert smtp_sink.connections == 1


def test_a_pass_stops_at_its_limit(rm, now, smtp_sink):
    for number in range(3):
        post("note", to=rm, due=now, about=f"note:{number}", at=now, text="Hello")

    assert deliver_due(now, limit=2) == tally(sent=2)
    assert deliver_due(now, limit=2) == tally(sent=1)


def test_the_task_only_wakes_the_courier(note, smtp_sink):
    deliver()

    assert state_of(note) == ("sent", "")


# --- Letters that cannot go


def test_a_reader_who_left_gets_no_letter(note, rm, now, smtp_sink):
    rm.is_active = False
    rm.save()

    assert deliver_due(now) == tally(failed=1)
    assert state_of(note) == ("failed", "inactive")
    assert note.trouble == "The recipient may not sign in any more."


def test_a_reader_without_an_address_gets_no_letter(note, rm, now, smtp_sink):
    rm.email = ""
    rm.save()

    deliver_due(now)

    assert state_of(note) == ("failed", "no_address")


@pytest.mark.parametrize(
    ("kind", "email", "error"),
    [
        ("broken-note", "a@bank.example", "unwritten TemplateDoesNotExist"),
        ("unknown-note", "a@bank.example", "unwritten KeyError"),
        ("note", "a@bank.example\nBcc: b@bank.example", "unwritten BadHeaderError"),
    ],
)
def test_a_broken_letter_fails_alone(kind, email, error, note, peer, now, smtp_sink):
    peer.email = email
    peer.save()
    broken = post(kind, to=peer, due=now - SECOND, about="note:1", at=now, text="Hello")

    assert deliver_due(now) == tally(failed=1, sent=1)
    assert state_of(broken) == ("failed", error)
    assert state_of(note) == ("sent", "")
