"""Reminders beside the morning digest: who gets one, when, what it tells, and how it is stopped."""

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.desk.reminders.evening import plan_evening
from clients.desk.reminders.soon import plan_soon
from crm.lib import clock
from managers.models import AuditEvent, Letter, MailChoice, Notification
from managers.outbox import actions, letters, rules, stopping
from managers.outbox.courier import deliver_due
from tests.factories import (
    AbsenceFactory,
    ClientFactory,
    ClientRequestFactory,
    FollowUpFactory,
)

MONDAY = date(2026, 11, 23)
EARLIER = datetime(2026, 11, 2, 9, tzinfo=clock.SHANGHAI)
EIGHT = clock.at_time(MONDAY, time(8))
EVENING = clock.at_time(MONDAY, time(17, 30))


def owe(owner, *, day=MONDAY, hours=None, tier="diamond", **what):
    if hours:
        begin, end = (time.fromisoformat(hour) for hour in hours.split("-"))
        what |= {"from_time": begin, "to_time": end, "due_at": clock.at_time(day, end)}
    client = ClientFactory(owner=owner, name="陈安然", tier=tier)
    what = {"trigger": "manual", "created_at": EARLIER, **what}
    return FollowUpFactory(client=client, due_on=day, **what)


def plan(planner, at):
    """Plan at a moment, twice; who has a letter of it."""
    with clock.at(at):
        planner(at)
        assert planner(at) == 0
    return [letter.recipient for letter in Letter.objects.order_by("pk")]


def mail(at, **which):
    with clock.at(at):
        return letters.write(Letter.objects.select_related("recipient").get(**which))


# --- Half an hour before an agreed call


def test_an_agreed_call_is_told_of_half_an_hour_before(rm):
    owe(rm, hours="10:00-10:30")
    begins = clock.at_time(MONDAY, time(10))

    assert plan(plan_soon, begins - timedelta(minutes=31)) == []
    assert plan(plan_soon, begins - timedelta(minutes=30)) == [rm]
    told = mail(begins - timedelta(minutes=29))
    assert told.subject == "10:00: Chen** expects you"
    assert "安然" not in told.message().as_string()
    assert [row.kind for row in Notification.objects.filter(to=rm)] == ["call-soon"]


def test_a_window_that_a_planner_chose_is_no_appointment(rm):
    owe(rm, hours="10:00-10:30", trigger="regular")

    assert plan(plan_soon, clock.at_time(MONDAY, time(9, 45))) == []


def test_nobody_is_told_of_a_call_that_is_done_or_whose_hour_has_come(rm):
    item = owe(rm, hours="10:00-10:30")
    plan(plan_soon, clock.at_time(MONDAY, time(9, 40)))

    assert mail(clock.at_time(MONDAY, time(10))) is None
    item.state = "done"
    item.save()
    assert mail(clock.at_time(MONDAY, time(9, 41))) is None


def test_the_deputy_is_told_of_the_call_of_whoever_is_away(rm, peer):
    AbsenceFactory(staff=rm, deputy=peer, first_day=MONDAY, last_day=MONDAY)
    owe(rm, hours="10:00-10:30")

    assert plan(plan_soon, clock.at_time(MONDAY, time(9, 40))) == [peer]
    assert mail(clock.at_time(MONDAY, time(9, 41))).to == [peer.email]


# --- The evening


def test_the_evening_tells_what_nobody_did(rm):
    item = owe(rm)

    assert plan(plan_evening, EVENING - timedelta(minutes=1)) == []
    assert plan(plan_evening, EVENING) == [rm]
    assert mail(EVENING).subject == "1 client is still open today"
    item.state = "done"
    item.save()
    assert mail(EVENING) is None


def test_the_evening_tells_what_a_client_was_promised_and_not_told(rm):
    client = ClientFactory(owner=rm, name="陈安然")
    promise = ClientRequestFactory(client=client, due_on=MONDAY, promised="The rate is 2.35")

    assert plan(plan_evening, EVENING) == [rm]
    told = mail(EVENING)
    assert told.subject == "1 client is still open today"
    assert "Promised to clients" in told.body
    assert reverse("request", args=[promise.pk]) in told.body
    assert "2.35" not in told.message().as_string()


