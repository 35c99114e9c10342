"""Who is called later, and whom nobody answered, is tried again from every form."""

from datetime import date, time, timedelta

import pytest

from clients.models import Contact, FollowUp
from tests.factories import ClientFactory, ContactFactory, FollowUpFactory


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ({"due_on": date(2026, 11, 26)}, (date(2026, 11, 26), None)),
        ({"from_time": "15:00"}, (date(2026, 11, 23), time(15))),  # today
        ({"due_on": date(2026, 11, 25), "from_time": "15:00"}, (date(2026, 11, 25), time(15))),
    ],
)
def test_who_is_called_later_is_called_without_saying_so_again(client, rm, typed, due):
    item = FollowUpFactory(client=ClientFactory(owner=rm))
    client.force_login(rm)

    client.post(f"/follow-ups/{item.pk}/", {"version": 1, "outcome": "call_later", **typed})

    again = FollowUp.objects.open().get(client=item.client, trigger=item.trigger)
    assert (again.channel, (again.due_on, again.from_time)) == ("call", due)


def test_call_later_without_a_moment_asks_for_one(client, rm):
    item = FollowUpFactory(client=ClientFactory(owner=rm))
    client.force_login(rm)

    page = client.post(f"/follow-ups/{item.pk}/", {"version": 1, "outcome": "call_later"})

    assert page.status_code == 422
    assert "Please say when to call again" in page.content.decode()


def test_whom_nobody_answered_is_tried_again_on_the_next_working_day(client, rm, now):
    item = FollowUpFactory(client=ClientFactory(owner=rm), purpose="The will")
    client.force_login(rm)

    sent = {"version": 1, "outcome": "no_answer", "notes": "The line was busy"}
    page = client.post(f"/follow-ups/{item.pk}/", sent, follow=True)

    again = FollowUp.objects.open().get(client=item.client, trigger=item.trigger)
    assert (again.due_on, again.channel, again.purpose) == (date(2026, 11, 24), "call", "The will")
    assert Contact.objects.get().notes == "The line was busy"
    assert "the next try is booked" in page.content.decode()


def test_whom_nobody_answered_is_left_in_peace_who_asked_for_it_meanwhile(client, rm):
    item = FollowUpFactory(client=ClientFactory(owner=rm, do_not_contact=True))
    client.force_login(rm)

    client.post(f"/follow-ups/{item.pk}/", {"version": 1, "outcome": "no_answer"})

    assert Contact.objects.get().outcome == "no_answer"
    assert not FollowUp.objects.open().exists()


def test_how_it_went_is_asked_for_in_words(client, rm):
    item = FollowUpFactory(client=ClientFactory(owner=rm))
    client.force_login(rm)

    page = client.post(f"/follow-ups/{item.pk}/", {"version": 1})

    assert "Please say how it went." in page.content.decode()


def test_after_three_days_without_an_answer_the_form_books_a_message(client, rm, now):
    item = FollowUpFactory(client=ClientFactory(owner=rm))
    for days in (3, 4):
        ContactFactory(
            client=item.client, outcome="no_answer", happened_at=now - timedelta(days=days)
        )
    client.force_login(rm)

    client.post(f"/follow-ups/{item.pk}/", {"version": 1, "outcome": "no_answer"})

    assert FollowUp.objects.open().get(client=item.client, trigger="manual").channel == "message"
