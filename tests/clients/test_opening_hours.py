"""Clients are met at an outlet while it is open: its own hours, else the bank's (rules F9)."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError

from clients.appointments.actions import book as book_visit
from clients.appointments.actions import set_hours
from clients.followups import actions
from clients.models import FollowUp, Preferences
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.models import Notification, OpeningHours
from tests.clients.followups import MONDAY, NOTE
from tests.factories import AppointmentFactory, ClientFactory, OrgUnitFactory

SATURDAY, NEXT_MONDAY = date(2026, 11, 28), date(2026, 11, 30)
ADD = "/admin/managers/openinghours/add/"


def opens(outlet, **hours):
    """Opening hours of an outlet, all week from the first of November on unless told."""
    known = {"valid_from": date(2026, 11, 1), "days": [1, 2, 3, 4, 5], **hours}
    return OpeningHours.objects.create(unit=outlet, **known)


@pytest.fixture
def own_hours(outlet):
    """The outlet is open from ten to seven."""
    return opens(outlet, opens_at=time(10), closes_at=time(19))


@pytest.fixture
def renovated(outlet):
    """The outlet is closed for two weeks from the next Monday on."""
    return opens(outlet, valid_from=NEXT_MONDAY, valid_until=date(2026, 12, 13), days=[])


def meet(client, begins, ends=None, *, day=MONDAY, by, at, channel="visit"):
    span = {"from_time": begins, "to_time": ends}
    return actions.schedule(client, channel=channel, due_on=day, **span, by=by, at=at)


@pytest.mark.parametrize(
    ("begins", "ends"), [(time(8, 30), time(9, 30)), (time(16, 30), time(17, 30)), (time(22), None)]
)
def test_nobody_is_met_at_the_centre_while_it_is_closed(rm, now, begins, ends):
    client = ClientFactory(owner=rm)

    with pytest.raises(RuleBroken, match="The outlet receives clients from 09:00 to 17:00"):
        meet(client, begins, ends, by=rm, at=now)

    assert meet(client, begins, ends, channel="outside", by=rm, at=now)


def test_nor_on_a_day_on_which_it_is_closed(rm, now):
    client = ClientFactory(owner=rm)

    with pytest.raises(RuleBroken, match="The outlet is closed on 2026-11-28"):
        meet(client, time(10), day=SATURDAY, by=rm, at=now)
    what = {"every": "week", "channel": "visit", "from_time": time(10)}
    with pytest.raises(RuleBroken, match="The outlet is closed on 2026-11-28"):
        actions.repeat(client, due_on=SATURDAY, **what, by=rm, at=now)

    assert meet(client, time(10), day=SATURDAY, channel="call", by=rm, at=now)


def test_a_meeting_that_recurs_moves_off_a_holiday(rm, now):
    friday = {"due_on": date(2026, 12, 25), "from_time": time(10), "every": "week"}
    first = actions.repeat(ClientFactory(owner=rm), channel="visit", **friday, by=rm, at=now)

    at = clock.at_time(first.due_on, time(10))
    said = {"outcome": "visited", "notes": NOTE, "next_step": "Meet again"}
    actions.complete(first, **said, by=rm, at=at)

    item = FollowUp.objects.open().get(trigger="recurring")
    assert (item.due_on, item.from_time) == (date(2026, 12, 31), time(10))
    assert item.moved == "moved from Fri 01-01: New Year’s Day"


def test_an_outlet_may_have_hours_of_its_own(own_hours, rm, outlet, now):
    client = ClientFactory(owner=rm, outlet=outlet)
    elsewhere = ClientFactory(owner=rm, outlet=OrgUnitFactory())

    assert meet(client, time(18), time(19), by=rm, at=now)
    with pytest.raises(RuleBroken, match="from 10:00 to 19:00"):
        meet(client, time(9, 30), time(10, 30), by=rm, at=now)
    with pytest.raises(RuleBroken, match="from 09:00 to 17:00"):
        meet(elsewhere, time(18), time(19), by=rm, at=now)


def test_visits_keep_them_too_and_offer_no_others(own_hours, rm, outlet, now, client):
    mine = ClientFactory(owner=rm, outlet=outlet)
    begins = clock.at_time(MONDAY + timedelta(days=1), time(18))

    visit = {"kind": "advice", "starts_at": begins, "ends_at": begins + timedelta(hours=1)}
    assert book_visit(mine, **visit, by=rm, at=now).unit == outlet
    early = {**visit, "starts_at": begins.replace(hour=9), "ends_at": begins.replace(hour=10)}
    with pytest.raises(RuleBroken, match="from 10:00 to 19:00"):
        book_visit(mine, **early, by=rm, at=now)
    client.force_login(rm)
    page = client.get(f"/clients/{mine.pk}/appointments/new/?day=2026-11-25").content.decode()
    assert ">18:00<" in page
    assert ">09:30<" not in page


def test_a_meeting_that_is_planned_lies_within_them(own_hours, rm, outlet, now):
    likes = {"from_time": time(16), "to_time": time(20)}
    mine = ClientFactory(owner=rm, tier="private", outlet=outlet, last_contact_at=now)
    there = OrgUnitFactory()
    other = ClientFactory(owner=rm, tier="private", outlet=there, last_contact_at=now)
    gold = ClientFactory(owner=rm, tier="gold", last_contact_at=now)
    for client in (mine, other, gold):
        Preferences.objects.create(client=client, **likes)

    actions.plan_contacts(at=now)

    hours = {
        item.client: (item.channel, item.from_time, item.to_time) for item in FollowUp.objects.all()
    }
    assert hours[mine] == ("visit", time(16), time(19))
    assert hours[other] == ("visit", time(16), time(17))
    assert hours[gold] == ("call", time(16), time(20))


def test_wishes_that_come_later_are_cut_to_them(own_hours, rm, outlet, now):
    mine = ClientFactory(owner=rm, tier="private", outlet=outlet, last_contact_at=now)
    actions.plan_contacts(at=now)
    likes = {"from_time": time(16), "to_time": time(20), "recorded_at": now}
    Preferences.objects.create(client=mine, **likes)

    actions.fit_to_wishes(at=now)

    item = FollowUp.objects.get()
    assert (item.channel, item.from_time, item.to_time) == ("visit", time(16), time(19))


# --- Days of its own, and a time without any


@pytest.mark.parametrize(
    ("days", "day", "is_open"),
    [
        ([1, 2, 3, 4, 5, 7], date(2026, 11, 29), True),  # a Sunday
        ([1, 2, 3, 4, 5], date(2026, 11, 29), False),
        ([1, 2, 4, 5], date(2026, 11, 25), False),  # no Wednesdays
        ([1, 2, 3, 4, 5, 6, 7], date(2026, 10, 4), False),  # a Sunday of the National Day's week
        ([1, 2, 3, 4, 5], date(2026, 10, 10), True),  # a Saturday that makes up for it
        ([], MONDAY, False),
    ],
)
def test_an_outlet_opens_on_days_of_its_own_and_never_on_holidays(outlet, days, day, is_open):
    assert opens(outlet, valid_from=date(2026, 1, 1), days=days).is_open(day) is is_open


def test_it_opens_on_sundays_from_next_month_on(rm, outlet, now):
    client = ClientFactory(owner=rm, outlet=outlet)
    opens(outlet, valid_from=date(2026, 12, 1), days=[1, 2, 3, 4, 5, 7])

    with pytest.raises(RuleBroken, match="The outlet is closed on 2026-11-29"):
        meet(client, time(10), day=date(2026, 11, 29), by=rm, at=now)
    item = meet(client, time(10), day=date(2026, 12, 6), by=rm, at=now)
    some_time = meet(client, None, day=date(2026, 12, 13), by=rm, at=now)
    call = meet(client, None, day=date(2026, 12, 20), channel="call", by=rm, at=now)

    assert item.due_on == date(2026, 12, 6)
    assert some_time.due_on == date(2026, 12, 13)
    assert call.due_on == date(2026, 12, 18)


def test_while_it_is_renovated_nobody_is_met_there(own_hours, renovated, rm, outlet, now, client):
    mine = ClientFactory(owner=rm, outlet=outlet)
    day = NEXT_MONDAY + timedelta(days=2)
    visit = {"kind": "advice", "by": rm, "at": now}
    begins = clock.at_time(day, time(11))

    with pytest.raises(RuleBroken, match="The outlet is closed on 2026-12-02"):
        book_visit(mine, starts_at=begins, ends_at=begins + timedelta(hours=1), **visit)
    client.force_login(rm)
    page = client.get(f"/clients/{mine.pk}/appointments/new/?day={day}").content.decode()
    assert ">11:00<" not in page
    some_time = meet(mine, None, day=day, by=rm, at=now)
    assert some_time.due_on == date(2026, 11, 27)
    assert some_time.moved == "moved from Wed 12-02: the outlet is closed then"

    # Its own hours hold again after the two weeks.
    assert meet(mine, time(18), day=date(2026, 12, 14), by=rm, at=now)


def test_who_books_on_a_day_off_reads_at_once_where_it_went(rm, outlet, now, client):
    mine = ClientFactory(owner=rm, outlet=outlet)
    client.force_login(rm)

    typed = {"channel": "visit", "due_on": "2026-11-29"}
    with clock.at(now):
        page = client.post(f"/clients/{mine.pk}/follow-ups/new/", typed, follow=True)

    told = "The follow-up is booked for 2026-11-27, moved from Sun 11-29: weekend."
    assert told in page.content.decode()


def test_a_meeting_that_the_clock_planned_moves_and_says_so(rm, outlet, now):
    a_week_ago = now - timedelta(days=7)
    mine = ClientFactory(owner=rm, tier="private", outlet=outlet, last_contact_at=a_week_ago)
    actions.plan_contacts(at=now)
    item = FollowUp.objects.get()
    assert (item.channel, item.due_on) == ("visit", NEXT_MONDAY)

    closed = {"valid_from": NEXT_MONDAY, "valid_until": date(2026, 12, 13), "days": []}
    set_hours(OpeningHours(unit=outlet, **closed), by=None, at=now)
    assert actions.fit_to_wishes(at=now) == 1
    assert actions.fit_to_wishes(at=now) == 0

    item.refresh_from_db()
    assert item.due_on == date(2026, 11, 27)
    assert item.moved == "moved from Mon 11-30: the outlet is closed then"
    assert mine.pk == item.client_id
    assert not Notification.objects.exists()


def test_who_has_agreed_to_meet_somebody_there_is_told(rm, peer, outlet, admin, now, client):
    there = ClientFactory(owner=rm, outlet=outlet)
    visits = [
        AppointmentFactory(client=there, host=rm, starts_at=clock.at_time(day, time(14)))
        for day in (date(2026, 11, 27), NEXT_MONDAY)
    ]
    meeting = meet(there, time(10), day=NEXT_MONDAY + timedelta(days=1), by=rm, at=now)
    AppointmentFactory(host=peer, place="outside", starts_at=clock.at_time(NEXT_MONDAY, time(14)))
    client.force_login(admin)
    typed = {"unit": outlet.pk, "valid_from": NEXT_MONDAY, "valid_until": "2026-12-13"}

    with clock.at(now):
        assert client.post(ADD, typed).status_code == 302

    told = Notification.objects.order_by("pk").values_list("to", "kind", "about_id")
    assert list(told) == [
        (rm.pk, "visit-outside-hours", str(visits[1].pk)),
        (rm.pk, "meeting-outside-hours", str(meeting.pk)),
    ]


# --- Who sets them


@pytest.mark.parametrize("hours", [(time(10), None), (None, time(19)), (time(19), time(10))])
def test_hours_have_a_beginning_and_an_end(outlet, hours):
    with pytest.raises(IntegrityError):
        opens(outlet, opens_at=hours[0], closes_at=hours[1])


def test_the_administrator_sets_them_from_a_day_on(client, admin, outlet):
    client.force_login(admin)
    today = clock.today()
    typed = {"unit": outlet.pk, "valid_from": today, "days": ["1", "2", "3", "4", "5"]}
    wrong = [
        ({"opens_at": "19:00", "closes_at": "10:00"}, "An outlet opens before it closes"),
        ({"valid_from": today - timedelta(days=1)}, "This day is over already."),
        ({"valid_until": today - timedelta(days=1)}, "The last day is not before the first."),
        ({"days": ["8"]}, "8"),
    ]

    for said, sentence in wrong:
        assert sentence in client.post(ADD, {**typed, **said}).content.decode()
    good = {**typed, "opens_at": "10:00", "closes_at": "19:00"}
    assert client.post(ADD, good).status_code == 302
    assert "already" in client.post(ADD, good).content.decode()

    row = OpeningHours.objects.get()
    assert (row.opens_at, row.closes_at, row.days) == (time(10), time(19), [1, 2, 3, 4, 5])
    assert row.set_by == admin
