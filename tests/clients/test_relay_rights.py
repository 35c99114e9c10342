"""Who has left the post reads what they took part in, and changes nothing any more (rules A5)."""

from datetime import date

import pytest

from clients.desk.actions import assign_from_pool
from clients.handover import actions as handovers
from clients.handover.rules import allowed_actions
from clients.lobby import actions as referrals
from clients.models import Client
from crm.lib.errors import RuleBroken
from managers.models import Posting
from managers.people.models import Post
from tests.clients.relay import FILE, draft, prospect, referral, submitted, waiting
from tests.factories import PostingFactory, StaffFactory

__all__ = ["draft", "prospect", "referral", "submitted", "waiting"]

pytestmark = pytest.mark.django_db


def becomes(person, post):
    """The person begins another post today, at the same unit."""
    unit, today = person.current_unit, date(2026, 11, 23)
    Posting.objects.filter(staff=person, until=None).update(until=today)
    PostingFactory(staff=person, unit=unit, post=post, since=today)
    return type(person).objects.get(pk=person.pk)


@pytest.mark.parametrize("post", [Post.AUDITOR, Post.TELLER_CASH, Post.WEALTH_HEAD])
def test_a_sender_who_keeps_no_clients_any_more_neither_fills_nor_withdraws(
    draft, marketing, now, post
):
    former = becomes(marketing, post)

    for act in (handovers.submit, handovers.withdraw):
        with pytest.raises(RuleBroken) as refused:
            act(draft, by=former, at=now)
        assert refused.value.code == "forbidden"
    with pytest.raises(RuleBroken):
        handovers.save_file(draft, file=FILE, by=former, at=now)
    assert not {"save", "submit", "withdraw", "introduce"} & {*allowed_actions(former, draft)}


def test_who_moved_on_introduces_nobody_but_the_receiver_still_does(submitted, marketing, rm, now):
    accepted = handovers.accept(submitted, by=rm, at=now)
    former = becomes(marketing, Post.AUDITOR)

    with pytest.raises(RuleBroken):
        handovers.introduce(accepted, by=former, at=now)
    handovers.introduce(accepted, by=rm, at=now)

    assert Client.objects.get(pk=accepted.client_id).owner == rm


def test_an_auditor_answers_no_referral_that_waited_for_them_before(referral, rm, now):
    former = becomes(rm, Post.AUDITOR)

    with pytest.raises(RuleBroken, match="Only the colleague"):
        referrals.decline(referral, reason="Only passing through", by=former, at=now)
    with pytest.raises(RuleBroken, match="Only the colleague"):
        referrals.accept(referral, by=former, at=now)


def test_the_file_closes_for_the_receiver_as_soon_as_somebody_else_has_the_client(
    submitted, prospect, marketing, rm, outlet, head, now
):
    assert Client.objects.visible_to(rm).filter(pk=prospect.pk).exists()
    another = StaffFactory()
    PostingFactory(staff=another, unit=outlet, post=Post.MARKETING_RM)

    assign_from_pool(prospect, to=another, was=marketing.pk, by=head, at=now)

    assert not Client.objects.visible_to(rm).filter(pk=prospect.pk).exists()
