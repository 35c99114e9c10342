"""Events make follow-ups, each once, by rules that the bank dates (rules F2)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from clients.followups import actions, rules, triggers
from clients.followups.queries import answered_too
from clients.followups.triggers import rule_of
from clients.models import (
    Balance,
    Client,
    ContactStandard,
    FollowUp,
    ImportantDate,
    RiskAssessment,
    TriggerRule,
)
from clients.planning.actions import plan_events, set_row
from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.models import BankSetting
from managers.models import Notification
from tests.clients.followups import MONDAY, NOTE
from tests.factories import ClientFactory, HoldingFactory

TOMORROW = MONDAY + timedelta(days=1)


def made(client, trigger):
    """The open follow-ups that a trigger made: rule and due day."""
    rows = FollowUp.objects.open().filter(client=client, trigger=trigger)
    return list(rows.order_by("due_on").values_list("rule", "due_on"))


@pytest.mark.parametrize(
    ("tier", "matures", "found"),
    [
        ("platinum", date(2026, 11, 24), [("maturity-1", MONDAY), ("maturity-0", TOMORROW)]),
        ("platinum", date(2026, 12, 23), []),
        ("diamond", date(2026, 12, 23), [("maturity-30", MONDAY)]),
        # T-7 is a Sunday: the working day before
        ("gold", date(2026, 12, 6), [("maturity-7", date(2026, 11, 27))]),
    ],
)
def test_a_maturity_is_spoken_of_in_time(rm, now, tier, matures, found):
    client = ClientFactory(owner=rm, tier=tier)
    HoldingFactory(client=client, matures_on=matures)
    HoldingFactory(client=client, matures_on=matures)

    plan_events(at=now)
    again = plan_events(at=now)

    assert made(client, "maturity") == found
    assert again == {"called_off": 0, "made": 0}


def test_what_moved_to_a_working_day_says_so(rm, now):
    client = ClientFactory(owner=rm)
    HoldingFactory(client=client, matures_on=date(2026, 12, 6))

    plan_events(at=now)

    assert FollowUp.objects.get(rule="maturity-7").wanted_on == date(2026, 11, 29)


def test_early_redemption_calls_off_and_another_day_moves(rm, now):
    client = ClientFactory(owner=rm)
    out = HoldingFactory(client=client, matures_on=date(2026, 11, 30))
    moved = HoldingFactory(client=client, matures_on=date(2026, 12, 1))
    plan_events(at=now)
    out.is_open, out.redeemed_on = False, MONDAY
    out.save()
    moved.matures_on = date(2026, 12, 3)
    moved.save()

    done = plan_events(at=now)

    assert done["called_off"] == 4
    assert made(client, "maturity") == [("maturity-7", date(2026, 11, 26))]
    assert FollowUp.objects.filter(state="cancelled").exclude(cancel_reason="").count() == 4


def test_birthdays_come_by_the_calendar_that_the_client_keeps(rm, now):
    solar = ClientFactory(owner=rm, birth_date=date(1980, 11, 28))
    lunar = ClientFactory(owner=rm, birth_date=date(1980, 11, 28))
    ImportantDate.objects.create(client=lunar, kind="birthday", calendar="lunar", month=10, day=16)
    ImportantDate.objects.create(client=lunar, kind="anniversary", month=11, day=25)

    plan_events(at=now)

    assert made(solar, "birthday") == [("birthday", date(2026, 11, 28))]
    assert made(lunar, "birthday") == [("birthday", date(2026, 11, 24))]
    assert made(lunar, "important_date") == [("important-date", date(2026, 11, 25))]


def test_born_on_the_29th_of_february_is_kept_on_the_28th(rm):
    from clients.planning.sources import birthdays

    client = ClientFactory(owner=rm, birth_date=date(1980, 2, 29))

    assert list(birthdays(date(2027, 2, 25), date(2027, 3, 3))) == [(client.pk, date(2027, 2, 28))]
    assert list(birthdays(date(2028, 2, 25), date(2028, 3, 3))) == [(client.pk, date(2028, 2, 29))]


def test_large_movements_watch_and_risk(rm, now):
    moved = ClientFactory(owner=rm, is_watched=True)
    for day, closing in ((20, 500_000), (22, 750_000)):
        Balance.objects.create(client=moved, day=date(2026, 11, day), closing=closing)
    calm = ClientFactory(owner=rm)
    for day, closing in ((20, 500_000), (22, 550_000)):
        Balance.objects.create(client=calm, day=date(2026, 11, day), closing=closing)
    RiskAssessment.objects.create(
        client=calm,
        level=3,
        answered_on=date(2025, 12, 25),
        valid_until=date(2026, 12, 24),
        place="outlet",
        paper="P1",
        own_answers=True,
    )

    plan_events(at=now)

    assert made(moved, "large_movement") == [("large-movement", MONDAY)]
    assert made(moved, "tier_watch") == [("tier-watch", MONDAY)]
    assert made(calm, "large_movement") == []
    assert made(calm, "risk_expiry") == [("risk-expiry", TOMORROW)]


@pytest.mark.parametrize("who", [{"state": "dormant"}, {"do_not_contact": True}, {"state": "lost"}])
def test_who_is_left_in_peace_gets_none(rm, now, who):
    client = ClientFactory(owner=rm, **who)
    HoldingFactory(client=client, matures_on=TOMORROW)

    assert plan_events(at=now)["made"] == 0


def test_a_rule_switched_off_from_a_day_on_makes_nothing_from_then(rm, admin, now):
    client = ClientFactory(owner=rm)
    HoldingFactory(client=client, matures_on=date(2026, 12, 4))
    off = TriggerRule(
        code="maturity-7", trigger="maturity", offset=-7, is_on=False, valid_from=TOMORROW
    )
    with pytest.raises(RuleBroken, match="from tomorrow on"):
        set_row(TriggerRule(code="maturity-7", valid_from=MONDAY), by=admin, at=now)

    set_row(off, by=admin, at=now)

    assert rule_of("maturity-7", on=MONDAY).is_on
    assert plan_events(at=now + timedelta(days=1))["made"] == 0


def test_a_complaint_is_called_back_by_somebody_else(rm, head, now):
    client = ClientFactory(owner=rm, do_not_contact=True)
    about = {"about": "complaint-replied", "key": "complaint:1", "event_on": MONDAY, "at": now}

    item = actions.call_back(client, excluded=rm, **about)

    assert (item.owner, item.due_on, item.trigger) == (head, date(2026, 11, 26), "callback")
    assert not rules.may_work(rm, item, on=MONDAY)
    assert rules.may_work(head, item, on=MONDAY)
    assert actions.call_back(client, excluded=rm, **about) is None


def test_the_callback_stays_away_from_whom_it_is_about(rm, peer, head, now):
    client = ClientFactory(owner=peer)
    about = {"about": "complaint-replied", "key": "complaint:1", "event_on": MONDAY, "at": now}
    item = actions.call_back(client, excluded=rm, **about)
    with pytest.raises(RuleBroken, match="must not make this contact"):
        actions.reassign(item, to=rm, by=head, at=now)

    Client.objects.filter(pk=client.pk).update(owner=rm)
    actions.move_open(client, to=rm, by=None, at=now)

    item.refresh_from_db()
    assert item.owner == head
    actions.unanswered(item, by=head, at=now)
    again = FollowUp.objects.open().get(trigger="callback")
    assert (again.owner, again.excluded) == (head, rm)


def test_each_of_two_complaints_answered_on_one_day_is_called_back_about(rm, head, now):
    client = ClientFactory(owner=rm)
    about = {"about": "complaint-replied", "event_on": MONDAY, "excluded": head, "at": now}
    fees = actions.call_back(client, key="complaint:1", purpose="Fees", **about)
    queue = actions.call_back(client, key="complaint:2", purpose="Queue", **about)
    mine = actions.call_back(
        client, key="complaint:3", purpose="Advice", **{**about, "excluded": rm}
    )
    assert actions.call_back(client, key="complaint:2", purpose="Queue", **about) is None

    # Whoever makes one call of it tells both answers; what is about oneself stays the head's.
    thursday = now + timedelta(days=3)
    assert [row.detail for row in answered_too(fees, rm, on=fees.due_on)] == ["Queue"]
    said = {"outcome": "reached", "notes": NOTE, "next_step": "None"}
    actions.complete(fees, also=[queue.pk], **said, by=rm, at=thursday)

    assert [row.owner for row in FollowUp.objects.open().filter(trigger="callback")] == [head]
    assert mine.owner == head


def test_what_is_answered_after_the_call_is_called_back_about_again(rm, head, now):
    client = ClientFactory(owner=rm)
    about = {"about": "complaint-replied", "event_on": MONDAY, "excluded": head, "at": now}
    first = actions.call_back(client, key="complaint:1", **about)
    actions.unanswered(first, by=rm, at=now)
    again = FollowUp.objects.open().get(trigger="callback")

    second = actions.call_back(client, key="complaint:2", **about)
    actions.snooze(second, to=date(2026, 11, 27), by=rm, at=now)
    actions.snooze(again, to=date(2026, 11, 27), by=rm, at=now)

    due = FollowUp.objects.open().filter(trigger="callback", due_on=date(2026, 11, 27))
    assert {row.event_key for row in due} == {"complaint:1", "complaint:2"}


def test_a_low_answer_is_followed_once_the_bank_switches_its_rule_on(rm, now):
    client = ClientFactory(owner=rm)
    event = {"about": "survey-low", "event_on": MONDAY, "at": now}
    assert actions.follow_event(client, **event) is None

    on = {"code": "survey-low", "trigger": "survey_low", "is_on": True, "priority": 8}
    how = {"offset": 1, "in_working_days": True, "purpose": "Ask what went wrong"}
    TriggerRule.objects.create(**on, **how, valid_from=MONDAY)
    item = actions.follow_event(client, **event)

    assert (item.trigger, item.due_on, item.owner) == ("survey_low", date(2026, 11, 24), rm)
    assert (item.purpose, item.priority) == ("Ask what went wrong", 8)
    actions.cancel(item, reason="It was a mistake", by=rm, at=now)
    assert actions.follow_event(client, **event) is None  # an event makes one, ever


def test_every_rule_of_the_registry_can_be_read(db):
    found = triggers.rules_in_force(MONDAY)

    assert not found["survey-low"].is_on
    assert {rule.code for rule in found.values()} == set(found)


def test_the_administrator_sets_a_standard_from_tomorrow_on(client, admin):
    client.force_login(admin)
    typed = {"tier": "private", "gap_days": 7, "channels": ["call"], "valid_from": str(MONDAY)}
    url = "/admin/clients/contactstandard/add/"

    refused = client.post(url, typed)
    done = client.post(url, {**typed, "valid_from": str(TOMORROW)})

    assert (refused.status_code, done.status_code) == (200, 302)
    assert ContactStandard.objects.get().set_by == admin


def test_a_rule_that_cannot_be_carried_out_stops_no_other(rm, admin, now, caplog):
    client = ClientFactory(owner=rm, birth_date=date(1980, 11, 25))
    for day, closing in ((20, 500_000), (22, 700_000)):
        Balance.objects.create(client=client, day=date(2026, 11, day), closing=closing)
    BankSetting.objects.create(key="movement.amount", valid_from=date(2026, 1, 1), value="much")
    bank.forget()

    assert plan_events(at=now)["made"] == 1

    assert made(client, "birthday")
    assert not made(client, "large_movement")
    assert "The rule large-movement cannot be carried out: TypeError." in caplog.text
    told = Notification.objects.get(to=admin)
    assert (told.kind, told.facts) == ("rules-broken", {"codes": ["large-movement"]})
    plan_events(at=now)
    assert Notification.objects.count() == 1


def test_nobody_stores_a_rule_that_no_plan_could_be_made_by(admin):
    early = {"code": "birthday", "offset": -2, "in_working_days": True, "valid_from": MONDAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        TriggerRule.objects.create(trigger="birthday", **early)
    for nothing in ({"gap_days": 0}, {"gap_days": 30, "visit_months": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ContactStandard.objects.create(tier="gold", valid_from=MONDAY, **nothing)


def test_the_administrator_hears_beside_the_field_what_no_plan_could_be_made_by(client, admin):
    client.force_login(admin)
    day = clock.today() + timedelta(days=1)
    typed = {"is_on": "on", "offset": -2, "in_working_days": "on", "channel": "call"}
    rule = client.post("/contact-rules/birthday/", {**typed, "priority": 5, "valid_from": day})
    asked = {"tier": "gold", "gap_days": 0, "visit_months": 0, "channels": ["call"]}
    standard = client.post("/admin/clients/contactstandard/add/", {**asked, "valid_from": day})

    assert list(rule.context["form"].errors) == ["offset"]
    assert list(standard.context["adminform"].form.errors) == ["gap_days", "visit_months"]
