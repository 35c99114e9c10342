"""Clients are met at an outlet while it is open: its own hours, else the bank's (rules F9)."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError

from clients.appointments.actions import book as book_visit
from clients.followups import actions
from clients.models import FollowUp, Preferences
from crm.lib import clock
from crm.lib.errors import RuleBroken
from tests.clients.followups import MONDAY, NOTE
from tests.factories import ClientFactory, OrgUnitFactory

SATURDAY = date(2026, 11, 28)


@pytest.fixture
def own_hours(outlet):
    """The outlet is open from ten to seven."""
    outlet.opens_at, outlet.closes_at = time(10), time(19)
    outlet.save()


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


@pytest.mark.parametrize("hours", [(time(10), None), (None, time(19)), (time(19), time(10))])
def test_hours_have_a_beginning_and_an_end(outlet, hours):
    outlet.opens_at, outlet.closes_at = hours

    with pytest.raises(IntegrityError):
        outlet.save()


def test_the_administrator_sets_them(client, admin, outlet):
    client.force_login(admin)
    url = f"/admin/managers/orgunit/{outlet.pk}/change/"
    typed = {"name": outlet.name, "latin_name": outlet.latin_name, "is_active": "on"}

    refused = client.post(url, {**typed, "opens_at": "19:00", "closes_at": "10:00"})
    assert "An outlet opens before it closes" in refused.content.decode()
    assert client.post(url, {**typed, "opens_at": "10:00", "closes_at": "19:00"}).status_code == 302
    outlet.refresh_from_db()
    assert (outlet.opens_at, outlet.closes_at) == (time(10), time(19))
