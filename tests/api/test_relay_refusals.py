"""What the relay refuses to programs: a clear sentence, and nothing is half done."""

import pytest

from clients.handover import actions
from clients.models import Client, FollowUp, Handover, Ownership
from managers.models import Staff
from tests.clients.handovers import drafted, filled, prospect, rule, submitted
from tests.clients.plans import approved, carried_out, leaving
from tests.factories import AbsenceFactory, ClientFactory

__all__ = ["drafted", "filled", "prospect", "submitted"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def hand_over(prospect, marketing, speaking_for):
    """Guo Feng's program begins the handover of the prospect."""

    def sent(to):
        body = {"client": prospect.pk, "to_staff": to.pk}
        return speaking_for(marketing).post("/api/v1/handovers/", body)

    return sent


def has_left(person):
    Staff.objects.filter(pk=person.pk).update(is_active=False)


def is_away(person):
    AbsenceFactory(staff=person)


def has_a_full_book(person):
    rule("book.limits", {"gold": 600, "platinum": 1, "diamond": 150, "private": 60})
    ClientFactory(owner=person)


def works_elsewhere(person):
    posting = person.postings.get()
    posting.unit = posting.unit.parent.children.get(code="O2")
    posting.save()


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (has_left, "Lin Yue does not work here any more."),
        (is_away, "Lin Yue is away and nobody covers."),
        (has_a_full_book, "The book of Lin Yue is full."),
        (works_elsewhere, "Lin Yue works for another outlet."),
    ],
)
def test_nobody_hands_over_to_whom_the_rules_exclude(
    what, sentence, hand_over, prospect, rm, other_outlet
):
    what(rm)

    answer = hand_over(Staff.objects.get(pk=rm.pk))

    assert (answer.status_code, answer.json()["detail"]) == (409, sentence)
    assert not Handover.objects.exists()


@pytest.mark.parametrize("what", [has_left, is_away, has_a_full_book, works_elsewhere])
def test_nobody_accepts_whom_the_rules_exclude_meanwhile(
    what, submitted, prospect, rm, other_outlet, speaking_for
):
    what(rm)

    speaking_for(Staff.objects.get(pk=rm.pk)).post(f"/api/v1/handovers/{submitted.pk}/accept/")

    owned = Client.objects.get(pk=prospect.pk).owner
    assert (owned, Handover.objects.get().state) == (prospect.owner, "submitted")


def test_a_client_under_way_is_not_handed_over_again(hand_over, drafted, peer):
    answer = hand_over(peer)

    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "A handover of this client is under way.",
    )
    assert Handover.objects.get() == drafted


@pytest.mark.parametrize("verb", ["accept", "return"])
def test_a_handover_that_was_withdrawn_meanwhile_is_not_answered(
    verb, submitted, prospect, marketing, rm, now, speaking_for
):
    actions.withdraw(submitted, by=marketing, at=now)
    body = {"reason": "incomplete"}

    answer = speaking_for(rm).post(f"/api/v1/handovers/{submitted.pk}/{verb}/", body)

    assert answer.status_code == 409
    assert "has withdrawn this handover meanwhile" in answer.json()["detail"]
    prospect.refresh_from_db()
    assert (prospect.owner, Handover.objects.get().state) == (marketing, "withdrawn")


def test_the_second_head_who_assigns_is_told_who_was_first_and_when(
    head, rm, peer, outlet, speaking_for
):
    client = ClientFactory(outlet=outlet)
    url = f"/api/v1/clients/{client.pk}/assign/"

    first = speaking_for(head).post(url, {"to": rm.pk, "was": None}, format="json")
    second = speaking_for(head).post(url, {"to": peer.pk, "was": None}, format="json")

    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["detail"] == "Lin Yue has this client since 2026-11-23 09:10."
    assert Ownership.objects.get(client=client, until=None).owner == rm
    assert FollowUp.objects.get(client=client).owner == rm


def test_a_plan_gives_nobody_to_a_receiver_who_resigned_meanwhile(
    rm, peer, head, now, speaking_for
):
    clients = leaving(rm, 2)
    plan = approved(rm, by=head)
    has_left(peer)
    program, url = speaking_for(head), f"/api/v1/reassignment-plans/{plan.pk}/"

    begun = program.post(f"{url}execute/")
    carried_out(plan)

    assert begun.status_code == 200
    moves = program.get(f"{url}preview/").json()["moves"]
    assert [(move["state"], move["why"]) for move in moves] == [("left", "gone")] * 2
    assert {Client.objects.get(pk=one.pk).owner for one in clients} == {rm}


def test_a_plan_is_not_given_a_receiver_who_resigned_meanwhile(rm, peer, head, speaking_for):
    [client] = leaving(rm, 1)
    plan = approved(rm, by=head)
    has_left(peer)
    body = {"clients": [client.pk], "to": peer.pk}

    url = f"/api/v1/reassignment-plans/{plan.pk}/choose/"
    answer = speaking_for(head).post(url, body, format="json")

    assert answer.status_code in (400, 409)
    assert "moved" not in plan.moves.values_list("state", flat=True)
