"""Winning prospects: lists, stages with a dated next step, and the first visit (rules E10)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from clients.appointments.actions import book
from clients.followups.actions import plan_contacts, plan_series, repeat
from clients.followups.rules import check_contactable
from clients.handover.actions import draft
from clients.models import FollowUp, Lead, LeadList
from clients.planning.weather import weather
from clients.prospecting.actions import advance, give_list, record_first_visit
from clients.prospecting.queries import pipeline
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.models import Notification
from tests.clients.test_appointments import span
from tests.factories import AppointmentFactory, ClientFactory, FollowUpFactory

pytestmark = pytest.mark.django_db

CALL = {"channel": "call", "due_on": date(2026, 11, 26), "purpose": "Ask about the flat"}


@pytest.fixture
def prospect(marketing):
    return ClientFactory(owner=marketing, state="prospect", name="徐兰馨", tier="regular")


def test_a_prospect_is_never_without_a_dated_next_step(prospect, marketing, now):
    with pytest.raises(RuleBroken, match="never without one"):
        advance(prospect, stage="contacted", by=marketing, at=now)

    advance(prospect, stage="contacted", next_step=CALL, by=marketing, at=now)
    advance(prospect, stage="qualified", by=marketing, at=now)  # that call is still open

    assert Lead.objects.get().stage == "qualified"
    assert FollowUp.objects.get().purpose == "Ask about the flat"


def test_who_has_no_interest_is_called_no_more_and_one_says_why(prospect, marketing, now):
    FollowUpFactory(client=prospect)
    with pytest.raises(RuleBroken, match="say why"):
        advance(prospect, stage="lost", by=marketing, at=now)

    advance(prospect, stage="lost", reason="Stays with another bank", by=marketing, at=now)

    assert Lead.objects.get().lost_reason == "Stays with another bank"
    assert not FollowUp.objects.open().exists()


def planned(prospect):
    return FollowUp.objects.open().filter(client=prospect, trigger="cadence")


def test_who_has_no_interest_has_no_contact_planned_until_somebody_tries_again(
    prospect, marketing, now
):
    plan_contacts(at=now)
    FollowUpFactory(client=prospect, trigger="callback", due_on=date(2026, 11, 27))
    repeat(prospect, every="month", channel="call", due_on=date(2026, 11, 30), by=marketing, at=now)
    assert planned(prospect).exists()

    advance(prospect, stage="lost", reason="Stays with another bank", by=marketing, at=now)
    prospect.refresh_from_db()

    assert FollowUp.objects.open().get().trigger == "callback"
    assert plan_contacts(at=now) == plan_series(at=now) == 0
    assert (
        weather([marketing.pk], on=date(2026, 11, 23))[marketing.pk].minutes == 15
    )  # the callback
    with pytest.raises(RuleBroken, match="only contacts that a person books"):
        check_contactable(prospect, "birthday")

    advance(prospect, stage="contacted", next_step=CALL, by=marketing, at=now)
    prospect.refresh_from_db()

    assert planned(prospect).get().due_on == date(2026, 12, 23)  # thirty days from now
    assert prospect.next_due_at == clock.end_of_day(CALL["due_on"])
    assert plan_contacts(at=now) == 0


def test_only_who_works_the_prospect_moves_it_and_only_prospects(prospect, peer, rm, now):
    for client, person in ((prospect, peer), (ClientFactory(owner=rm), rm)):
        with pytest.raises(RuleBroken, match="Only who works the prospect"):
            advance(client, stage="contacted", next_step=CALL, by=person, at=now)


def test_what_the_first_visit_told_begins_the_file_of_the_handover(prospect, marketing, rm, now):
    told = {"needs": "A house in 2028", "source": "Met at the spring fair"}
    record_first_visit(prospect, met_on=date(2026, 11, 20), **told, by=marketing, at=now)

    handover = draft(prospect, to=rm, by=marketing, at=now)

    assert (handover.file, handover.filled) == (told, 2)
    assert Lead.objects.get().stage == "visited"


def test_a_visit_is_not_recorded_before_it_was_made(prospect, marketing, now):
    with pytest.raises(RuleBroken, match="has not come yet"):
        record_first_visit(prospect, met_on=date(2026, 11, 24), by=marketing, at=now)


def test_a_head_asks_a_marketing_rm_for_prospects_and_sees_what_came(
    prospect, marketing, head, other_head, rm, now
):
    asked = {"name": "Spring fair", "quota": 20, "due_on": date(2026, 12, 20), "at": now}
    made = give_list(to=marketing, **asked, by=head)
    advance(prospect, stage="contacted", next_step=CALL, lead_list=made, by=marketing, at=now)

    assert Notification.objects.get().to == marketing
    [row] = LeadList.objects.visible_to(head).with_progress()
    assert (row.brought, row.worked, row.quota) == (1, 1, 20)
    assert not LeadList.objects.visible_to(other_head).exists()
    for to, by, sentence in (
        (rm, head, "go to marketing RMs"),
        (marketing, other_head, "go to marketing RMs"),
        (marketing, rm, "Heads give lists"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            give_list(to=to, **asked, by=by)


def test_the_pipeline_counts_stages_ages_and_forgotten_steps(prospect, marketing, peer, now):
    ClientFactory(owner=marketing, state="prospect")
    ClientFactory(owner=peer, state="prospect")
    advance(prospect, stage="contacted", next_step=CALL, by=marketing, at=now - timedelta(days=3))

    columns = {c.stage: c for c in pipeline(marketing, at=now)}

    assert {stage.value: c.count for stage, c in columns.items()} == {
        "new": 1,
        "contacted": 1,
        "visited": 0,
        "qualified": 0,
        "lost": 0,
    }
    assert [row.client for row in columns["contacted"].rows] == [prospect]
    assert (columns["contacted"].oldest, columns["contacted"].without_step) == (3, 0)
    assert columns["new"].without_step == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pipeline_costs_the_same_for_any_number(
    marketing, client, rows, django_assert_num_queries
):
    ClientFactory.create_batch(rows, owner=marketing, state="prospect")
    client.force_login(marketing)
    client.get(reverse("prospects"))

    with django_assert_num_queries(9):
        page = client.get(reverse("prospects")).content.decode()

    assert page.count("no next step") == rows


def test_the_way_of_a_day_goes_by_time_or_by_place(marketing, rm, client):
    for place, hour in (("Beside the park", 14), ("At the market", 16)):
        known = ClientFactory(owner=marketing, state="prospect")
        AppointmentFactory(client=known, place=place, slots=[rm], **span(hour, day=23))
    client.force_login(marketing)

    by_time = client.get(reverse("prospect-route")).content.decode()
    by_place = client.get(reverse("prospect-route"), {"order": "place"}).content.decode()

    order = [
        page.index("At the market") < page.index("Beside the park") for page in (by_time, by_place)
    ]
    assert order == [False, True]
    assert "with Lin Yue" in by_time


def test_a_joint_visit_stands_on_the_way_of_both_and_masked_for_who_comes_along(
    prospect, marketing, rm, client, now
):
    when = {"place": "Beside the park", **span(14, day=23)}
    book(prospect, kind="advice", staff=[rm], **when, by=marketing, at=now)
    ways = {}
    for person in (marketing, rm):
        client.force_login(person)
        ways[person] = client.get(reverse("prospect-route")).content.decode()

    assert "with Lin Yue" in ways[marketing]
    assert "with Guo Feng" in ways[rm]
    assert [prospect.name in way for way in ways.values()] == [True, False]
    assert "Beside the park" in ways[rm]


def test_the_pages_of_a_prospect_keep_what_is_typed(prospect, marketing, client):
    client.force_login(marketing)
    url = reverse("prospect", args=[prospect.pk])

    refused = client.post(url, {"stage": "contacted", "purpose": "About the flat"})
    kept = client.post(url, {"met_on": "2026-11-20", "needs": "A house in 2028"})

    assert (refused.status_code, kept.status_code) == (422, 302)
    assert "About the flat" in refused.content.decode()
    assert "A house in 2028" in client.get(url).content.decode()
