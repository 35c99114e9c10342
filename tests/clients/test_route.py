"""The way of a day outside: by time, by place, or as the person ordered it (rules E10)."""

import pytest
from django.urls import reverse

from clients.appointments.actions import cancel, move
from clients.models import Slot
from tests.clients.test_appointments import span
from tests.factories import AppointmentFactory, ClientFactory

pytestmark = pytest.mark.django_db

TODAY = 23


@pytest.fixture
def visits(marketing):
    """Three visits outside: in the park, at the market, by the lake."""
    places = (("The park", 14), ("The market", 16), ("The lake", 17))
    return [
        AppointmentFactory(
            client=ClientFactory(owner=marketing, state="prospect"),
            place=place,
            **span(hour, minutes=30, day=TODAY),
        )
        for place, hour in places
    ]


@pytest.fixture
def at_work(client, marketing, visits):
    """Guo Feng with the phone: what it shows, and sends."""
    client.force_login(marketing)

    def way(**asked) -> list[str]:
        return _places(client.get(reverse("prospect-route"), asked))

    def send(stops, **pressed):
        data = {"visit": [stop.pk for stop in stops], **pressed}
        return client.post(reverse("prospect-route"), data, follow=True)

    way.send = send
    return way


def _places(answer) -> list[str]:
    page = answer.content.decode()
    return sorted(("The park", "The market", "The lake"), key=page.index)


def test_the_person_orders_the_way_and_goes_by_time_again(at_work, visits):
    park, market, lake = visits
    assert at_work() == ["The park", "The market", "The lake"]

    at_work.send([lake, park, market])
    by_hand = at_work()
    at_work.send([lake, park, market], by_time="1")

    assert by_hand == ["The lake", "The park", "The market"]
    assert at_work() == ["The park", "The market", "The lake"]


def test_a_button_moves_one_visit_by_one_place_and_says_where_it_is_now(at_work, visits):
    park, market, lake = visits

    said = at_work.send(visits, up=lake.pk)
    assert "Now stop 2 of 3." in said.content.decode()
    assert at_work() == ["The park", "The lake", "The market"]

    at_work.send([park, lake, market], down=park.pk)
    assert at_work() == ["The lake", "The park", "The market"]


def test_the_first_goes_no_further_up_and_the_last_no_further_down(at_work, visits):
    park, _market, lake = visits
    at_work.send(visits, up=park.pk)
    at_work.send(visits, down=lake.pk)

    assert at_work() == ["The park", "The market", "The lake"]


@pytest.mark.parametrize("of_which", [[0, 1], [0, 1, 2, None]])
def test_visits_that_are_not_those_of_the_day_change_nothing(at_work, visits, client, of_which):
    park, market, lake = visits
    at_work.send([lake, market, park])
    ids = [10**30 if n is None else visits[n].pk for n in of_which]

    client.post(reverse("prospect-route"), {"visit": ids}, follow=True)

    assert at_work() == ["The lake", "The market", "The park"]


def test_who_orders_what_was_called_off_meanwhile_is_told_and_sees_the_way_as_it_is(
    at_work, visits, marketing, now
):
    park, market, lake = visits
    cancel(market, reason="The client is ill", by=marketing, at=now)

    said = at_work.send([lake, market, park]).content.decode()

    assert "Your visits have changed meanwhile" in said
    assert said.index("The park") < said.index("The lake")


def test_a_visit_put_to_another_hour_finds_its_place_by_time_behind_the_others(
    at_work, visits, marketing, now
):
    park, market, lake = visits
    at_work.send([lake, market, park])

    move(lake, place=lake.place, **span(10, minutes=30, day=TODAY), by=marketing, at=now)

    assert at_work() == ["The market", "The park", "The lake"]


def test_each_of_a_joint_visit_has_an_order_of_their_own(at_work, visits, client, rm):
    joint = AppointmentFactory(
        client=ClientFactory(owner=rm), place="The lake", **span(18, minutes=30, day=TODAY)
    )
    Slot.objects.create(
        appointment=visits[0], staff=rm, starts_at=visits[0].starts_at, ends_at=visits[0].ends_at
    )
    at_work.send(visits[::-1])
    client.force_login(rm)
    shown = client.get(reverse("prospect-route"))
    page = shown.content.decode()

    assert page.index("The park") < page.index("The lake")
    assert joint.pk in [visit.pk for visit in shown.context["visits"]]


def test_one_visit_alone_has_nothing_to_move(client, marketing):
    AppointmentFactory(
        client=ClientFactory(owner=marketing), place="The park", **span(14, day=TODAY)
    )
    client.force_login(marketing)

    page = client.get(reverse("prospect-route")).content.decode()

    assert 'name="up"' not in page
