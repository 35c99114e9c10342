"""What the relay refuses, in the sentence that the person reads; nothing is half done."""

import pytest
from django.urls import reverse

from clients.handover import actions
from clients.models import Handover
from managers.models import Absence, Posting, Staff
from tests.clients.handovers import drafted, filled, prospect, rule, submitted
from tests.clients.plans import TODAY, approved, carried_out, leaving, owners, planned
from tests.factories import AbsenceFactory, ClientFactory, OrgUnitFactory, PostingFactory

__all__ = ["drafted", "filled", "prospect", "submitted"]

pytestmark = pytest.mark.django_db


def read(browser, person, name, *args, **typed):
    """The page that a person reads after sending this."""
    browser.force_login(person)
    answer = browser.post(reverse(name, args=args), typed, follow=True)
    assert answer.status_code in (200, 422)
    return answer.content.decode()


def read_by_sender(client, prospect, to):
    """What the sender reads who hands the prospect over; nothing has begun."""
    html = read(client, prospect.owner, "handover-new", client=prospect.pk, to=to.pk)
    assert not Handover.objects.exists()
    return html


def test_a_handover_that_was_withdrawn_meanwhile_is_not_accepted(
    client, submitted, prospect, marketing, rm, now
):
    actions.withdraw(submitted, by=marketing, at=now)

    assert "has withdrawn this handover meanwhile" in read(
        client, rm, "handover-accept", submitted.pk
    )
    prospect.refresh_from_db()
    assert (prospect.owner, Handover.objects.get().state) == (marketing, "withdrawn")


def test_of_a_draft_that_was_never_sent_nobody_hears(client, drafted, marketing, rm, now):
    actions.withdraw(drafted, by=marketing, at=now)

    client.force_login(rm)
    assert client.post(reverse("handover-accept", args=[drafted.pk])).status_code == 404


def test_nobody_hands_over_to_who_has_left(client, prospect, rm):
    rm.is_active = False
    rm.save()

    assert "Lin Yue does not work here any more." in read_by_sender(client, prospect, rm)


def test_nobody_hands_over_to_who_is_away_without_a_deputy(client, prospect, rm):
    AbsenceFactory(staff=rm)

    assert "Lin Yue is away and nobody covers." in read_by_sender(client, prospect, rm)


def test_nobody_hands_over_to_a_full_book(client, prospect, rm, now):
    rule("book.limits", {"gold": 600, "platinum": 1, "diamond": 150, "private": 60})
    ClientFactory(owner=rm)

    assert "The book of Lin Yue is full." in read_by_sender(client, prospect, rm)


def test_nobody_hands_over_to_another_outlet(client, prospect, stranger):
    assert "Tao Ran works for another outlet." in read_by_sender(client, prospect, stranger)


@pytest.fixture
def elsewhere(head_office):
    """A wealth RM of another branch."""
    branch = OrgUnitFactory(code="B9", kind="branch", parent=head_office)
    unit = OrgUnitFactory(code="O9", parent=branch)
    return PostingFactory(unit=unit, staff__latin_name="Ou Yan").staff


@pytest.mark.parametrize("who", ["elsewhere", "lobby", "admin", "nobody"])
def test_whoever_is_no_wealth_rm_of_the_branch_is_as_nobody(request, client, prospect, who):
    to = 10**9 if who == "nobody" else request.getfixturevalue(who).pk

    html = read(client, prospect.owner, "handover-new", client=prospect.pk, to=to)

    assert "That choice is not one of the available choices." in html
    assert "works for another outlet" not in html
    assert not Handover.objects.exists()


@pytest.mark.parametrize("who", ["elsewhere", "lobby", "admin", "nobody"])
def test_a_program_hears_the_same_of_whom_the_branch_does_not_have(request, client, prospect, who):
    to = 10**9 if who == "nobody" else request.getfixturevalue(who).pk
    client.force_login(prospect.owner)
    body = {"client": prospect.pk, "to_staff": to}

    answer = client.post("/api/v1/handovers/", body, content_type="application/json")

    assert answer.status_code == 400
    assert "does not exist" in answer.content.decode()
    assert not Handover.objects.exists()


def test_a_client_under_way_is_not_handed_over_again(client, drafted, prospect, marketing, peer):
    html = read(client, marketing, "handover-new", client=prospect.pk, to=peer.pk)

    assert "A handover of this client is under way." in html
    assert Handover.objects.get() == drafted


def test_a_receiver_who_resigned_meanwhile_gets_nobody_and_the_plan_says_why(
    client, rm, peer, head
):
    clients = leaving(rm, 2)
    plan = approved(rm, by=head)
    Staff.objects.filter(pk=peer.pk).update(is_active=False)

    read(client, head, "plan-act", plan.pk, act="execute")
    carried_out(plan)

    html = client.get(reverse("plan", args=[plan.pk])).content.decode()
    assert html.count("the RM does not work here any more") == 2
    assert owners(clients) == [rm, rm]


def test_a_deputy_who_resigned_meanwhile_covers_nobody(client, rm, peer, head):
    leaving(rm)
    plan = planned(rm, by=head, cause="leave", last_day=TODAY, deputy=peer)
    Posting.objects.filter(staff=peer).update(until=TODAY)

    html = read(client, head, "plan-act", plan.pk, act="submit")

    plan.refresh_from_db()
    assert "Only a colleague with the same post covers" in html
    assert (plan.state, Absence.objects.count()) == ("draft", 0)
