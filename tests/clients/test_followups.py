"""Booking follow-ups: when they are due, who books, and the first call."""

from datetime import date, datetime, time, timedelta

import pytest

from clients.followups import actions
from clients.models import FollowUp, TriggerRule
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.models import AuditEvent
from tests.clients.followups import MONDAY, NOTE, next_due
from tests.factories import AbsenceFactory, ClientFactory, FollowUpFactory, PreferencesFactory


def book(client, *, by, at, day=MONDAY, **how):
    how = {"channel": "call", **how}
    return actions.schedule(client, due_on=day, by=by, at=at, **how)


# --- Booking


def test_a_follow_up_for_the_day_is_due_at_its_end(rm, now):
    client = ClientFactory(owner=rm)

    item = book(client, purpose=" The rate sheet ", by=rm, at=now)

    assert (item.owner, item.purpose, item.state) == (rm, "The rate sheet", "open")
    assert item.due_at == clock.end_of_day(MONDAY) == next_due(client)
    assert AuditEvent.objects.get().verb == "follow_up.booked"


def test_an_agreed_window_is_due_at_its_end(rm, now):
    item = book(ClientFactory(owner=rm), from_time=time(14), to_time=time(15), by=rm, at=now)

    assert item.due_at == clock.at_time(MONDAY, time(15))


@pytest.mark.parametrize(
    ("how", "wanted", "due"),
    [
        ({}, "2026-11-28", "2026-11-27"),  # a Saturday moves to the Friday before
        ({}, "2026-10-01", "2026-09-30"),  # so does National Day
        ({}, "2026-10-10", "2026-10-10"),  # a Saturday on which people work stays
        ({"from_time": time(10)}, "2026-11-28", "2026-11-28"),  # agreed with the client
        ({"trigger": "birthday"}, "2026-11-28", "2026-11-28"),
        ({"trigger": "maturity"}, "2026-11-29", "2026-11-27"),
    ],
)
def test_a_day_off_moves_to_the_working_day_before_unless_agreed(rm, how, wanted, due):
    at = datetime(2026, 9, 1, 9, tzinfo=clock.SHANGHAI)

    item = book(ClientFactory(owner=rm), day=date.fromisoformat(wanted), by=rm, at=at, **how)

    assert str(item.due_on) == due


def test_on_a_sunday_today_means_the_next_working_day(rm):
    sunday = datetime(2026, 11, 22, 9, tzinfo=clock.SHANGHAI)

    item = book(ClientFactory(owner=rm), day=date(2026, 11, 22), by=rm, at=sunday)

    assert item.due_on == MONDAY


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"day": date(2026, 11, 20)}, "over already"),
        ({"day": date(2030, 1, 1)}, "until 2028-11-22"),
        ({"from_time": time(21, 30)}, "before 08:00 or after 21:00"),
        ({"from_time": time(7, 30), "to_time": time(9)}, "before 08:00"),
        ({"from_time": time(15), "to_time": time(14)}, "later than the beginning"),
        ({"to_time": time(14)}, "from when"),
    ],
)
def test_days_that_are_over_and_hours_of_rest_are_refused(rm, now, how, sentence):
    with pytest.raises(RuleBroken, match=sentence) as refused:
        book(ClientFactory(owner=rm), by=rm, at=now, **how)

    assert refused.value.fields
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(
    ("begins", "ends", "is_refused"),
    [
        (time(12), None, True),
        (time(13, 59), None, True),
        (time(14), None, False),
        (time(11), time(12), False),
        (time(11), time(12, 1), True),
        (time(11), time(15), True),
        (time(14), time(15), False),
    ],
)
def test_no_call_is_booked_into_the_hours_in_which_the_client_is_left_in_peace(
    rm, now, begins, ends, is_refused
):
    client = ClientFactory(owner=rm)
    PreferencesFactory(client=client, quiet_from=time(12), quiet_to=time(14))
    hours = {"from_time": begins, "to_time": ends, "by": rm, "at": now}

    if not is_refused:
        assert book(client, **hours)
        return
    with pytest.raises(RuleBroken, match="not called from 12:00 to 14:00") as refused:
        book(client, **hours)
    assert refused.value.fields
    assert book(client, channel="outside", **hours)


@pytest.mark.parametrize("outcome", ["reached", "refused"])
def test_who_was_talked_to_by_telephone_is_not_called_again_that_day(outcome, rm, now):
    client = ClientFactory(owner=rm)
    said = {"notes": NOTE, "next_step": "Send the offer", "by": rm, "at": now}
    actions.log_contact(client, channel="call", outcome=outcome, **said)

    with pytest.raises(RuleBroken, match="The client was called that day"):
        book(client, by=rm, at=now)

    tomorrow = MONDAY + timedelta(days=1)
    assert book(client, day=tomorrow, by=rm, at=now).due_on == tomorrow
    assert book(client, channel="visit", by=rm, at=now).due_on == MONDAY


