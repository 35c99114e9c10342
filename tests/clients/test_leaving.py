"""Whoever leaves has given everything to colleagues before the access ends (rules E9)."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.reassignment.actions import execute
from clients.reassignment.leaving import ties
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.access.actions import sessions, tokens
from managers.access.rules import may_end_access
from managers.access.scopes import everything
from managers.models import AuditEvent
from tests.clients.plans import approved, carried_out
from tests.factories import ClientFactory, FollowUpFactory, HandoverFactory, ReferralFactory

pytestmark = pytest.mark.django_db


def page(staff):
    return reverse("deactivate", args=[staff.pk])


def test_whoever_keeps_clients_or_work_stays_and_the_sentence_says_what_is_left(
    rm, peer, head, admin, now
):
    kept = ClientFactory(owner=rm)
    FollowUpFactory(client=kept)
    for state in ("draft", "submitted"):  # what was not sent yet ties only its sender
        mine = ClientFactory(owner=peer)
        HandoverFactory(client=mine, from_staff=peer, to_staff=rm, state=state)
    ReferralFactory(target=rm)

    with pytest.raises(RuleBroken) as refused:
        sessions.deactivate(rm, by=admin, at=now)

    assert refused.value.code == "tied"
    assert str(refused.value) == (
        "Lin Yue still has 1 client, 1 open follow-up, 1 handover and 1 referral to answer. "
        "Please give them to colleagues first."
    )
    rm.refresh_from_db()
    assert rm.is_active
    assert not AuditEvent.objects.filter(verb="staff.deactivated").exists()


def test_the_page_leads_a_head_to_the_plan_and_names_the_head_to_an_administrator(
    client, rm, head, admin
):
    ClientFactory(owner=rm)

    client.force_login(head)
    for_head = client.get(page(rm)).content.decode()
    refused = client.post(page(rm))
    client.force_login(admin)
    for_admin = client.get(page(rm)).content.decode()

    assert f"{reverse('plan-new')}?from={rm.pk}&amp;cause=resignation" in for_head
    assert (refused.status_code, "Please give them" in refused.content.decode()) == (422, True)
    assert "planned by Gu Wanqing" in for_admin
    assert reverse("plan-new") not in for_admin


def test_after_the_plan_is_carried_out_the_access_ends_everywhere_at_once(client, rm, peer, head):
    ClientFactory.create_batch(2, owner=rm)
    FollowUpFactory(client=ClientFactory(owner=rm))
    browser = Browser()
    browser.force_login(rm)
    _token, text = tokens.make_token(
        rm, name="Reports", scopes=everything("read"), days=7, at=clock.now()
    )
    program = {"headers": {"Authorization": f"Token {text}"}}
    address = f"/api/v1/staff/{rm.pk}/deactivate/"
    client.force_login(head)
    before = client.post(address)

    carried_out(execute(approved(rm, by=head), by=head, at=clock.now()))
    assert ties(rm) == []
    assert browser.get("/api/v1/me/", **program).status_code == 200
    after = client.post(address)

    assert (before.status_code, before.json()["code"]) == (409, "tied")
    assert (after.status_code, after.json()["is_active"]) == (200, False)
    with clock.at(clock.now() + timedelta(seconds=5)):
        assert browser.get(reverse("inbox")).status_code == 302
        assert Browser().get("/api/v1/me/", **program).status_code == 401
    event = AuditEvent.objects.get(verb="staff.deactivated")
    assert event.actor == head


def test_heads_end_the_access_of_their_own_front_people_only(
    rm, teller, stranger, head, other_head, officer, admin
):
    assert [may_end_access(head, one) for one in (rm, teller, stranger)] == [True, True, False]
    assert not may_end_access(head, head)
    assert not may_end_access(rm, teller)
    assert not may_end_access(officer, rm)
    assert may_end_access(admin, other_head)
