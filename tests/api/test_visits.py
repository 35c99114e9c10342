"""Visits outside over the API: planned, ordered, recorded (rules E10, F9)."""

import pytest

from clients.appointments.actions import cancel
from clients.models import Appointment, FirstVisit, Lead
from tests.clients.test_appointments import span
from tests.factories import AppointmentFactory, ClientFactory

pytestmark = pytest.mark.django_db

VISITS = "/api/v1/visits/"
TODAY = 23


@pytest.fixture
def prospect(marketing, outlet):
    return ClientFactory(owner=marketing, outlet=outlet, state="prospect", name="徐兰馨")


@pytest.fixture
def visits(marketing, outlet):
    """Three visits outside today: in the park, at the market, by the lake."""
    places = (("The park", 14), ("The market", 16), ("The lake", 17))
    return [
        AppointmentFactory(
            client=ClientFactory(owner=marketing, outlet=outlet, state="prospect"),
            place=place,
            **span(hour, minutes=30, day=TODAY),
        )
        for place, hour in places
    ]


def places(answer) -> list[str]:
    assert answer.status_code == 200, answer.json()
    told = answer.json()
    return [row["place"] for row in told.get("visits", told.get("results"))]


def test_a_joint_visit_is_planned_and_stands_on_the_way_of_both(
    prospect, marketing, rm, peer, speaking_for
):
    when = {"starts_at": "2026-11-24T10:00:00+08:00", "ends_at": "2026-11-24T11:00:00+08:00"}
    asked = {"client": prospect.pk, "place": "Lakeside Garden", "staff": [rm.pk], **when}

    made = speaking_for(marketing).post(VISITS, asked)
    nowhere = speaking_for(marketing).post(VISITS, asked | {"place": ""})
    foreign = speaking_for(peer).post(VISITS, asked)

    assert (made.status_code, made.json()["staff"]) == (201, [marketing.pk, rm.pk])
    assert made.json()["place"] == "Lakeside Garden"
    assert [nowhere.status_code, foreign.status_code] == [400, 400]
    ways = [
        places(speaking_for(one).get(f"{VISITS}route/?day=2026-11-24"))
        for one in (marketing, rm, peer)
    ]
    assert ways == [["Lakeside Garden"], ["Lakeside Garden"], []]


def test_the_person_orders_the_way_and_goes_by_time_again(visits, marketing, speaking_for):
    program = speaking_for(marketing)
    park, market, lake = (visit.pk for visit in visits)
    by_time = places(program.get(f"{VISITS}route/"))

    ordered = program.post(f"{VISITS}order/", {"visits": [lake, park, market]})

    assert by_time == ["The park", "The market", "The lake"]
    assert places(ordered) == ["The lake", "The park", "The market"]
    assert [row["stop"] for row in ordered.json()["visits"]] == [1, 2, 3]
    assert places(program.get(f"{VISITS}route/")) == ["The lake", "The park", "The market"]
    by_place = program.get(f"{VISITS}route/?order=place")
    assert places(by_place) == ["The lake", "The market", "The park"]
    assert places(program.post(f"{VISITS}order/", {"visits": []})) == by_time


def test_an_order_of_other_visits_changes_nothing(visits, marketing, now, speaking_for):
    program = speaking_for(marketing)
    park, market, lake = visits
    cancel(market, reason="The client is ill", by=marketing, at=now)

    stale = program.post(f"{VISITS}order/", {"visits": [lake.pk, market.pk, park.pk]})

    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert places(program.get(f"{VISITS}route/")) == ["The park", "The lake"]


def test_what_a_prospect_told_is_kept_with_the_day_of_the_visit(
    prospect, marketing, rm, speaking_for
):
    when = span(14, day=TODAY)
    visit = AppointmentFactory(client=prospect, place="The park", slots=[rm], **when)
    program, url = speaking_for(marketing), f"{VISITS}{visit.pk}/"
    before = program.get(url).json()

    told = program.post(f"{url}record/", {"needs": "A house in 2028"}).json()

    assert (before["first_visit"], before["allowed_actions"]) == (None, ["record"])
    assert told["first_visit"]["needs"] == "A house in 2028"
    assert (told["first_visit"]["met_on"], Lead.objects.get().stage) == ("2026-11-23", "visited")
    along = speaking_for(rm).get(url).json()
    assert (along["first_visit"], along["allowed_actions"]) == (None, [])
    assert speaking_for(rm).post(f"{url}record/", {"needs": "Mine"}).status_code == 403


def test_nothing_is_recorded_before_the_day_of_the_visit(prospect, marketing, speaking_for):
    visit = AppointmentFactory(client=prospect, place="The park", **span(14, day=24))
    program, url = speaking_for(marketing), f"{VISITS}{visit.pk}/"

    early = program.post(f"{url}record/", {"needs": "A house"})

    assert program.get(url).json()["allowed_actions"] == []
    assert (early.status_code, FirstVisit.objects.count()) == (409, 0)


def test_visits_are_those_outside_narrowed_by_day_person_and_client(
    visits, prospect, marketing, rm, peer, speaking_for
):
    program = speaking_for(marketing)
    inside = AppointmentFactory(client=prospect, **span(10, day=24))
    AppointmentFactory(client=prospect, place="The hall", **span(15, day=24))

    asked = {
        "": ["The park", "The market", "The lake", "The hall"],
        "ordering=place": ["The hall", "The lake", "The market", "The park"],
        "day=2026-11-24": ["The hall"],
        f"client={prospect.pk}": ["The hall"],
        f"staff={rm.pk}": [],
        "state=cancelled": [],
        "between=2026-11-23,2026-11-23": ["The park", "The market", "The lake"],
    }
    assert {query: places(program.get(f"{VISITS}?{query}")) for query in asked} == asked
    assert program.get(f"{VISITS}{inside.pk}/").status_code == 404
    assert program.get(f"{VISITS}?room=1").status_code == 400
    assert program.get(f"{VISITS}route/?day=tomorrow").status_code == 400
    assert places(speaking_for(peer).get(VISITS)) == []
    assert Appointment.objects.count() == 5


@pytest.mark.parametrize("rows", [1, 3])
def test_the_way_costs_the_same_for_any_number(
    rows, visits, marketing, speaking_for, django_assert_num_queries
):
    Appointment.objects.filter(pk__in=[visit.pk for visit in visits[rows:]]).delete()
    program = speaking_for(marketing)
    program.get(f"{VISITS}route/")

    with django_assert_num_queries(7):
        assert len(places(program.get(f"{VISITS}route/"))) == rows
