"""Planned contacts follow the days and hours that clients name later (rules F1, F3)."""

from datetime import date, time, timedelta

import pytest

from clients.followups import actions
from clients.followups.tasks import plan_contacts as plan_by_the_clock
from clients.models import FollowUp, Preferences
from tests.clients.followups import NOTE, next_due, planned
from tests.factories import ClientFactory, PreferencesFactory


def hours_of(item):
    item.refresh_from_db()
    return item.due_on.isoweekday(), item.from_time, item.to_time


@pytest.fixture
def wished(rm, now):
    """A platinum client whose next contact is planned, and who likes to be called at ten."""
    client = ClientFactory(owner=rm, last_contact_at=now - timedelta(days=20))
    wishes = PreferencesFactory(client=client, recorded_at=now - timedelta(days=60))
    actions.plan_contacts(at=now)
    return client, wishes


def say(wishes, at, **said):
    for name, value in {**said, "recorded_at": at}.items():
        setattr(wishes, name, value)
    wishes.save()


def test_a_planned_contact_leaves_the_hours_that_a_client_asks_for_peace_in(wished, now):
    client, wishes = wished
    day = planned(client).due_on
    say(wishes, now, quiet_from=time(9, 30), quiet_to=time(11, 0))

    assert actions.fit_to_wishes(at=now) == 1

    item = planned(client)
    assert (item.due_on, item.from_time, item.to_time) == (day, time(11, 0), time(11, 30))
    assert next_due(client) == item.due_at
    assert actions.fit_to_wishes(at=now) == 0


@pytest.mark.parametrize(
    ("outcome", "planned", "fitted"),
    [
        ("reached", date(2027, 2, 19), date(2027, 2, 17)),  # a Friday, then a Wednesday before
        ("refused", date(2027, 2, 22), date(2027, 2, 24)),  # never before the gap is over
    ],
)
def test_wishes_shorten_no_gap_after_a_refusal(rm, now, outcome, planned, fitted):
    long_ago = now - timedelta(days=200)
    client = ClientFactory(owner=rm, tier="gold", responsible_since=long_ago)
    actions.plan_contacts(at=now)
    said = {"outcome": outcome, "notes": NOTE, "next_step": "Call again"}
    actions.complete(FollowUp.objects.get(), **said, by=rm, at=now)
    item = FollowUp.objects.open().get(client=client)
    assert item.due_on == planned

    Preferences.objects.create(client=client, days=[3], recorded_at=now)
    actions.fit_to_wishes(at=now)

    item.refresh_from_db()
    assert item.due_on == fitted
    assert actions.fit_to_wishes(at=now) == 0


def test_a_planned_contact_moves_to_the_day_and_hours_that_a_client_names_later(wished, now):
    client, wishes = wished
    was = planned(client).due_on
    own = was.isoweekday() % 5 + 1
    say(wishes, now, days=[own], from_time=time(14, 0), to_time=time(15, 0))

    assert actions.fit_to_wishes(at=now) == 1

    item = planned(client)
    assert hours_of(item) == (own, time(14, 0), time(15, 0))
    assert now.date() < item.due_on < was  # never later than the standard allows
    assert item.wanted_on is not None


def test_a_day_that_a_person_chose_stays_when_a_client_names_others(rm, wished, now):
    client, wishes = wished
    item = planned(client)
    chosen = item.due_on + timedelta(days=3)
    actions.snooze(item, to=chosen, by=rm, at=now)
    say(wishes, now, days=[chosen.isoweekday() % 5 + 1])

    actions.fit_to_wishes(at=now)

    assert planned(client).due_on == chosen


def test_the_clock_fits_contacts_to_wishes_each_hour(wished, now):
    client, wishes = wished
    say(wishes, now, from_time=time(16, 0), to_time=time(17, 0))

    plan_by_the_clock()

    assert hours_of(planned(client))[1:] == (time(16, 0), time(17, 0))