def test_an_evening_that_was_missed_is_not_made_up(rm):
    owe(rm)
    plan(plan_evening, EVENING)

    assert mail(EIGHT + timedelta(days=1)) is None


# --- What people choose


def test_a_reminder_says_how_a_mail_program_stops_it(rm):
    owe(rm)
    plan(plan_evening, EVENING)

    told = mail(EVENING)

    address = stopping.address(rm, "evening-summary")
    assert told.extra_headers["List-Unsubscribe"] == f"<{address}>"
    assert told.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_post_without_a_session_stops_a_kind_and_a_look_changes_nothing(rm, client):
    path = stopping.address(rm, "evening-summary").removeprefix("http://testserver")

    assert client.get(path).status_code == 200
    assert not MailChoice.objects.exists()
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    client.post(path)
    assert rules.choice_of(rm).stopped == ["evening-summary"]
    assert AuditEvent.objects.filter(verb="mails.chosen").count() == 1


@pytest.mark.parametrize("token", ["", "x", "a:b:c"])
def test_an_address_that_nobody_signed_stops_nothing(rm, client, token):
    assert client.post(reverse("mail-stop") + f"?token={token}").status_code == 404
    assert not MailChoice.objects.exists()


def test_what_a_person_stopped_does_not_come(rm):
    actions.stop("evening-summary", by=rm, at=EIGHT)
    owe(rm)
    plan(plan_evening, EVENING)

    assert mail(EVENING) is None


def test_a_person_chooses_on_a_page(client, rm):
    client.force_login(rm)
    address = reverse("mail-choices")

    page = client.post(address, {"wanted": ["morning-digest"], "quiet_until": "09:00"})

    assert page.status_code == 302
    choice = rules.choice_of(rm)
    assert "call-soon" in choice.stopped
    assert "morning-digest" not in choice.stopped
    assert choice.quiet_until == time(9)
    assert client.post(address, {"quiet_until": "10:30"}).status_code == 422
    assert client.post(address, {"quiet_from": "16:00"}).status_code == 422


def test_nobody_is_asked_about_mails_that_only_heads_get(client, rm, head):
    address, theirs = reverse("mail-choices"), _("The week of my branch")

    asked = {}
    for person in (rm, head):
        client.force_login(person)
        asked[person] = theirs in client.get(address).content.decode()
        client.post(address, {"quiet_from": ""})

    assert asked == {rm: False, head: True}
    assert "week-of-the-head" not in rules.choice_of(rm).stopped
    assert "week-of-the-head" in rules.choice_of(head).stopped


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        ((None, None), "07:59", "2026-11-23 08:00"),
        ((None, None), "08:00", None),
        ((None, None), "21:00", "2026-11-24 08:00"),
        ((None, time(9)), "08:30", "2026-11-23 09:00"),
        ((time(18), None), "18:00", "2026-11-24 08:00"),
        ((time(18), None), "17:59", None),
    ],
)
def test_reminders_keep_the_quiet_hours_of_the_bank_and_of_the_person(rm, hours, at, until):
    if hours != (None, None):
        MailChoice.objects.create(staff=rm, quiet_from=hours[0], quiet_until=hours[1])

    found = rules.quiet_until(rm, clock.at_time(MONDAY, time.fromisoformat(at)))

    assert (found and f"{clock.local(found):%Y-%m-%d %H:%M}") == until


def test_a_digest_in_quiet_hours_leaves_at_their_end(rm, smtp_sink):
    MailChoice.objects.create(staff=rm, quiet_from=time(17), quiet_until=None)
    owe(rm)
    plan(plan_evening, EVENING)

    with clock.at(EVENING):
        assert deliver_due(EVENING)["waiting"] == 1
    letter = Letter.objects.get()
    assert letter.not_before == EIGHT + timedelta(days=1)
    assert smtp_sink.mails == []