def test_who_agreed_to_an_hour_is_called_again_the_same_day(rm, now):
    client = ClientFactory(owner=rm)
    said = {"notes": NOTE, "next_step": "Call at four", "by": rm, "at": now}
    actions.log_contact(client, channel="call", outcome="reached", **said)

    agreed = book(client, from_time=time(16), by=rm, at=now)

    assert (agreed.due_on, agreed.from_time) == (MONDAY, time(16))


def test_a_dinner_outside_may_begin_late(rm, now):
    assert book(ClientFactory(owner=rm), channel="outside", from_time=time(21, 30), by=rm, at=now)


def test_one_reason_has_one_open_follow_up_a_day(rm, now):
    client = ClientFactory(owner=rm)
    first = book(client, by=rm, at=now)

    with pytest.raises(RuleBroken, match="already"):
        book(client, by=rm, at=now)
    book(client, trigger="maturity", by=rm, at=now)
    actions.cancel(first, reason="Wrong client", by=rm, at=now)
    book(client, by=rm, at=now)

    assert FollowUp.objects.open().count() == 2


@pytest.mark.parametrize(
    ("client_is", "trigger", "allowed"),
    [
        ({"do_not_contact": True}, "manual", False),
        ({"do_not_contact": True}, "callback", True),
        ({"state": "closed"}, "cadence", False),
        ({"state": "closed"}, "callback", True),
        ({"state": "dormant"}, "cadence", False),
        ({"state": "dormant"}, "manual", True),
        ({"state": "lost"}, "birthday", False),
        ({}, "cadence", True),
    ],
)
def test_who_is_left_in_peace_gets_callbacks_alone(rm, now, client_is, trigger, allowed):
    client = ClientFactory(owner=rm, **client_is)

    if allowed:
        assert book(client, trigger=trigger, by=rm, at=now)
    else:
        with pytest.raises(RuleBroken):
            book(client, trigger=trigger, by=rm, at=now)


@pytest.mark.parametrize(
    ("who", "may"),
    [("rm", True), ("head", True), ("peer", False), ("other_head", False), ("lobby", False)],
)
def test_the_owner_and_the_head_book(request, rm, now, who, may):
    client, person = ClientFactory(owner=rm), request.getfixturevalue(who)

    if may:
        assert book(client, by=person, at=now).owner == rm
    else:
        with pytest.raises(RuleBroken, match="Only the client's manager"):
            book(client, by=person, at=now)


def test_the_deputy_works_for_an_absent_colleague_as_long_as_it_lasts(rm, peer, now):
    item = FollowUpFactory(client=ClientFactory(owner=rm))
    absence = AbsenceFactory(staff=rm, deputy=peer)

    assert actions.complete(item, outcome="reached", notes=NOTE, by=peer, at=now).staff == peer

    other = FollowUpFactory(client=ClientFactory(owner=rm))
    absence.last_day = MONDAY
    absence.save()
    with pytest.raises(RuleBroken, match="Only the client's manager or the deputy"):
        actions.complete(other, outcome="reached", by=peer, at=now + timedelta(days=1))


def test_a_client_in_the_pool_has_nobody_to_call(head, outlet, now):
    with pytest.raises(RuleBroken, match="no relationship manager"):
        book(ClientFactory(outlet=outlet), by=head, at=now)


# --- The first call


def test_the_first_call_is_due_within_two_working_days(rm):
    friday = datetime(2026, 11, 20, 17, tzinfo=clock.SHANGHAI)
    client = ClientFactory(owner=rm)

    item = actions.first_call(client, friday)

    assert (item.trigger, str(item.due_on), item.owner) == ("new_client", "2026-11-24", rm)
    assert actions.first_call(client, friday) == item
    assert next_due(client) == item.due_at


def test_the_first_call_is_made_as_its_rule_says(rm, now):
    says = {"channel": "visit", "purpose": "Show the lounge", "priority": 9, "offset": 1}
    rule = {"code": "new-client", "trigger": "new_client", "in_working_days": True, **says}
    TriggerRule.objects.create(**rule, valid_from=date(2026, 11, 1))

    item = actions.first_call(ClientFactory(owner=rm), now)

    assert (item.channel, item.purpose, item.priority) == ("visit", "Show the lounge", 9)
    assert (item.due_on, item.why) == (date(2026, 11, 24), "by the rule new-client")


def test_a_first_call_that_the_last_owner_left_begins_anew(rm, now):
    client = ClientFactory(owner=rm)
    late = FollowUpFactory(client=client, trigger="new_client", due_on=date(2026, 11, 20))

    item = actions.first_call(client, now)

    assert (item.pk, str(item.due_on), str(item.first_due_on)) == (
        late.pk,
        "2026-11-25",
        "2026-11-25",
    )
    assert next_due(client) == item.due_at


def test_nobody_calls_a_new_client_who_wants_peace(rm, now):
    assert actions.first_call(ClientFactory(owner=rm, do_not_contact=True), now) is None
