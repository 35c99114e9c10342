"""What became of a follow-up: recorded, put off, cancelled, passed on, missed."""

from datetime import date, datetime, time, timedelta

import pytest

from clients.followups import actions
from clients.followups.tasks import mark_missed
from clients.models import Contact, FollowUp
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from managers.models import AuditEvent, PointEntry
from tests.clients.followups import MONDAY, NOTE, next_due
from tests.factories import AbsenceFactory, ClientFactory, ContactFactory, FollowUpFactory

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
    following, planned = FollowUp.objects.open()
    assert (following.channel, following.trigger) == ("visit", "manual")
    assert planned.trigger == "cadence"
    assert next_due(client) == clock.at_time(date(2026, 11, 24), time(10))
    entry = PointEntry.objects.get()
    assert (entry.staff, entry.amount) == (rm, 1)
    assert entry.source == f"contact:{client.pk}:2026-11-23"


def test_one_client_counts_once_a_day(rm, now):
    client = ClientFactory(owner=rm)
    words = {"channel": "call", "outcome": "reached", "notes": NOTE, "next_step": "Visit"}

    actions.log_contact(client, **words, by=rm, at=now)
    actions.log_contact(client, **words, by=rm, at=now + timedelta(hours=1))
    actions.log_contact(client, **words, by=rm, at=now + timedelta(days=1))

    assert PointEntry.objects.count() == 2


def test_contacts_of_heads_count_for_nobody(rm, head, now):
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


def test_the_next_attempt_is_as_urgent_as_the_one_before(rm, now):
    item = FollowUpFactory(client=ClientFactory(owner=rm), trigger="maturity", priority=8)

    actions.unanswered(item, by=rm, at=now)

    assert FollowUp.objects.open().get().priority == 8


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
            ("cadence", MONDAY),
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
