"""Booking, working, putting off and missing follow-ups: the rules behind the pages."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from clients.followups import actions
from clients.followups.tasks import mark_missed
from clients.models import Contact, FollowUp
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from managers.models import AuditEvent, PointEntry
from tests.factories import AbsenceFactory, ClientFactory, ContactFactory, FollowUpFactory

MONDAY = date(2026, 11, 23)
NOTE = "Renews for three years."


def book(client, *, by, at, day=MONDAY, **how):
    how = {"channel": "call", **how}
    return actions.schedule(client, due_on=day, by=by, at=at, **how)


def next_due(client):
    client.refresh_from_db()
    return client.next_due


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
        ({"state": "closed"}, "regular", False),
        ({"state": "closed"}, "callback", True),
        ({"state": "dormant"}, "regular", False),
        ({"state": "dormant"}, "manual", True),
        ({"state": "lost"}, "birthday", False),
        ({}, "regular", True),
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


# --- Contacts


@pytest.mark.parametrize(
    ("outcome", "notes", "step", "valid"),
    [
        ("reached", "0123456789", "Call", True),
        ("visited", NOTE, "Call", True),
        ("message_replied", NOTE, "Call", True),
        ("reached", "012345678 ", "Call", False),
        ("reached", NOTE, " ", False),
        ("no_answer", NOTE, "Call", False),
        ("refused", NOTE, "Call", False),
    ],
)
def test_a_valid_contact_has_spoken_noted_and_gone_on(rm, now, outcome, notes, step, valid):
    client = ClientFactory(owner=rm)

    contact = actions.log_contact(
        client, channel="call", outcome=outcome, notes=notes, next_step=step, by=rm, at=now
    )

    client.refresh_from_db()
    assert contact.is_valid is valid
    assert client.last_contact == (now if valid else None)
    assert PointEntry.objects.count() == (1 if valid else 0)


def test_done_closes_notes_credits_and_books_the_next_at_once(rm, now):
    client = ClientFactory(owner=rm)
    item = FollowUpFactory(client=client)

    contact = actions.complete(
        item,
        outcome="reached",
        notes=NOTE,
        next={"channel": "visit", "due_on": date(2026, 11, 24), "from_time": time(10)},
        by=rm,
        at=now,
    )

    item.refresh_from_db()
    assert (item.state, item.closed_at, item.contact) == ("done", now, contact)
    assert (contact.is_valid, contact.next_step) == (True, "Meeting at the centre, 2026-11-24")
    following = FollowUp.objects.open().get()
    assert (following.channel, following.trigger) == ("visit", "manual")
    assert next_due(client) == clock.at_time(date(2026, 11, 24), time(10))
    entry = PointEntry.objects.get()
    assert (entry.staff, entry.points) == (rm, Decimal("0.50"))
    assert entry.source == f"contact:{client.pk}:2026-11-23"


def test_one_client_earns_points_once_a_day(rm, now):
    client = ClientFactory(owner=rm)
    words = {"channel": "call", "outcome": "reached", "notes": NOTE, "next_step": "Visit"}

    actions.log_contact(client, **words, by=rm, at=now)
    actions.log_contact(client, **words, by=rm, at=now + timedelta(hours=1))
    actions.log_contact(client, **words, by=rm, at=now + timedelta(days=1))

    assert PointEntry.objects.count() == 2


def test_heads_log_contacts_without_points(rm, head, now):
    client = ClientFactory(owner=rm)

    contact = actions.log_contact(
        client, channel="call", outcome="reached", notes=NOTE, next_step="Visit", by=head, at=now
    )

    assert contact.is_valid
    assert not PointEntry.objects.exists()


def test_a_refusal_of_the_next_step_leaves_everything_as_it_was(rm, now):
    item = FollowUpFactory(client=ClientFactory(owner=rm))

    with pytest.raises(RuleBroken, match="over already"):
        actions.complete(
            item,
            outcome="reached",
            notes=NOTE,
            next={"channel": "call", "due_on": date(2026, 11, 20)},
            by=rm,
            at=now,
        )

    item.refresh_from_db()
    assert item.state == "open"
    assert not Contact.objects.exists()
    assert not PointEntry.objects.exists()


def test_who_records_second_is_told_that_it_is_done(rm, now):
    item = FollowUpFactory(client=ClientFactory(owner=rm))
    actions.complete(item, outcome="no_answer", by=rm, at=now)

    with pytest.raises(Stale, match="closed already: Done, 2026-11-23"):
        actions.complete(item, outcome="reached", by=rm, at=now)

    assert Contact.objects.get().outcome == "no_answer"


def test_a_follow_up_that_changed_meanwhile_is_looked_at_again(rm, now):
    item = FollowUpFactory(client=ClientFactory(owner=rm))
    actions.snooze(item, to=date(2026, 11, 24), by=rm, at=now)

    with pytest.raises(Stale, match="look again"):
        actions.complete(item, outcome="reached", version=1, by=rm, at=now)


def test_call_later_needs_a_day_and_keeps_the_reason(rm, now):
    item = FollowUpFactory(client=ClientFactory(owner=rm), trigger="maturity", purpose="Deposit")

    with pytest.raises(RuleBroken, match="when to call again"):
        actions.complete(item, outcome="call_later", by=rm, at=now)
    again = {"channel": "call", "due_on": date(2026, 11, 25)}
    actions.complete(item, outcome="call_later", next=again, by=rm, at=now)

    assert FollowUp.objects.open().values_list("trigger", "purpose").get() == (
        "maturity",
        "Deposit",
    )


def test_no_answer_is_tried_again_on_the_next_working_day(rm):
    friday = datetime(2026, 11, 27, 10, tzinfo=clock.SHANGHAI)
    item = FollowUpFactory(client=ClientFactory(owner=rm), trigger="maturity")

    actions.unanswered(item, by=rm, at=friday)

    again = FollowUp.objects.open().get()
    assert (str(again.due_on), again.channel, again.trigger) == ("2026-11-30", "call", "maturity")


def test_after_three_days_without_an_answer_a_message_is_due(rm, now):
    client = ClientFactory(owner=rm)
    for day in (18, 19, 19):
        at = datetime(2026, 11, day, 10, tzinfo=clock.SHANGHAI)
        ContactFactory(client=client, outcome="no_answer", is_valid=False, happened_at=at)

    actions.unanswered(FollowUpFactory(client=client), by=rm, at=now)

    assert FollowUp.objects.open().get().channel == "message"


def test_an_attempt_that_stands_already_is_the_next_one(rm, now):
    client = ClientFactory(owner=rm)
    tomorrow = FollowUpFactory(client=client, due_on=date(2026, 11, 24))

    actions.unanswered(FollowUpFactory(client=client), by=rm, at=now)

    assert FollowUp.objects.open().get() == tomorrow


def test_two_refusals_and_the_client_is_left_in_peace(rm, now):
    client = ClientFactory(owner=rm)
    first, second, callback, later = (
        FollowUpFactory(client=client, trigger=trigger, due_on=day)
        for trigger, day in (
            ("manual", MONDAY),
            ("regular", MONDAY),
            ("callback", MONDAY),
            ("manual", date(2026, 12, 1)),
        )
    )

    actions.complete(first, outcome="refused", by=rm, at=now)
    client.refresh_from_db()
    assert client.do_not_contact is False
    actions.complete(second, outcome="refused", by=rm, at=now)

    client.refresh_from_db()
    later.refresh_from_db()
    assert client.do_not_contact is True
    assert (later.state, later.cancel_reason) == ("cancelled", "The client refused twice.")
    assert FollowUp.objects.open().get() == callback
    assert next_due(client) == callback.due_at


def test_a_talk_in_between_forgets_the_first_refusal(rm, now):
    client = ClientFactory(owner=rm)
    for hour, outcome in enumerate(["refused", "reached", "no_answer", "refused"]):
        at = now + timedelta(hours=hour)
        actions.log_contact(client, channel="call", outcome=outcome, notes="", by=rm, at=at)

    client.refresh_from_db()
    assert client.do_not_contact is False


# --- Putting off, cancelling, reassigning, missing


def test_a_follow_up_is_put_off_twice_and_five_working_days_in_all(rm, now):
    item = FollowUpFactory(client=ClientFactory(owner=rm))

    with pytest.raises(RuleBroken, match="until 2026-11-30 at most"):
        actions.snooze(item, to=date(2026, 12, 1), by=rm, at=now)
    actions.snooze(item, to=date(2026, 11, 25), by=rm, at=now)
    with pytest.raises(RuleBroken, match="later day"):
        actions.snooze(item, to=date(2026, 11, 25), by=rm, at=now)
    item = actions.snooze(item, to=date(2026, 11, 30), by=rm, at=now)
    with pytest.raises(RuleBroken, match="2 times already"):
        actions.snooze(item, to=date(2026, 12, 1), by=rm, at=now)

    assert (item.snoozes, str(item.due_on), str(item.first_due_on)) == (
        2,
        "2026-11-30",
        "2026-11-23",
    )
    assert next_due(item.client) == item.due_at


def test_cancelling_needs_a_reason_and_heads_may(rm, head, peer, now):
    client = ClientFactory(owner=rm)
    item = FollowUpFactory(client=client)

    with pytest.raises(RuleBroken, match="say why"):
        actions.cancel(item, reason="  ", by=rm, at=now)
    with pytest.raises(RuleBroken, match="Only the client's manager or the head"):
        actions.cancel(item, reason="Not mine", by=peer, at=now)
    actions.cancel(item, reason="Moved abroad", by=head, at=now)

    item.refresh_from_db()
    assert (item.state, item.cancel_reason) == ("cancelled", "Moved abroad")
    assert next_due(client) is None


def test_heads_reassign_to_those_who_may_open_the_file(rm, peer, head, now):
    item = FollowUpFactory(client=ClientFactory(owner=rm))

    with pytest.raises(RuleBroken, match="Xu Ke may not open"):
        actions.reassign(item, to=peer, by=head, at=now)
    with pytest.raises(RuleBroken, match="Only the head"):
        actions.reassign(item, to=peer, by=rm, at=now)
    AbsenceFactory(staff=rm, deputy=peer)

    assert actions.reassign(item, to=peer, by=head, at=now).owner == peer


def test_open_follow_ups_move_with_the_client_and_closed_ones_stay(rm, peer, head, now):
    client = ClientFactory(owner=rm)
    done = FollowUpFactory(client=client, state="done", closed_at=now)
    promised = FollowUpFactory(client=client)

    assert actions.move_open(client, to=peer, by=head, at=now) == 1
    assert actions.move_open(client, to=peer, by=head, at=now) == 0

    promised.refresh_from_db()
    done.refresh_from_db()
    assert (promised.owner, done.owner) == (peer, rm)
    assert AuditEvent.objects.get().facts == {"was": rm.pk, "now": peer.pk}


def test_what_nobody_did_for_ten_working_days_is_missed(rm, now):
    client = ClientFactory(owner=rm)
    kept = FollowUpFactory(client=client, due_on=date(2026, 11, 9))
    late = FollowUpFactory(client=client, due_on=date(2026, 11, 6))

    mark_missed()
    mark_missed()

    late.refresh_from_db()
    kept.refresh_from_db()
    assert (late.state, late.closed_at, kept.state) == ("missed", now, "open")
    assert next_due(client) == kept.due_at
    assert AuditEvent.objects.get().verb == "follow_up.missed"
