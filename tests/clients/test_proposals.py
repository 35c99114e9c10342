"""After a contact the next step is proposed by a table, and booked by one click (rules F16)."""

from datetime import date, timedelta

import pytest

from clients.followups import actions, proposals
from clients.models import Contact, FollowUp
from managers.models import PointEntry
from tests.clients.followups import MONDAY, NOTE
from tests.factories import ClientFactory, ContactFactory, FollowUpFactory

TUESDAY = MONDAY + timedelta(days=1)


def logged(client, rm, now, outcome, channel="call", notes=NOTE):
    """A contact that nobody had planned, with the step that follows."""
    what = {"channel": channel, "outcome": outcome, "notes": notes}
    contact = actions.log_contact(client, **what, by=rm, at=now)
    return proposals.after(contact, today=MONDAY)


@pytest.mark.parametrize(
    ("outcome", "channel", "day"),
    [
        ("reached", "message", TUESDAY),
        ("visited", "message", TUESDAY),
        ("message_replied", "call", TUESDAY),
        ("other_channel", "call", date(2026, 11, 30)),
        ("no_answer", "call", TUESDAY),
        ("call_later", "call", TUESDAY),
        ("wrong_number", "message", TUESDAY),
        ("refused", "message", date(2027, 1, 7)),  # a whole gap of platinum
    ],
)
def test_each_outcome_has_its_next_step_and_its_reason(rm, now, outcome, channel, day):
    step = logged(ClientFactory(owner=rm), rm, now, outcome)

    assert (step.channel, step.due_on) == (channel, day)
    assert step.reason


def test_three_days_without_an_answer_lead_to_another_channel(rm, now):
    client = ClientFactory(owner=rm)
    for days in (1, 2):
        ContactFactory(
            client=client, outcome="no_answer", is_valid=False, happened_at=now - timedelta(days)
        )

    step = logged(client, rm, now, "no_answer")

    assert (step.channel, step.due_on) == ("message", TUESDAY)
    assert "3 days" in step.reason


def test_nothing_is_proposed_for_what_is_booked_or_left_in_peace(rm, now):
    client = ClientFactory(owner=rm)
    again = {"channel": "call", "due_on": date(2026, 11, 26)}
    contact = actions.complete(
        FollowUpFactory(client=client), outcome="no_answer", next=again, by=rm, at=now
    )
    assert proposals.after(contact, today=MONDAY) is None

    quiet = ClientFactory(owner=rm, do_not_contact=True)
    assert logged(quiet, rm, now, "reached") is None

    planned = ClientFactory(owner=rm)
    item = FollowUpFactory(client=planned, trigger="cadence")
    contact = actions.complete(item, outcome="no_answer", by=rm, at=now)
    assert (
        proposals.after(contact, today=MONDAY) is None
    )  # the regular contact comes again on the next day


def test_a_try_that_is_repeated_keeps_what_it_was_about(rm, now):
    item = FollowUpFactory(client=ClientFactory(owner=rm), purpose="Rates")

    contact = actions.complete(item, outcome="no_answer", by=rm, at=now)

    assert proposals.after(contact, today=MONDAY).purpose == "Rates"


def test_whoever_clicks_days_later_books_from_that_day_on(rm, now):
    contact = ContactFactory(client=ClientFactory(owner=rm), happened_at=now)

    assert proposals.after(contact, today=date(2026, 11, 28)).due_on == date(2026, 11, 30)


def test_the_page_proposes_once_and_one_click_books(client, rm):
    item = FollowUpFactory(client=ClientFactory(owner=rm))
    client.force_login(rm)
    sent = {"outcome": "wrong_number", "notes": NOTE, "version": item.version}

    page = client.post(f"/follow-ups/{item.pk}/", sent, follow=True).content.decode()
    again = client.get(f"/clients/{item.client_id}/").content.decode()
    contact = Contact.objects.get()
    changed = client.get(f"/clients/{item.client_id}/follow-ups/new/?after={contact.pk}")

    assert "Ask for the right number" in page
    assert "Proposed next step" not in again
    assert "Ask for the right number" in changed.content.decode()
    booked = client.post(f"/contacts/{contact.pk}/next/", follow=True).content.decode()
    assert "Booked: Message" in booked
    assert FollowUp.objects.open().get(trigger="manual").purpose == "Ask for the right number"
    twice = client.post(f"/contacts/{contact.pk}/next/", follow=True).content.decode()
    assert "booked already" in twice


def test_nobody_books_after_the_contact_of_a_colleague(client, rm, peer):
    contact = ContactFactory(client=ClientFactory(owner=peer), staff=peer)
    client.force_login(rm)

    assert client.post(f"/contacts/{contact.pk}/next/").status_code == 404


def record_without_step(client, rm, notes=NOTE):
    item = FollowUpFactory(client=ClientFactory(owner=rm))
    sent = {"outcome": "reached", "notes": notes, "version": item.version}
    client.force_login(rm)
    page = client.post(f"/follow-ups/{item.pk}/", sent, follow=True).content.decode()
    return Contact.objects.get(), page


def test_a_contact_counts_once_the_proposed_step_is_booked(client, rm, now):
    contact, page = record_without_step(client, rm)
    assert "The contact is valid once its next step is booked" in page
    assert not contact.is_valid

    booked = client.post(f"/contacts/{contact.pk}/next/", follow=True).content.decode()

    contact.refresh_from_db()
    assert "With its next step the contact is valid" in booked
    assert (contact.is_valid, contact.next_step) == (True, "Send what was discussed")
    assert contact.client.last_contact == contact.happened_at
    assert PointEntry.objects.get(metric="contact").amount == 1
    [planned] = FollowUp.objects.open().filter(trigger="cadence")
    assert planned.counted_from == contact.happened_at


def test_it_counts_by_a_step_that_was_changed_too(client, rm):
    contact, _page = record_without_step(client, rm)
    form = f"/clients/{contact.client_id}/follow-ups/new/?after={contact.pk}"
    assert f"after={contact.pk}" in client.get(form).content.decode()

    client.post(form, {"channel": "visit", "due_on": date(2026, 11, 27), "purpose": "The will"})

    contact.refresh_from_db()
    assert (contact.is_valid, contact.next_step) == (True, "The will")


def test_a_short_note_does_not_count_by_its_step(client, rm):
    contact, page = record_without_step(client, rm, notes="Talked")
    assert "needs a longer note" in page

    booked = client.post(f"/contacts/{contact.pk}/next/", follow=True).content.decode()

    contact.refresh_from_db()
    assert "Booked: Message" in booked
    assert not contact.is_valid
    assert contact.client.last_contact is None


def test_a_step_booked_days_later_changes_no_contact(rm, now):
    known = ClientFactory(owner=rm)
    said = {"channel": "call", "outcome": "reached", "notes": NOTE, "by": rm}
    contact = actions.log_contact(known, **said, at=now)
    step = {"channel": "message", "due_on": date(2026, 11, 27), "purpose": "The rates"}

    actions.book_after(contact, **step, by=rm, at=now + timedelta(days=1))

    contact.refresh_from_db()
    assert (contact.is_valid, contact.next_step) == (False, "")
