"""Calendars and visits as people see them."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from clients.models import Appointment, FollowUp, TriggerRule
from crm.lib import clock
from tests.clients.test_appointments import span
from tests.factories import AbsenceFactory, AppointmentFactory, ClientFactory, RoomFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(outlet):
    return RoomFactory(unit=outlet, latin_name="Lotus room")


def page(client, name, *args, **query):
    """The text of a page that opens."""
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_visit_is_booked_with_one_of_the_free_times(client, rm, room):
    client.force_login(rm)
    known = ClientFactory(owner=rm, name="徐兰馨")
    AppointmentFactory(client=ClientFactory(owner=rm), **span(10))
    url = reverse("appointment-new", args=[known.pk])

    shown = page(client, "appointment-new", known.pk, day="2026-11-24", minutes=60)
    typed = {"day": "2026-11-24", "start": "11:00", "minutes": 60, "where": room.pk}
    answer = client.post(url, {"kind": "advice", **typed})

    assert ('value="09:00"' in shown, 'value="09:30"' in shown) == (True, False)
    visit = Appointment.objects.get(client=known)
    assert answer.url == reverse("appointment", args=[visit.pk])
    assert (visit.room, visit.state, visit.host) == (room, "proposed", rm)


def test_a_refusal_stands_beside_its_field_and_nothing_typed_is_lost(client, rm):
    client.force_login(rm)
    known = ClientFactory(owner=rm)
    typed = {"day": "2026-11-29", "start": "11:00", "minutes": 60, "where": "desk"}

    answer = client.post(
        reverse("appointment-new", args=[known.pk]),
        {"kind": "advice", "purpose": "About the flat", **typed},
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors["start"] == ["The outlet is closed on 2026-11-29."]
    assert "About the flat" in answer.content.decode()


def test_the_calendar_shows_the_week_and_of_strangers_only_that_a_room_is_taken(
    client, rm, peer, room
):
    AppointmentFactory(client=ClientFactory(owner=rm, name="徐兰馨"), **span(10))
    theirs = ClientFactory(owner=peer, name="莫晓安")
    AppointmentFactory(client=theirs, room=room, **span(14))
    client.force_login(rm)

    week = page(client, "calendar", day="2026-11-24")
    rooms = page(client, "calendar", day="2026-11-24", rooms=room.unit_id)

    assert ("徐兰馨" in week, "莫" in week) == (True, False)
    assert ("Lotus room" in rooms, "taken" in rooms, "莫" in rooms) == (True, True, False)


def test_the_calendar_shows_one_day(client, rm):
    AppointmentFactory(client=ClientFactory(owner=rm, name="蒋文"))
    client.force_login(rm)

    def shown(day):
        query = {"view": "day", "day": day}
        return client.get(reverse("calendar"), query).content.decode()

    monday, saturday = shown("2026-11-23"), shown("2026-11-28")
    assert monday.count("weekly-entry") == 1
    assert "day=2026-11-24" in monday
    assert saturday.count("weekly-day") == 1
    assert "weekly-entry" not in saturday


@pytest.mark.parametrize(
    ("day", "monday"), [("2026-11-27", "2026-11-23"), ("2026-11-28", "2026-11-30")]
)
def test_at_the_weekend_the_calendar_shows_the_week_that_comes(client, rm, day, monday):
    with clock.at(clock.at_time(date.fromisoformat(day), time(9))):
        client.force_login(rm)
        unasked, asked = page(client, "calendar"), page(client, "calendar", day=day)

    assert f"week of {monday}" in unasked
    assert "week of 2026-11-23" in asked


def test_a_head_opens_the_calendar_of_a_colleague_and_a_colleague_does_not(client, rm, peer, head):
    AppointmentFactory(client=ClientFactory(owner=rm, name="徐兰馨"), **span(10))
    for person, sees in ((head, True), (peer, False)):
        client.force_login(person)

        assert ("徐兰馨" in page(client, "calendar", day="2026-11-24", staff=rm.pk)) == sees


def test_a_deputy_finds_the_visits_of_the_colleague_who_is_away(client, rm, peer):
    AppointmentFactory(client=ClientFactory(owner=rm, name="徐兰馨"))
    AbsenceFactory(staff=rm, deputy=peer)
    client.force_login(peer)

    week, today = page(client, "calendar"), page(client, "visits")

    assert "for Lin Yue" in week
    assert ("徐兰馨" in week, "徐兰馨" in today) == (True, True)


def test_the_lobby_receives_a_mask_and_ticks_the_steps(client, rm, lobby):
    visit = AppointmentFactory(
        client=ClientFactory(owner=rm, name="徐兰馨"), purpose="About the flat"
    )
    client.force_login(lobby)

    shown = page(client, "visits")
    client.post(
        reverse("appointment-tick", args=[visit.pk]), {"step": "received", "then": "visits"}
    )

    assert ("Xu**" in shown, "徐兰馨" in shown, "About the flat" in shown) == (True, False, False)
    assert "About the flat" not in page(client, "appointment", visit.pk)
    visit.refresh_from_db()
    assert visit.received_at


def test_the_lobby_sees_neither_tomorrows_visits_nor_restricted_clients(client, rm, lobby):
    tomorrow = AppointmentFactory(client=ClientFactory(owner=rm), **span(10))
    shut = AppointmentFactory(client=ClientFactory(owner=rm, restricted=True))
    client.force_login(lobby)

    for visit in (tomorrow, shut):
        assert client.get(reverse("appointment", args=[visit.pk])).status_code == 404


def test_why_a_visit_was_called_off_is_not_for_the_lobby(client, rm, lobby):
    why = "His father has died"
    visit = AppointmentFactory(client=ClientFactory(owner=rm), state="cancelled", cancel_reason=why)
    told = []
    for person in (rm, lobby):
        client.force_login(person)
        answer = client.get(reverse("api-appointment-detail", args=[visit.pk]))
        told.append((why in page(client, "appointment", visit.pk), why in answer.content.decode()))

    assert told == [(True, True), (False, False)]


def test_today_and_the_clients_page_tell_of_visits(client, rm):
    known = ClientFactory(owner=rm, name="徐兰馨")
    AppointmentFactory(client=known, purpose="About the flat")
    AppointmentFactory(
        client=known, state="no_show", closed_at=span(9, day=20)["ends_at"], **span(9, day=20)
    )
    client.force_login(rm)

    today, file = page(client, "today"), page(client, "client", known.pk)

    assert "Visits today" in today
    assert ("About the flat" in file, "Did not come: Advice, 2026-11-20" in file) == (True, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_week_costs_the_same_for_any_number_of_visits(
    client, rm, rows, django_assert_num_queries
):
    for number in range(rows):
        starts_at = span(9)["starts_at"] + timedelta(hours=number)
        AppointmentFactory(client=ClientFactory(owner=rm), starts_at=starts_at)
    client.force_login(rm)
    client.get(reverse("calendar"))

    with django_assert_num_queries(16):
        assert page(client, "calendar").count("weekly-entry") == rows


@pytest.mark.parametrize(
    ("is_on", "told"), [(True, ["Noted.", "A call on 2026-11-24 is booked."]), (False, ["Noted."])]
)
def test_a_call_to_who_did_not_come_is_promised_only_if_it_is_booked(client, rm, is_on, told, now):
    rule = {"code": "no-show", "trigger": "no_show", "offset": 1, "in_working_days": True}
    TriggerRule.objects.create(**rule, is_on=is_on, valid_from=now.date())
    visit = AppointmentFactory(
        client=ClientFactory(owner=rm), starts_at=now - timedelta(hours=1), ends_at=now
    )
    client.force_login(rm)

    answer = client.post(reverse("appointment-no-show", args=[visit.pk]), follow=True)

    assert [str(message) for message in answer.context["messages"]] == told
    assert FollowUp.objects.exists() is is_on
