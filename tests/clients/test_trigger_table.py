"""Every row of the table of triggers makes its follow-up on its day, once (rules F2)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from clients.appointments.actions import no_show
from clients.assets.actions.lifecycle import review_clients
from clients.followups import actions
from clients.models import Balance, Client, FollowUp, ImportantDate, TriggerRule
from clients.planning.actions import plan_events
from tests.clients.followups import MONDAY
from tests.factories import AppointmentFactory, AssessmentFactory, ClientFactory, HoldingFactory

TOMORROW = MONDAY + timedelta(days=1)


def matures(client, head, now):
    HoldingFactory(client=client, matures_on=date(2026, 12, 23))


def is_born(client, head, now):
    Client.objects.update(birth_date=date(1980, 11, 28))


def moves_money(client, head, now):
    Balance.objects.create(client=client, day=date(2026, 11, 20), closing=Decimal(500_000))
    Balance.objects.create(client=client, day=date(2026, 11, 22), closing=Decimal(700_000))


def flows_out(client, head, now):
    Balance.objects.create(client=client, day=date(2026, 10, 20), closing=Decimal(9_000_000))
    Balance.objects.create(client=client, day=date(2026, 11, 20), closing=Decimal(6_000_000))


def is_watched(client, head, now):
    Client.objects.update(is_watched=True)


def is_new(client, head, now):
    actions.first_call(client, at=now)


def complained(client, head, now):
    about = {"about": "complaint-replied", "key": "complaint:1", "event_on": MONDAY}
    actions.call_back(client, excluded=head, **about, at=now)


def risk_ends(client, head, now):
    AssessmentFactory(client=client, valid_until=date(2026, 12, 24))


def document_ends(client, head, now):
    Client.objects.update(identity_until=date(2026, 12, 24))


def is_silent(client, head, now):
    long_ago, silent_since = now - timedelta(days=500), now - timedelta(days=150)
    Client.objects.update(responsible_since=long_ago, last_contact_at=silent_since)


def stays_away(client, head, now):
    at = now - timedelta(hours=1)
    visit = AppointmentFactory(client=client, host=client.owner, starts_at=at, ends_at=now)
    no_show(visit, by=client.owner, at=now)


ROWS = [
    (matures, "maturity", MONDAY),
    (is_born, "birthday", date(2026, 11, 28)),  # a Saturday: a greeting keeps its day
    (moves_money, "large_movement", MONDAY),
    (flows_out, "outflow", TOMORROW),
    (is_watched, "tier_watch", MONDAY),
    (is_new, "new_client", date(2026, 11, 25)),
    (complained, "callback", date(2026, 11, 26)),
    (risk_ends, "risk_expiry", TOMORROW),
    (document_ends, "identity_expiry", TOMORROW),
    (is_silent, "dormancy", date(2026, 11, 30)),
    (stays_away, "no_show", TOMORROW),
]


def nightly(now):
    plan_events(at=now)
    review_clients(at=now)


@pytest.mark.parametrize(("event", "trigger", "day"), ROWS, ids=[row[1] for row in ROWS])
def test_each_row_makes_one_follow_up_on_its_day(rm, head, now, event, trigger, day):
    client = ClientFactory(owner=rm, tier="diamond", last_contact_at=now - timedelta(days=9))
    event(client, head, now)

    nightly(now)
    nightly(now)

    item = FollowUp.objects.open().get(trigger=trigger)
    assert (item.client, item.owner, item.due_on) == (client, rm, day)


@pytest.mark.parametrize(("event", "trigger", "day"), ROWS, ids=[row[1] for row in ROWS])
def test_nobody_in_peace_gets_any_but_a_callback(rm, head, now, event, trigger, day):
    client = ClientFactory(owner=rm, tier="diamond", last_contact_at=now - timedelta(days=9))
    client.do_not_contact = True
    client.save()
    event(client, head, now)

    nightly(now)

    assert FollowUp.objects.open().exists() == (trigger == "callback")


def test_a_renewed_document_calls_off_what_was_booked(rm, now):
    client = ClientFactory(owner=rm, identity_until=date(2026, 12, 24))
    plan_events(at=now)
    Client.objects.filter(pk=client.pk).update(identity_until=date(2036, 12, 24))

    assert plan_events(at=now)["called_off"] == 1

    item = FollowUp.objects.get(trigger="identity_expiry")
    assert item.cancel_reason == "The identity document has another last day now."


def test_who_was_assessed_anew_is_not_called_about_the_old_answers(rm, now):
    client = ClientFactory(owner=rm)
    AssessmentFactory(client=client, valid_until=date(2026, 12, 24))
    plan_events(at=now)
    AssessmentFactory(client=client, valid_until=date(2027, 11, 23))

    assert plan_events(at=now) == {"called_off": 1, "made": 0}

    item = FollowUp.objects.get(trigger="risk_expiry")
    assert (item.state, item.cancel_reason) == ("cancelled", "The client was assessed anew.")


def test_a_birthday_that_was_corrected_is_kept_on_its_own_day_alone(rm, now):
    client = ClientFactory(owner=rm, birth_date=date(1980, 11, 27))
    plan_events(at=now)
    Client.objects.filter(pk=client.pk).update(birth_date=date(1980, 11, 26))

    assert plan_events(at=now) == {"called_off": 1, "made": 1}

    assert FollowUp.objects.open().get().due_on == date(2026, 11, 26)


def test_a_day_that_the_client_takes_back_is_not_kept(rm, now):
    day = {"kind": "anniversary", "month": 11, "day": 25}
    told = ImportantDate.objects.create(client=ClientFactory(owner=rm), **day)
    plan_events(at=now)
    told.delete()

    assert plan_events(at=now) == {"called_off": 1, "made": 0}

    assert not FollowUp.objects.open().exists()


def test_what_ends_soon_is_spoken_of_however_late_the_bank_hears_of_it(rm, now):
    ClientFactory(owner=rm, identity_until=date(2026, 12, 3))
    AssessmentFactory(client=ClientFactory(owner=rm), valid_until=date(2026, 11, 25))
    ClientFactory(owner=rm, identity_until=date(2026, 11, 20))

    assert plan_events(at=now)["made"] == 2
    assert plan_events(at=now) == {"called_off": 0, "made": 0}

    items = FollowUp.objects.open()
    assert [item.due_on for item in items] == [MONDAY, MONDAY]
    assert {item.moved for item in items} == {
        "moved from Tue 11-03: that day was over",
        "moved from Mon 10-26: that day was over",
    }


def test_the_rule_of_a_client_who_did_not_come_can_be_switched_off(rm, head, now):
    off = {"code": "no-show", "trigger": "no_show", "is_on": False}
    TriggerRule.objects.create(**off, valid_from=MONDAY)

    stays_away(ClientFactory(owner=rm), head, now)

    assert not FollowUp.objects.exists()
