"""What the coming thirty days ask of an RM, counted by hand (rules F1, C10, E8)."""

from datetime import date, timedelta

import pytest

from clients.book.models import Client
from clients.planning.weather import capacity, workload
from crm.lib import clock
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    ClientFactory,
    FollowUpFactory,
    HoldingFactory,
    ReviewFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)  # a Monday; thirty days on is Wednesday 2026-12-23
HOUR = timedelta(hours=1)


def moment(day: date):
    return clock.start_of_day(day) + 10 * HOUR


@pytest.fixture
def kept_by(rm, outlet):
    """A client of the RM, who came a few weeks ago and was spoken with on a day."""

    def made(tier, *, spoken, since=date(2026, 11, 1), **values):
        times = {"last_contact_at": moment(spoken), "responsible_since": moment(since)}
        return ClientFactory(owner=rm, outlet=outlet, tier=tier, **times, **values)

    return made


@pytest.fixture
def book(kept_by, rm):
    """Five clients, of whom four ask for something."""
    # Every 30 days: due on 12-03, then in January. One contact of 20 minutes.
    kept_by("diamond", spoken=date(2026, 11, 3))
    # Every 14 days: due on 12-03 and 12-17. Two contacts, 40 minutes. The last review was on
    # 09-20, the next is due three months later, on 12-20: 60 minutes.
    private = kept_by("private", spoken=date(2026, 11, 19))
    ReviewFactory(client=private, held_on=date(2026, 9, 20))
    # A late message, a call and a visit, 5 + 15 + 60 minutes, and no cadence beside them; what is
    # due a day after the thirty, or done, does not count. A maturity on 12-10: 20 minutes.
    gold = kept_by("gold", spoken=date(2026, 8, 1))
    booked = (("message", date(2026, 11, 20)), ("call", date(2026, 11, 25)))
    for channel, day in (*booked, ("visit", date(2026, 12, 20)), ("call", date(2026, 12, 24))):
        FollowUpFactory(client=gold, owner=rm, channel=channel, due_on=day)
    FollowUpFactory(client=gold, owner=rm, channel="call", due_on=TODAY, state="done")
    HoldingFactory(client=gold, matures_on=date(2026, 12, 10))
    HoldingFactory(client=gold, matures_on=date(2026, 12, 24))
    # A visit is booked for 12-01: 60 minutes; the cadence of 45 days asks again in January.
    platinum = kept_by("platinum", spoken=date(2026, 11, 22))
    begins = clock.start_of_day(date(2026, 12, 1)) + 10 * HOUR
    AppointmentFactory(client=platinum, starts_at=begins)
    # Who asked not to be contacted asks for nothing.
    kept_by("gold", spoken=date(2026, 1, 1), do_not_contact=True)


def test_the_hours_of_a_book_are_those_counted_by_hand(book, rm):
    hours = workload(Client.objects.all(), on=TODAY)[rm.pk]

    assert hours.minutes == {
        "cadence": 60,
        "review": 60,
        "message": 5,
        "call": 15,
        "visit": 60,
        "maturity": 20,
        "appointment": 60,
    }
    assert (hours.in_minutes, hours.total) == (280, 5)


def test_by_client_they_add_up_to_the_same(book, rm):
    by_client = workload(Client.objects.all(), on=TODAY, by="pk")

    assert sorted(hours.in_minutes for hours in by_client.values()) == [20, 60, 100, 100]


def test_the_hours_that_are_there_leave_weekends_and_absences_out(rm, peer):
    # 22 working days from 11-23 to 12-22, five hours each; five of them away.
    AbsenceFactory(staff=rm, first_day=date(2026, 12, 7), last_day=date(2026, 12, 11))

    assert capacity([rm.pk, peer.pk], on=TODAY) == {rm.pk: 17 * 5, peer.pk: 22 * 5}
