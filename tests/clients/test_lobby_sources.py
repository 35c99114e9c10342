"""Who noticed a client: oneself, a colleague, or a client who recommends another."""

from datetime import date

import pytest
from django.urls import reverse

from clients.lobby.queries import pick
from clients.models import Referral
from crm.lib.errors import RuleBroken
from tests.clients.lobby import send, waiting
from tests.factories import ClientFactory, ContactFactory, FollowUpFactory

__all__ = ["waiting"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def friend(outlet, rm):
    """A client of the outlet who recommends others."""
    return ClientFactory(owner=rm, outlet=outlet, number="77001122")


def type_in(client, person, waiting, target, **typed):
    client.force_login(person)
    address = f"{reverse('referral-new')}?client={pick(person, waiting.pk)}"
    return client.post(address, {"on_site": "yes", "target": target.pk, **typed})


def test_a_client_recommends_another_without_any_cue(client, waiting, friend, teller, rm):
    answer = type_in(client, teller, waiting, rm, source="client", recommended_by="77001122")

    assert answer.url == reverse("relay")
    made = Referral.objects.get()
    assert (made.source, made.recommended_by, made.referrer) == ("client", friend, teller)


def test_a_colleagues_acquaintance_needs_no_cue_but_ones_own_notice_does(
    client, waiting, teller, rm
):
    refused = type_in(client, teller, waiting, rm)
    assert refused.status_code == 422
    assert "Tick at least one thing" in refused.content.decode()

    type_in(client, teller, waiting, rm, source="colleague")
    assert Referral.objects.get().source == "colleague"


def test_a_number_that_no_client_of_the_outlet_has_recommends_nobody(
    client, waiting, teller, rm, stranger
):
    ClientFactory(owner=stranger, number="88001122")

    answer = type_in(client, teller, waiting, rm, source="client", recommended_by="88001122")

    assert answer.status_code == 422
    assert "No client of your outlet has this number" in answer.content.decode()
    assert not Referral.objects.exists()


def test_nobody_recommends_themselves_and_nobody_takes_anothers_post(waiting, lobby, rm, now):
    with pytest.raises(RuleBroken, match="another client of your outlet"):
        send(waiting, lobby, rm, now, source="client", recommended_by=waiting)
    with pytest.raises(RuleBroken, match="not your post"):
        send(waiting, lobby, rm, now, source="teller_cash")


def test_the_form_says_why_the_first_rm_is_suggested(client, waiting, teller, rm, peer):
    client.force_login(teller)
    address = f"{reverse('referral-new')}?client={pick(teller, waiting.pk)}"

    html = client.get(address).content.decode()

    assert "Suggested" in html
    assert "lowest load" in html


def test_the_reason_stands_beside_the_rm_of_whom_it_is_true(client, waiting, teller, rm, peer):
    ClientFactory.create_batch(3, owner=rm)  # the emptier book is the peer's
    ContactFactory(client=waiting, staff=rm)
    client.force_login(teller)

    page = client.get(f"{reverse('referral-new')}?client={pick(teller, waiting.pk)}")

    assert [choice.staff for choice in page.context["choices"]] == [rm, peer]
    assert page.context["chosen"] == rm.pk
    assert "has spoken with this client" in page.content.decode()


@pytest.fixture
def no_hours(rm):
    """Lin Yue has promised 112 visits of an hour within 30 days that have 110 hours."""
    for one in ClientFactory.create_batch(112, owner=rm, tier="regular"):
        FollowUpFactory(owner=rm, client=one, channel="visit", due_on=date(2026, 11, 25))


def test_the_form_puts_who_has_hours_free_in_front_and_says_how_many(
    client, waiting, teller, rm, peer, no_hours
):
    ClientFactory.create_batch(20, owner=peer)
    client.force_login(teller)

    for asked in (f"client={pick(teller, waiting.pk)}", "new"):
        page = client.get(f"{reverse('referral-new')}?{asked}")

        assert [choice.staff for choice in page.context["choices"]] == [peer, rm]
        assert page.context["why"] == "lowest load among those with hours free · 103 hours free"
        assert [choice.hours_left for choice in page.context["choices"]] == [
            "103 hours free",
            "2 hours short",
        ]
