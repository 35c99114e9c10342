"""Exactly one next contact is planned for each client (rules F1)."""

from datetime import date, time, timedelta

import pytest

from clients.followups import actions
from clients.models import ContactStandard, FollowUp, Preferences
from tests.clients.followups import MONDAY, NOTE, next_due, planned
from tests.factories import ClientFactory, ContactFactory, FollowUpFactory, PreferencesFactory


def talk(client, *, by, at, **what):
    what = {"channel": "call", "outcome": "reached", "notes": NOTE, "next_step": "Call", **what}
    return actions.log_contact(client, **what, by=by, at=at)


@pytest.mark.parametrize(
    ("tier", "state", "day"),
    [
        ("private", "owned", date(2026, 12, 7)),
        ("diamond", "owned", date(2026, 12, 23)),
        ("platinum", "owned", date(2027, 1, 7)),
        ("gold", "won_back", date(2027, 2, 20)),  # a working Saturday of the Spring Festival?
        ("regular", "prospect", date(2026, 12, 23)),
    ],
)
def test_after_a_valid_contact_the_next_one_is_planned_by_the_standard(rm, now, tier, state, day):
    client = ClientFactory(owner=rm, tier=tier, state=state)

    talk(client, by=rm, at=now)

    item = planned(client)
    assert item.due_on <= day
    assert (item.wanted_on or item.due_on) == date(2026, 11, 23) + timedelta(
        days={"private": 14, "diamond": 30, "platinum": 45, "gold": 90}.get(tier, 30)
    )
    assert next_due(client) == item.due_at


def test_a_note_too_short_plans_nothing_anew(rm, now):
    client = ClientFactory(owner=rm)

    talk(client, by=rm, at=now, notes="ok")

    assert not FollowUp.objects.exists()


def test_the_clock_plans_for_everybody_once(rm, now):
    clients = [
        ClientFactory(owner=rm, tier="gold", last_contact_at=now - timedelta(days=day))
        for day in (10, 200)
    ]
    regular = ClientFactory(owner=rm, tier="regular")
    pooled = ClientFactory(outlet=rm.current_unit)
    quiet = ClientFactory(owner=rm, do_not_contact=True)

    assert actions.plan_contacts(at=now) == 2
    assert actions.plan_contacts(at=now) == 0

    assert planned(clients[0]).wanted_on in (None, MONDAY + timedelta(days=80))
    assert planned(clients[1]).due_on == MONDAY
    assert not FollowUp.objects.filter(client__in=[regular, pooled, quiet]).exists()


def test_contacts_of_any_origin_count(rm, now):
    client = ClientFactory(owner=rm, tier="private")
    actions.plan_contacts(at=now)
    imported = ContactFactory(client=client, happened_at=now)
    type(client).objects.filter(pk=client.pk).update(last_contact_at=imported.happened_at)

    assert actions.plan_contacts(at=now) == 1
    assert planned(client).due_on == date(2026, 12, 7)


def test_another_tier_counts_anew_and_who_leaves_is_left_in_peace(rm, now):
    client = ClientFactory(owner=rm, tier="gold", last_contact_at=now)
    actions.plan_contacts(at=now)
    type(client).objects.filter(pk=client.pk).update(tier="private")

    actions.plan_contacts(at=now)
    assert planned(client).due_on == date(2026, 12, 7)

    type(client).objects.filter(pk=client.pk).update(state="lost")
    assert actions.plan_contacts(at=now) == 1
    assert not FollowUp.objects.open().exists()


def test_a_running_plan_keeps_the_standard_it_began_with(rm, now):
    client = ClientFactory(owner=rm, tier="private", last_contact_at=now)
    actions.plan_contacts(at=now)
    ContactStandard.objects.create(
        tier="private", gap_days=7, channels=["call"], valid_from=MONDAY + timedelta(days=1)
    )
    later = now + timedelta(days=1)

    assert actions.plan_contacts(at=later) == 0
    assert planned(client).due_on == date(2026, 12, 7)

    talk(client, by=rm, at=later)
    assert planned(client).due_on == date(2026, 12, 1)


def test_only_the_channels_of_the_standard_count(rm, now):
    ContactStandard.objects.create(
        tier="private", gap_days=14, channels=["visit"], valid_from=MONDAY
    )
    client = ClientFactory(owner=rm, tier="private")

    assert not talk(client, by=rm, at=now).is_valid
    assert talk(client, by=rm, at=now, channel="visit", outcome="visited").is_valid
    for outcome in ("reached", "other_channel"):  # by telephone, and nobody knows how
        meeting = FollowUpFactory(client=client, channel="visit")
        said = {"outcome": outcome, "notes": NOTE, "next_step": "Meet"}
        assert not actions.complete(meeting, **said, by=rm, at=now).is_valid


