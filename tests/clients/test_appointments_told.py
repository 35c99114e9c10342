"""Who hears of a visit: invitations that calendars read, the feed, and reminders."""

from datetime import time, timedelta
from operator import itemgetter

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from clients.appointments.actions import cancel, close_feed, confirm, move, open_feed, remind
from clients.appointments.feed_views import token
from clients.book.details import sealed_columns
from crm.lib import clock
from managers.models import Letter, Notification
from managers.outbox.courier import deliver_due
from tests.clients.test_appointments import advise, span
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    ClientFactory,
    ConsentFactory,
    FollowUpFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def known(rm):
    return ClientFactory(owner=rm, name="徐兰馨", **sealed_columns(email="xu@mail.example"))


def delivered(now):
    """The mails that leave now, by address: subject, text, and the event that they carry."""
    mail.outbox.clear()
    deliver_due(now)
    return {one.to[0]: one for one in mail.outbox}


def event_of(message):
    """The one event of a mail's invitation, and what it asks for."""
    [part] = [
        part for part in message.message().walk() if part.get_content_type() == "text/calendar"
    ]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == calendar["method"]
    [event] = calendar.walk("VEVENT")
    return calendar["method"], event


def test_whoever_comes_gets_an_invitation_that_a_calendar_reads(known, rm, peer, now):
    visit = advise(known, staff=[peer], purpose="About the flat", by=rm, at=now)

    mails = delivered(now)
    method, event = event_of(mails[peer.email])

    assert set(mails) == {rm.email, peer.email}
    assert (method, event["sequence"], event["status"]) == ("REQUEST", 0, "TENTATIVE")
    assert event["dtstart"].dt == visit.starts_at
    assert str(event["dtstart"].params["TZID"]) == "Asia/Shanghai"
    assert event["summary"] == "Advice, Xu**"
    assert {str(one) for one in event["attendee"]} == {f"mailto:{p.email}" for p in (rm, peer)}
    whole = mails[peer.email].message().as_string() + str(event)
    assert not [word for word in ("徐兰馨", "Lanxin", "flat", "xu@") if word in whole]


def test_a_change_keeps_the_uid_and_raises_the_sequence_and_the_end_cancels(known, rm, peer, now):
    visit = advise(known, staff=[peer], by=rm, at=now)
    _method, first = event_of(delivered(now)[peer.email])

    move(visit, **span(14), by=rm, at=now)
    _method, second = event_of(delivered(now)[peer.email])
    cancel(visit, reason="The client is travelling", by=rm, at=now)
    method, third = event_of(delivered(now)[peer.email])

    assert first["uid"] == second["uid"] == third["uid"]
    assert [one["sequence"] for one in (first, second, third)] == [0, 1, 2]
    assert (method, third["status"]) == ("CANCEL", "CANCELLED")


def test_what_changed_before_the_mail_left_is_told_once(known, rm, peer, now):
    visit = advise(known, staff=[peer], by=rm, at=now)
    move(visit, **span(14), by=rm, at=now)

    deliver_due(now)

    states = Letter.objects.filter(recipient=peer).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["dropped", "sent"]


def test_the_client_is_mailed_only_with_consent_and_without_a_name(known, rm, now):
    confirm(advise(known, by=rm, at=now), by=rm, at=now)
    assert delivered(now) == {}

    ConsentFactory(client=known, purpose="marketing", channel="mail")
    confirm(advise(known, **span(14), by=rm, at=now), by=rm, at=now)
    mails = delivered(now)
    _method, event = event_of(mails["xu@mail.example"])

    assert set(mails) == {"xu@mail.example"}
    assert event["summary"] == "银行预约"
    assert "林悦" in mails["xu@mail.example"].body
    assert "徐" not in mails["xu@mail.example"].body + event["summary"]


def test_the_feed_shows_masked_visits_until_it_is_closed(known, rm, client, now):
    AppointmentFactory(client=known, purpose="About the flat", place="At the Xus'")
    address = reverse("calendar-feed")
    old = token(open_feed(by=rm, at=now))
    feed = token(open_feed(by=rm, at=now))

    answer = client.get(address, {"token": feed})
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert (event["summary"], event["location"]) == ("Advice, Xu**", "Outside")
    assert "flat" not in answer.content.decode()
    close_feed(by=rm, at=now)
    statuses = [client.get(address, {"token": t}).status_code for t in (old, feed, "x", "")]
    assert statuses == [404, 404, 404, 404]


