"""An outlet that is closed, for a day or for good: what a week, a page and the inbox say (F9)."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from clients.appointments.actions import set_hours, tell_of_closed
from clients.appointments.queries import week_of
from clients.appointments.tasks import tell_of_closed_outlets
from clients.followups import actions
from clients.models import FollowUp
from crm.celery import app
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.models import Notification, OpeningHours, OrgUnit
from tests.clients.followups import MONDAY
from tests.clients.test_opening_hours import NEXT_MONDAY, meet, opens
from tests.factories import AppointmentFactory, ClientFactory, RoomFactory

WEEK = timedelta(days=7)


def close(outlet, *, day=NEXT_MONDAY, at, **said):
    """Close an outlet from a day on, for good unless told."""
    return set_hours(OpeningHours(unit=outlet, valid_from=day, days=[], **said), by=None, at=at)


def days_of(person, day=MONDAY):
    """Weekday, hours and reason of each day in somebody's own week."""
    return [
        (one.day.isoweekday(), one.hours and one.hours[0].hour, one.why)
        for one in week_of(person, person, day).columns
    ]


def text(client, name, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


# --- A person's week


def test_a_week_shows_the_days_on_which_the_outlet_of_its_person_opens(rm, stranger, outlet):
    opens(outlet, days=[1, 2, 4, 5, 6], opens_at=time(10), closes_at=time(19))

    # On Wednesday the bank works, but not this outlet; on Saturday this outlet alone.
    hours = [(1, 10, ""), (2, 10, ""), (3, None, ""), (4, 10, ""), (5, 10, ""), (6, 10, "")]
    assert days_of(rm) == hours
    assert days_of(stranger) == [(day, 9, "") for day in range(1, 6)]


def test_it_says_why_it_is_closed(rm, outlet, now, client):
    close(outlet, valid_until=NEXT_MONDAY, reason="Renovation", at=now)
    client.force_login(rm)

    assert days_of(rm, NEXT_MONDAY)[0] == (1, None, "Renovation")
    week = text(client, "calendar", day=NEXT_MONDAY)
    assert "closed: Renovation" in week
    assert "09:00–17:00" in week


def test_a_day_off_is_shown_for_what_is_planned_on_it(rm, now):
    assert [day for day, *_ in days_of(rm)] == [1, 2, 3, 4, 5]

    sunday = clock.at_time(MONDAY + timedelta(days=6), time(11))
    AppointmentFactory(host=rm, place="The client's house", starts_at=sunday)

    assert days_of(rm)[-1] == (7, None, "")


def test_a_week_of_holidays_says_why_it_is_empty(rm):
    spring = days_of(rm, date(2026, 2, 18))

    assert [(day, hours) for day, hours, _why in spring] == [(day, None) for day in range(1, 8)]
    assert {why for *_, why in spring} == {"Spring Festival"}


def test_rooms_follow_the_hours_of_their_outlet(rm, outlet, client):
    RoomFactory(unit=outlet)
    opens(outlet, days=[2], opens_at=time(10), closes_at=time(19), reason="Tuesdays only")
    client.force_login(rm)

    assert "10:00–19:00" in text(client, "calendar", rooms=outlet.pk, day="2026-11-24")
    assert "closed: Tuesdays only" in text(client, "calendar", rooms=outlet.pk, day="2026-11-25")


# --- Booking


def test_free_times_are_offered_on_the_next_days_on_which_it_opens(rm, outlet, now, client):
    opens(outlet, days=[6, 7], opens_at=time(10), closes_at=time(12))
    mine = ClientFactory(owner=rm, outlet=outlet)
    client.force_login(rm)

    there = client.get(reverse("appointment-new", args=[mine.pk]))
    away = client.get(reverse("appointment-new", args=[mine.pk]), {"where": "outside"})

    saturday = date(2026, 11, 28)
    days = [saturday, *(saturday + timedelta(days=ahead) for ahead in (1, 7, 8, 14))]
    assert (there.context["days"], there.context["chosen_day"]) == (days, saturday)
    assert there.context["starts"] == [time(10), time(10, 30), time(11)]
    assert away.context["chosen_day"] == MONDAY + timedelta(days=1)


def test_whoever_chooses_a_closed_day_reads_why_nothing_is_free(rm, outlet, now, client):
    close(outlet, reason="Renovation", at=now)
    mine = ClientFactory(owner=rm, outlet=outlet)
    client.force_login(rm)

    page = text(client, "appointment-new", mine.pk, day=NEXT_MONDAY)

    assert "The outlet is closed on 2026-11-30: Renovation." in page
    with pytest.raises(RuleBroken, match="closed on 2026-11-30: Renovation"):
        meet(mine, time(10), day=NEXT_MONDAY, by=rm, at=now)


# --- Closed for good


@pytest.fixture
def private(rm, outlet, now):
    """A client whom the clock plans to meet at the outlet next Monday."""
    client = ClientFactory(owner=rm, tier="private", outlet=outlet, last_contact_at=now - WEEK)
    actions.plan_contacts(at=now)
    return client


@pytest.mark.usefixtures("private")
def test_what_the_clock_planned_soon_after_moves_before_the_last_day(outlet, now):
    close(outlet, reason="Moves to Binhe", at=now)
    actions.fit_to_wishes(at=now)

    item = FollowUp.objects.get()
    assert item.due_on == date(2026, 11, 27)
    assert item.moved == "moved from Mon 11-30: Moves to Binhe"


@pytest.mark.usefixtures("private")
def test_what_can_move_nowhere_stays_on_a_working_day_and_is_raised(rm, head, outlet, now, client):
    close(outlet, day=MONDAY, reason="Closed down", at=now)
    actions.fit_to_wishes(at=now)
    item = FollowUp.objects.get()
    assert (item.channel, item.due_on) == ("visit", NEXT_MONDAY)

    assert tell_of_closed(at=now) == 1

    told = Notification.objects.order_by("pk").values_list("to", "kind", "about_id")
    assert list(told) == [
        (rm.pk, "meeting-outside-hours", str(item.pk)),
        (head.pk, "outlet-closed", str(outlet.pk)),
    ]
    client.force_login(rm)
    assert "agree another day or place" in text(client, "inbox")
    assert "closed on 2026-11-30: Closed down" in text(client, "follow-up", item.pk)
    client.force_login(head)
    assert "is closed for good from 2026-11-23: 1 meeting is planned there" in text(client, "inbox")
    assert reverse("follow-up", args=[item.pk]) in text(client, "follow-up-list", channel="visit")


def test_what_is_planned_there_later_is_raised_too_each_once_and_to_the_head_daily(
    rm, head, outlet, now
):
    close(outlet, day=MONDAY, at=now)
    assert tell_of_closed(at=now) == 0
    assert not Notification.objects.exists()

    ClientFactory(owner=rm, tier="private", outlet=outlet, last_contact_at=now - WEEK)
    actions.plan_contacts(at=now)
    for day in range(2):
        for _again in range(2):
            assert tell_of_closed(at=now + timedelta(days=day)) == 1

    kinds = Notification.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["meeting-outside-hours", "outlet-closed", "outlet-closed"]


def test_visits_that_were_agreed_are_raised_at_once_and_their_page_says_why(
    rm, head, outlet, now, client
):
    mine = ClientFactory(owner=rm, outlet=outlet)
    later = clock.at_time(NEXT_MONDAY, time(14))
    visit = AppointmentFactory(client=mine, host=rm, starts_at=later)

    close(outlet, reason="Closed down", at=now)
    assert tell_of_closed(at=now) == 1

    told = Notification.objects.order_by("pk").values_list("to", "kind")
    assert list(told) == [(rm.pk, "visit-outside-hours"), (head.pk, "outlet-closed")]
    client.force_login(rm)
    assert "closed on 2026-11-30: Closed down" in text(client, "appointment", visit.pk)


@pytest.mark.usefixtures("private")
def test_an_outlet_that_opens_again_one_day_is_not_closed_for_good(outlet, now):
    close(outlet, day=MONDAY, at=now)
    opens(outlet, valid_from=NEXT_MONDAY + WEEK)

    assert tell_of_closed(at=now) == 0
    actions.fit_to_wishes(at=now)
    assert FollowUp.objects.get().due_on == NEXT_MONDAY + WEEK


def test_a_unit_is_switched_off_only_once_its_hours_say_that_it_is_closed(
    client, admin, outlet, now
):
    client.force_login(admin)
    address = reverse("admin:managers_orgunit_change", args=[outlet.pk])
    typed = {"name": outlet.name, "latin_name": outlet.latin_name}

    refused = client.post(address, typed).content.decode()
    assert "from which day on it is closed for good" in refused
    close(outlet, at=now)
    assert client.post(address, typed).status_code == 200
    with clock.at(now + WEEK):
        client.logout()
        client.force_login(admin)
        assert client.post(address, typed).status_code == 302

    assert not OrgUnit.objects.get(pk=outlet.pk).is_active


def test_the_clock_looks_every_morning():
    entry = app.conf.beat_schedule["tell-of-closed-outlets"]
    assert entry["task"] == tell_of_closed_outlets.name


# --- Each refusal is true


def test_each_refusal_of_hours_says_what_is_wrong(outlet, now):
    close(outlet, day=MONDAY, at=now)
    wrong = [
        ({}, "Something else is set for that day already"),
        ({"valid_from": NEXT_MONDAY, "opens_at": time(9)}, "An outlet opens before it closes"),
        ({"valid_from": NEXT_MONDAY, "valid_until": MONDAY}, "The last day is not before the"),
    ]

    for said, sentence in wrong:
        row = OpeningHours(unit=outlet, **{"valid_from": MONDAY, **said})
        with pytest.raises(RuleBroken, match=sentence):
            set_hours(row, by=None, at=now)

    assert OpeningHours.objects.count() == 1
