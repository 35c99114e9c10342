"""Items that a head waives, returns with reasons for each item, and what a head decides."""

import pytest
from django.urls import reverse

from clients.handover import actions
from clients.models import Client, FileReader, Handover, Waiver
from crm.lib.errors import RuleBroken
from managers.models import Notification, PointEntry
from tests.clients.handovers import FILE, drafted, end_of, filled, prospect, submitted
from tests.clients.lobby import wealth_head
from tests.factories import AbsenceFactory, ClientFactory, PostingFactory

__all__ = ["drafted", "filled", "prospect", "submitted", "wealth_head"]

pytestmark = pytest.mark.django_db

WHY = "Will be assessed at the first visit"


@pytest.fixture
def gap(drafted, marketing, now):
    """A file that lacks the risk."""
    return actions.save_file(drafted, file={**FILE, "risk": ""}, by=marketing, at=now)


@pytest.fixture
def twice(submitted, rm, marketing, wealth_head, now):
    """A file that was returned, mended and returned again."""
    handover = submitted
    for _time in range(2):
        handover = Handover.objects.get(pk=handover.pk)
        if handover.state == "returned":
            actions.submit(handover, by=marketing, at=now)
        handover = actions.return_(handover, reason="incomplete", by=rm, at=now)
    return handover


def told(person, kind):
    return Notification.objects.filter(to=person, kind=kind).count()


# --- Waivers


def test_an_item_that_the_head_waives_counts_and_is_shown_as_waived(
    client, gap, marketing, rm, head, now
):
    with pytest.raises(RuleBroken, match="Risk level, or not assessed"):
        actions.submit(gap, by=marketing, at=now)
    actions.ask_waiver(gap, item="risk", reason=WHY, by=marketing, at=now)
    assert told(head, "waiver-asked") == 1

    client.force_login(head)
    html = client.get(reverse("relay")).content.decode()
    assert "Guo Feng asks you to waive an item of the file" in html
    client.post(reverse("handover-waive", args=[gap.pk]), {"item": "risk", "answer": "grant"})

    sent = actions.submit(Handover.objects.get(pk=gap.pk), by=marketing, at=now)
    assert (sent.state, sent.filled, sent.percent) == ("submitted", 10, 100)
    assert told(marketing, "waiver-decided") == 1
    client.force_login(rm)
    html = client.get(reverse("handover", args=[gap.pk])).content.decode()
    assert "Waived" in html
    assert WHY in html


def test_a_head_waives_unasked_with_a_reason(gap, head, now):
    with pytest.raises(RuleBroken, match="Say why this item") as refused:
        actions.waive(gap, item="risk", grant=True, by=head, at=now)
    assert set(refused.value.fields) == {"reason"}

    actions.waive(gap, item="risk", grant=True, reason=WHY, by=head, at=now)

    assert Handover.objects.get(pk=gap.pk).missing == []


def test_a_refused_waiver_leaves_the_item_missing_and_may_be_asked_again(gap, marketing, head, now):
    actions.ask_waiver(gap, item="risk", reason=WHY, by=marketing, at=now)
    with pytest.raises(RuleBroken, match="asked about this item already"):
        actions.ask_waiver(gap, item="risk", reason=WHY, by=marketing, at=now)

    actions.waive(gap, item="risk", grant=False, by=head, at=now)

    assert Handover.objects.get(pk=gap.pk).filled == 9
    actions.ask_waiver(gap, item="risk", reason=WHY, by=marketing, at=now)
    assert list(Waiver.objects.values_list("state", flat=True)) == ["refused", "asked"]


def test_waivers_are_for_what_is_missing_and_by_the_senders_head(
    gap, marketing, rm, other_head, now
):
    with pytest.raises(RuleBroken, match="an item that is missing"):
        actions.ask_waiver(gap, item="needs", reason=WHY, by=marketing, at=now)
    for person in (marketing, rm, other_head):
        with pytest.raises(RuleBroken, match="Only the sender's head"):
            actions.waive(gap, item="risk", grant=True, reason=WHY, by=person, at=now)


# --- Returned