def test_a_standard_for_a_post_goes_before_one_for_the_tier(rm, marketing, now):
    ContactStandard.objects.create(
        post="marketing_rm", gap_days=10, channels=["outside"], valid_from=MONDAY
    )
    mine = ClientFactory(owner=rm, tier="gold", last_contact_at=now)
    theirs = ClientFactory(owner=marketing, tier="gold", last_contact_at=now)

    actions.plan_contacts(at=now)

    assert planned(theirs).channel == "outside"
    assert planned(theirs).due_on == date(2026, 12, 3)
    assert planned(mine).channel == "call"


def test_it_is_planned_on_the_days_and_hours_that_the_client_likes(rm, now):
    client = ClientFactory(owner=rm, tier="private", last_contact_at=now)
    ContactFactory(client=client, outcome="visited", happened_at=now)  # the next one is a call
    Preferences.objects.create(client=client, days=[3], from_time=time(19, 0), to_time=time(22, 0))

    actions.plan_contacts(at=now)

    item = planned(client)
    assert (item.due_on, item.from_time, item.to_time) == (
        date(2026, 12, 2),
        time(19, 0),
        time(21, 0),
    )
    assert item.wanted_on == date(2026, 12, 7)


@pytest.mark.parametrize(
    ("quiet", "left"),
    [
        ((time(9), time(11)), (time(11), time(12))),
        ((time(10, 30), time(10, 45)), (time(10, 45), time(12))),
        ((time(11), time(15)), (time(10), time(11))),
        ((time(8), time(20)), (None, None)),
        ((time(13), time(14)), (time(10), time(12))),
    ],
)
def test_the_hours_in_which_the_client_is_left_in_peace_are_cut_out(rm, now, quiet, left):
    client = ClientFactory(owner=rm, tier="private", last_contact_at=now)
    hours = {"from_time": time(10), "to_time": time(12)}
    PreferencesFactory(client=client, **hours, quiet_from=quiet[0], quiet_to=quiet[1])

    actions.plan_contacts(at=now)

    item = planned(client)
    assert (item.from_time, item.to_time) == left


def test_now_and_then_the_contact_is_a_visit(rm, now):
    client = ClientFactory(owner=rm, tier="private", last_contact_at=now)
    actions.plan_contacts(at=now)
    assert planned(client).channel == "visit"

    talk(client, by=rm, at=now, channel="visit", outcome="visited")
    talk(client, by=rm, at=now + timedelta(days=1))

    assert planned(client).channel == "call"


def test_a_failed_attempt_is_made_again_and_stays_the_one_plan(rm, now):
    client = ClientFactory(owner=rm, tier="gold", last_contact_at=now - timedelta(days=100))
    actions.plan_contacts(at=now)

    actions.unanswered(planned(client), by=rm, at=now)

    assert planned(client).due_on == date(2026, 11, 24)
    assert actions.plan_contacts(at=now) == 0


def test_taking_it_back_plans_the_one_after(rm, now):
    client = ClientFactory(owner=rm, tier="private", last_contact_at=now)
    actions.plan_contacts(at=now)

    actions.cancel(planned(client), reason="Travels", by=rm, at=now)

    assert planned(client).due_on == date(2026, 12, 7)


def test_what_nobody_did_is_planned_anew_and_follows_the_owner(rm, peer, now):
    client = ClientFactory(owner=rm, tier="gold")
    late = FollowUpFactory(client=client, trigger="cadence", due_on=date(2026, 11, 2))

    actions.mark_missed(at=now)
    late.refresh_from_db()
    assert (late.state, planned(client).due_on) == ("missed", date(2026, 11, 30))

    type(client).objects.filter(pk=client.pk).update(owner=peer)
    actions.move_open(client, to=peer, by=None, at=now)
    assert planned(client).owner == peer


def test_a_stop_in_between_loses_nothing(rm, now, monkeypatch):
    clients = ClientFactory.create_batch(5, owner=rm, last_contact_at=now)
    from clients.followups.actions import cadence

    monkeypatch.setattr(cadence, "CHUNK", 2)
    cadence._plan_chunk([client.pk for client in clients[:2]], at=now)  # then the power went

    assert actions.plan_contacts(at=now) == 3
    assert FollowUp.objects.open().filter(trigger="cadence").count() == 5