def test_the_feed_shows_follow_ups_by_minute_window_and_day(rm, peer, client, now):
    day = now.date()
    timed = {"due_on": day, "from_time": time(10, 5), "purpose": "About the flat"}
    promised = owe(rm, "徐兰馨", trigger="callback", **timed)
    owe(rm, "何秋", due_on=day, from_time=time(14), to_time=time(15), trigger="birthday")
    owe(rm, "高霖", due_on=day + timedelta(days=2), channel="visit")
    owe(peer, "陈安然", due_on=day)
    owe(rm, "单雅", due_on=day, state="done", closed_at=now)
    owe(rm, "方若兰", due_on=day + timedelta(days=61))
    AbsenceFactory(staff=peer, deputy=rm)
    feed = token(open_feed(by=rm, at=now))

    answer = client.get(reverse("calendar-feed"), {"token": feed})
    found = [told_of(event) for event in Calendar.from_ical(answer.content).walk("VEVENT")]

    begins = clock.at_time(day, time(10, 5))
    window = [clock.at_time(day, time(hour)) for hour in (14, 15)]
    assert sorted(found, key=itemgetter(0)) == [
        ("Birthday, He**", *window, "TRANSPARENT"),
        ("Call, Chen**", day, day + timedelta(days=1), "TRANSPARENT"),
        ("Callback, Xu**", begins, begins + timedelta(minutes=10), "OPAQUE"),
        (
            "Meeting at the centre, Gao**",
            *(day + timedelta(days=n) for n in (2, 3)),
            "TRANSPARENT",
        ),
    ]
    text = answer.content.decode()
    assert f"follow-up-{promised.pk}@" in text
    assert not [word for word in ("flat", "徐兰馨", "Lanxin") if word in text]


def test_a_longer_feed_asks_no_more_of_the_database(rm, client, now, django_assert_num_queries):
    feed = {"token": token(open_feed(by=rm, at=now))}
    owe(rm, due_on=now.date())
    AppointmentFactory(client=ClientFactory(owner=rm))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("calendar-feed"), feed)
    for number in range(2):
        owe(rm, due_on=now.date())
        AppointmentFactory(client=ClientFactory(owner=rm), **span(11 + number))

    with django_assert_num_queries(len(few)):
        client.get(reverse("calendar-feed"), feed)


def owe(owner, name="徐兰馨", **what):
    """An open follow-up of somebody's."""
    return FollowUpFactory(client=ClientFactory(owner=owner, name=name), **what)


def told_of(event):
    """What a calendar shows of an event."""
    return (
        str(event["summary"]),
        event.decoded("dtstart"),
        event.decoded("dtend"),
        str(event["transp"]),
    )


def test_whose_access_has_ended_has_no_feed(rm, client, now):
    feed = token(open_feed(by=rm, at=now))
    rm.is_active = False
    rm.save()

    assert client.get(reverse("calendar-feed"), {"token": feed}).status_code == 404


def test_everybody_who_takes_part_is_reminded_the_day_before_and_shortly_before(
    known, rm, peer, now
):
    visit = AppointmentFactory(client=known, slots=[peer], **span(10))
    eve = now.replace(hour=16, minute=0)
    soon = visit.starts_at - timedelta(minutes=30)

    told = [remind(at=at) for at in (now, eve, eve, soon - timedelta(minutes=1), soon, soon)]

    assert told == [0, 2, 0, 0, 2, 0]
    assert Notification.objects.filter(to=peer).count() == 2
    with clock.at(soon):
        mails = delivered(soon)
    assert {one.subject for one in mails.values()} >= {"A visit soon, at 10:00"}
    assert "Xu**" in mails[peer.email].body


def test_of_a_visit_that_was_moved_people_are_told_anew_and_of_none_that_was_called_off(
    known, rm, now
):
    visit = AppointmentFactory(client=known, **span(10))
    eve = now.replace(hour=16)
    assert remind(at=eve) == 1
    visit = move(visit, **span(14), by=rm, at=eve)
    assert remind(at=eve) == 1
    cancel(visit, reason="The client is travelling", by=rm, at=eve)

    assert remind(at=visit.starts_at - timedelta(minutes=10)) == 0


def test_in_place_of_who_is_away_the_deputy_is_reminded(known, rm, peer, now):
    AppointmentFactory(client=known, **span(10))
    AbsenceFactory(staff=rm, deputy=peer)

    remind(at=now.replace(hour=16))

    assert Notification.objects.get().to == peer