def test_a_return_says_what_is_wrong_with_which_item(client, submitted, marketing, rm, now):
    client.force_login(rm)
    typed = {"reason": "incomplete", "mend-risk": "No date", "mend-dates": "Whose birthday?"}
    client.post(reverse("handover-return", args=[submitted.pk]), typed)

    returned = Handover.objects.get()
    assert returned.return_items == {"risk": "No date", "dates": "Whose birthday?"}
    client.force_login(marketing)
    html = client.get(reverse("handover", args=[submitted.pk])).content.decode()
    assert "To mend: No date" in html
    assert "To mend: Whose birthday?" in html


def test_returned_twice_the_wealth_head_decides_and_nobody_else(
    twice, marketing, rm, head, wealth_head, now
):
    assert told(wealth_head, "handover-to-decide") == 1
    with pytest.raises(RuleBroken, match="returned twice"):
        actions.submit(twice, by=marketing, at=now)
    for person in (marketing, rm, head):
        with pytest.raises(RuleBroken, match="The wealth-centre head decides"):
            actions.decide(twice, decision="mend", note="Yes", by=person, at=now)
    with pytest.raises(RuleBroken, match="Say why"):
        actions.decide(twice, decision="mend", note=" ", by=wealth_head, at=now)


def decided(twice, wealth_head, now, decision, **more):
    given = {"decision": decision, "note": "It is complete enough", "by": wealth_head, "at": now}
    return actions.decide(twice, **given, **more)


def test_the_head_lets_the_sender_mend_it_once_more(twice, marketing, wealth_head, rm, now):
    decided(twice, wealth_head, now, "mend")

    again = actions.submit(Handover.objects.get(), by=marketing, at=now)
    assert again.state == "submitted"
    assert actions.return_(again, reason="conflict", by=rm, at=now).needs_decision


def test_the_head_makes_the_receiver_take_it(twice, wealth_head, rm, prospect, now):
    accepted = decided(twice, wealth_head, now, "accept")

    assert (accepted.state, accepted.due) == ("accepted", end_of(11, 30))
    assert Client.objects.visible_to(rm).filter(pk=prospect.pk).exists()


def test_the_head_names_another_receiver(twice, wealth_head, rm, peer, prospect, now):
    with pytest.raises(RuleBroken, match="another wealth RM"):
        decided(twice, wealth_head, now, "another", to=rm)

    sent = decided(twice, wealth_head, now, "another", to=peer)

    assert (sent.state, sent.to_staff) == ("submitted", peer)
    assert [reader.staff for reader in FileReader.objects.all()] == [peer]


def test_the_head_leaves_the_client_with_the_sender(client, twice, wealth_head, marketing, now):
    decided(twice, wealth_head, now, "withdraw")

    client.force_login(marketing)
    html = client.get(reverse("handover", args=[twice.pk])).content.decode()
    assert "The head decided: It is complete enough" in html
    with pytest.raises(RuleBroken, match="Nothing is to be decided"):
        decided(twice, wealth_head, now, "mend")


# --- Refusals


def test_a_withdrawn_handover_is_not_accepted(submitted, marketing, rm, now):
    actions.withdraw(submitted, by=marketing, at=now)

    with pytest.raises(RuleBroken, match="it is Withdrawn now"):
        actions.accept(submitted, by=rm, at=now)


def test_who_is_away_without_a_deputy_or_left_receives_nobody(prospect, marketing, rm, peer, now):
    AbsenceFactory(staff=rm)
    with pytest.raises(RuleBroken, match="Lin Yue is away and nobody covers"):
        actions.draft(prospect, to=rm, by=marketing, at=now)
    peer.is_active = False
    peer.save()
    with pytest.raises(RuleBroken, match="Xu Ke does not work here any more"):
        actions.draft(prospect, to=peer, by=marketing, at=now)


def test_a_wealth_rm_hands_an_owned_client_to_another_with_the_whole_file(rm, peer, outlet, now):
    owned = ClientFactory(owner=rm, state="dormant")
    sent = actions.save_file(actions.draft(owned, to=peer, by=rm, at=now), file=FILE, by=rm, at=now)
    actions.accept(actions.submit(sent, by=rm, at=now), by=peer, at=now)
    actions.introduce(sent, by=rm, at=now)

    owned.refresh_from_db()
    assert (owned.owner, owned.state) == (peer, "dormant")
    assert not PointEntry.objects.exists()
    junior = PostingFactory(unit=outlet, grade="trainee", step=1).staff
    private = ClientFactory(owner=rm, tier="private")
    with pytest.raises(RuleBroken, match="grade"):
        actions.draft(private, to=junior, by=rm, at=now)
