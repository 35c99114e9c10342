"""What a mail looks for before it reads a list: no list that holds something is passed over."""

from datetime import date, timedelta

import pytest

from clients.appointments.queries import visits_on
from clients.desk.pending import Pending, pending
from clients.desk.request_events import promises_of
from clients.desk.waiting import waiting_for
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    ClientFactory,
    ClientRequestFactory,
    HandoverFactory,
    ReferralFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)


def promise(host, others):
    ClientRequestFactory(client=ClientFactory(owner=host), due_on=MONDAY)


def visit(host, others):
    AppointmentFactory(client=ClientFactory(owner=host))


def referral(host, others):
    ReferralFactory(client=ClientFactory(), referrer=others, target=host)


def sent(host, others):
    HandoverFactory(from_staff=others, to_staff=host, state="submitted")


def returned(host, others):
    HandoverFactory(from_staff=host, to_staff=others, state="returned")


def lists(person, now):
    """Whether there are promises, visits, and answers that others wait for."""
    visits = visits_on(person, MONDAY)
    return bool(promises_of(person, at=now)), visits.exists(), bool(waiting_for(person, at=now))


def asked(person, now):
    found = pending(person, at=now)
    return found.promises, found.visits, found.answers


def test_an_empty_desk_holds_nothing(rm, now):
    assert pending(rm, at=now) == Pending(False, False, False, False)


@pytest.mark.parametrize("happens", [promise, visit, referral, sent, returned])
def test_what_stands_on_ones_own_desk_is_seen(rm, marketing, peer, now, happens):
    happens(rm, marketing)

    assert lists(rm, now) == asked(rm, now)
    assert sum(asked(rm, now)) == 1
    assert asked(peer, now) == (False, False, False)


@pytest.mark.parametrize("happens", [promise, visit])
def test_what_stands_on_the_desk_of_a_colleague_who_is_away_is_seen(
    rm, marketing, peer, now, happens
):
    AbsenceFactory(staff=rm, deputy=peer)
    happens(rm, marketing)

    assert lists(peer, now) == asked(peer, now)
    assert sum(asked(peer, now)) == 1


def test_what_is_over_or_of_another_day_is_not(rm, marketing, now):
    ClientRequestFactory(client=ClientFactory(owner=rm), due_on=MONDAY + timedelta(days=1))
    AppointmentFactory(client=ClientFactory(owner=rm), starts_at=now + timedelta(days=1))
    ReferralFactory(client=ClientFactory(), referrer=marketing, target=rm, state="accepted")
    HandoverFactory(from_staff=marketing, to_staff=rm, state="withdrawn")

    assert pending(rm, at=now) == Pending(False, False, False, False)


def test_the_visits_of_an_outlet_are_its_receivers(rm, lobby, now):
    AppointmentFactory(client=ClientFactory(owner=rm, outlet=lobby.current_unit))

    assert lists(lobby, now)[1] is pending(lobby, at=now).visits is True
