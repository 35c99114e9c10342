"""The grade drives which tiers one owns, how full the book may be, and the targets (rules B8)."""

import pytest
from django.urls import reverse

from clients.book.load import loads
from clients.reassignment.actions import execute, submit
from crm import bank
from crm.models import BankSetting
from managers.competition.rulebook import usual
from managers.people.ladder import Grade
from managers.people.models import Posting
from tests.clients.plans import TODAY, carried_out, leaving, owners, planned, whys
from tests.factories import ClientFactory, CompetitionFactory
from tests.managers.examples import RULES

pytestmark = pytest.mark.django_db

ASSIGN = "/api/v1/clients/{}/assign/"


def becomes(person, grade):
    Posting.objects.filter(staff=person).update(grade=grade, step=1)
    person.__dict__.pop("posting", None)


@pytest.fixture
def eight_a_book(db):
    """Eight gold clients are a full book."""
    limits = {"gold": 8, "platinum": 8, "diamond": 8, "private": 8}
    BankSetting.objects.create(key="book.limits", valid_from="2026-01-01", value=limits)
    bank.forget()


def share(person):
    return loads([person.pk], on=TODAY)[person.pk].percent


# --- Tiers


def test_nobody_below_intermediate_gets_a_diamond_client_by_page_or_program(
    client, head, rm, outlet
):
    one = ClientFactory(outlet=outlet, tier="diamond")
    picked = {"one": one.pk, f"to-{one.pk}": rm.pk}
    becomes(rm, "assistant")
    client.force_login(head)

    page = client.post("/branch/assign/", picked, follow=True).content.decode()
    answer = client.post(ASSIGN.format(one.pk), {"to": rm.pk}, "application/json")

    assert "Lin Yue has not the grade for a client of this tier." in page
    assert answer.status_code == 409
    assert owners([one]) == [None]
    becomes(rm, "intermediate")
    client.post("/branch/assign/", picked, follow=True)
    assert owners([one]) == [rm]


@pytest.mark.parametrize("grade", Grade.values)
def test_suggestions_and_plans_know_the_grade_of_each_tier(client, head, rm, peer, grade):
    becomes(peer, grade)
    allowed = {
        "diamond": grade not in ("trainee", "assistant"),
        "private": grade in ("senior", "principal", "chief"),
    }
    client.force_login(head)

    leavers = {tier: leaving(rm, 1, tier=tier)[0] for tier in allowed}
    plan = planned(rm, by=head)

    for tier, may_own in allowed.items():
        url = f"/api/v1/clients/{leavers[tier].pk}/suggestions/"
        told = client.get(url).json()["results"]
        assert [row["staff"] for row in told] == ([peer.pk] if may_own else [])
        move = plan.moves.get(client=leavers[tier])
        assert move.to == (peer if may_own else None)


# --- Capacity


@pytest.mark.parametrize(
    ("grade", "percent", "holds"), [("trainee", 100, 4), ("assistant", 67, 6), ("chief", 50, 8)]
)
def test_a_trainee_serves_half_a_book_and_an_assistant_three_quarters(
    eight_a_book, client, head, rm, outlet, grade, percent, holds
):
    becomes(rm, grade)
    ClientFactory.create_batch(4, owner=rm, tier="gold")
    client.force_login(head)

    assert share(rm) == percent
    waiting = ClientFactory.create_batch(holds - 3, outlet=outlet, tier="gold")
    answers = [
        client.post(ASSIGN.format(one.pk), {"to": rm.pk}, "application/json") for one in waiting
    ]

    assert [one.status_code for one in answers] == [200] * (holds - 4) + [409]
    assert answers[-1].json()["detail"].startswith("The book of Lin Yue is full.")
    assert share(rm) == 100


def test_the_board_says_what_the_grade_leaves_of_places(eight_a_book, client, head, rm, outlet):
    becomes(rm, "trainee")
    ClientFactory.create_batch(3, owner=rm, tier="gold")
    one = ClientFactory(outlet=outlet, tier="gold")
    client.force_login(head)

    page = client.post("/branch/effect/", {"clients": one.pk, f"to-{one.pk}": rm.pk})

    [effect] = page.context["effects"]
    assert (effect.before, effect.after, effect.places) == (75, 100, [("Gold", 1, 0)])


def test_suggestions_and_plans_fill_a_trainees_book_by_half(
    eight_a_book, client, head, rm, peer, outlet
):
    becomes(peer, "trainee")
    ClientFactory.create_batch(4, owner=peer, tier="gold")
    [leaver] = leaving(rm, 1, tier="gold")
    client.force_login(head)

    told = client.get(f"/api/v1/clients/{leaver.pk}/suggestions/").json()
    move = planned(rm, by=head).moves.get()

    assert (told["results"], told["nobody"]["reasons"]) == ([], ["no_room"])
    assert move.to is None
    becomes(peer, "assistant")
    told = client.get(f"/api/v1/clients/{leaver.pk}/suggestions/").json()
    assert [row["staff"] for row in told["results"]] == [peer.pk]


def test_a_plan_leaves_behind_whom_a_fallen_grade_has_no_room_for(
    eight_a_book, head, rm, peer, now
):
    ClientFactory.create_batch(3, owner=peer, tier="gold")
    clients = leaving(rm, 2, tier="gold")
    plan = planned(rm, by=head)
    assert {move.to for move in plan.moves.all()} == {peer}

    becomes(peer, "trainee")
    done = carried_out(execute(submit(plan, by=head, at=now), by=head, at=now))

    assert owners(clients) == [peer, rm]
    assert whys(done)[1] == "the RM's book is full"


def test_which_percent_a_grade_serves_is_a_setting_with_a_day(eight_a_book, rm):
    ClientFactory.create_batch(4, owner=rm, tier="gold")
    more = bank.DEFAULTS["book.capacity"] | {"senior": 200}
    BankSetting.objects.create(key="book.capacity", valid_from=TODAY, value=more)
    bank.forget()

    assert share(rm) == 25


# --- Targets, and where people read it


def test_the_competition_asks_each_grade_for_its_own_targets(client, rm, peer, stranger):
    rules = RULES.dump() | {"grades": dict(usual().grades)}
    quarter = CompetitionFactory(rules=rules)
    becomes(peer, "intermediate")
    becomes(stranger, "trainee")
    client.force_login(rm)

    rows = client.get(f"/api/v1/competitions/{quarter.pk}/standings/").json()["results"]

    asked = {row["staff"]: {one["metric"]: one["target"] for one in row["lines"]} for row in rows}
    targets = [(asked[one.pk]["new_vip"], asked[one.pk]["csat"]) for one in (rm, peer, stranger)]
    assert targets == [("14.40", "95.00"), ("12.00", "95.00"), ("7.20", "95.00")]


def test_the_own_page_and_the_api_say_what_each_grade_means(client, rm):
    client.force_login(rm)

    page = client.get(reverse("career"))
    told = client.get("/api/v1/grades/").json()["results"]

    assert "What each grade means" in page.content.decode()
    shown = [(m.grade, m.book, m.targets, set(m.refused_tiers)) for m in page.context["meanings"]]
    assert shown == [
        ("trainee", 50, 60, {"private", "diamond"}),
        ("assistant", 75, 80, {"private", "diamond"}),
        ("intermediate", 100, 100, {"private"}),
        ("senior", 100, 120, set()),
        ("principal", 100, 150, set()),
        ("chief", 100, 180, set()),
    ]
    assert shown == [
        (one["code"], one["book"], one["targets"], set(one["refused_tiers"])) for one in told
    ]
