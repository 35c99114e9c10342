"""What clients ask: somebody is in charge, it is answered, told, and has a result (rules F11)."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from clients.desk.actions import assign_from_pool
from clients.desk.events import of_contacts
from clients.desk.request_events import of_requests, promises_of
from clients.followups.actions import keep
from clients.merging.actions import merge, undo
from clients.models import ClientRequest, Contact, FollowUp
from clients.privacy.actions import lock_away
from clients.reassignment.actions.followers import follow
from clients.requests import actions
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from managers.models import Notification
from tests.clients.requested import MONDAY, TOLD, TUESDAY, book, taken, text
from tests.factories import AbsenceFactory, ClientFactory, ClientRequestFactory

__all__ = ["book", "taken"]

pytestmark = pytest.mark.django_db


# --- Taken down, answered, closed


def test_a_request_has_somebody_in_charge_and_a_promised_moment(book, taken, rm, now):
    timed = actions.take(
        book, asked="Call back", due_on=MONDAY, due_time=time(15, 0), by=rm, at=now
    )

    assert (taken.owner, taken.state, taken.due_at) == (rm, "open", clock.end_of_day(TUESDAY))
    assert timed.due_at == clock.at_time(MONDAY, time(15, 0))


def test_a_client_of_the_pool_asks_whoever_takes_it(head, outlet, now):
    pooled = ClientFactory(outlet=outlet, state="identified")

    taken = actions.take(pooled, asked="Opening hours", due_on=TUESDAY, by=head, at=now)

    assert taken.owner == head


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"asked": "  "}, "what the client asks"),
        ({"due_on": date(2026, 11, 22)}, "day is over"),
        ({"due_on": MONDAY, "due_time": time(9, 0)}, "hour is over"),
        ({"due_on": date(2036, 1, 1)}, "choose a day until"),
    ],
)
def test_a_promise_lies_ahead_and_says_something(book, rm, now, changed, sentence):
    asked = {"asked": "The rate", "due_on": TUESDAY} | changed

    with pytest.raises(RuleBroken, match=sentence):
        actions.take(book, **asked, by=rm, at=now)


def test_only_who_serves_the_client_takes_requests(book, peer, stranger, now):
    for other in (peer, stranger):
        with pytest.raises(RuleBroken, match="Only the client's manager"):
            actions.take(book, asked="The rate", due_on=TUESDAY, by=other, at=now)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"answer": ""}, "what the answer is"),
        ({"told": ""}, "whether the client was told"),
        ({"told": "not_told"}, "why the client was not told"),
        ({"result": ""}, "what came of it"),
    ],
)
def test_nothing_is_closed_without_answer_told_and_result(taken, rm, now, missing, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        actions.close(taken, **TOLD | missing, by=rm, at=now)

    taken.refresh_from_db()
    assert (taken.state, taken.version) == ("open", 1)


def test_the_database_holds_it_too(taken):
    for lie in ({"state": "closed"}, {"state": "answered"}, {"told": "not_told"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClientRequest.objects.filter(pk=taken.pk).update(**lie)


def test_an_answer_may_stand_before_the_client_is_told(taken, rm, now):
    actions.answer(taken, answer=TOLD["answer"], by=rm, at=now)
    later = now + timedelta(hours=1)

    closed = actions.close(taken, told="message", result="partly", by=rm, at=later)

    assert (closed.answered_at, closed.told_at, closed.closed_at) == (now, later, later)
    assert (closed.answer, closed.result) == (TOLD["answer"], "partly")


def test_who_could_not_be_told_has_a_reason_and_no_hour(taken, rm, now):
    untold = {"told": "not_told", "not_told_reason": "Number is dead"}

    closed = actions.close(taken, **TOLD | untold, by=rm, at=now)

    assert (closed.state, closed.told_at) == ("closed", None)


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ("call", "reached"),
        ("visit", "visited"),
        ("outside", "visited"),
        ("message", "message_replied"),
    ],
)
def test_telling_the_client_is_a_contact_that_counts(taken, book, rm, now, told, outcome):
    keep(book, at=now, begin=True)
    rest = {"answer": "2.1%", "result": "done"}

    closed = actions.close(taken, told=told, **rest, by=rm, at=now)
    with pytest.raises(Stale):
        actions.close(taken, told=told, **rest, by=rm, at=now)

    contact = Contact.objects.get(client=book)
    assert (contact.channel, contact.outcome, contact.is_valid) == (told, outcome, True)
    assert contact.notes == "Asked: The rate for three years Answer: 2.1%"
    assert (contact.next_step, contact.staff, closed.contact) == ("Done as asked", rm, contact)
    book.refresh_from_db()
    assert book.last_contact_at == now
    planned = FollowUp.objects.open().get(client=book, trigger="cadence")
    assert planned.due_on == MONDAY + timedelta(days=45)


def test_who_could_not_be_told_was_not_in_contact(taken, book, rm, now):
    why = {"told": "not_told", "not_told_reason": "The number is wrong"}

    actions.close(taken, **TOLD | why, by=rm, at=now)

    assert not Contact.objects.exists()


def test_the_timeline_tells_the_answer_once(taken, book, rm, now):
    actions.close(taken, **TOLD, by=rm, at=now)

    after = now + timedelta(minutes=1)
    told = [*of_contacts(book, after, 9)[0], *of_requests(book, after, 9)[0]]

    assert [TOLD["answer"] in event.text for event in told] == [True, False, False]


def test_two_who_close_it_at_once_hear_of_each_other(taken, rm, now):
    with pytest.raises(Stale, match="has changed"):
        actions.answer(taken, answer="Yes", version=0, by=rm, at=now)
    actions.close(taken, **TOLD, by=rm, at=now)

    with pytest.raises(Stale, match="was closed on 2026-11-23"):
        actions.close(taken, **TOLD, by=rm, at=now)


# --- With the client


def test_it_goes_with_the_client_to_the_new_owner(taken, book, rm, peer, head, now):
    assign_from_pool(book, to=peer, was=rm.pk, by=head, at=now)

    taken.refresh_from_db()
    assert (taken.owner, taken.state) == (peer, "open")


def test_a_plan_that_moves_a_book_moves_it_and_what_is_closed_stays(taken, book, rm, peer, now):
    old = ClientRequestFactory(client=book, state="closed", closed_at=now, **TOLD)

    follow(book, was=rm, to=peer, by=peer, at=now)

    owners = dict(ClientRequest.objects.values_list("pk", "owner"))
    assert owners == {taken.pk: peer.pk, old.pk: rm.pk}


def test_the_deputy_has_it_on_the_desk_until_the_owner_is_back(taken, rm, peer, now):
    tuesday = now + timedelta(days=1)
    AbsenceFactory(staff=rm, deputy=peer, first_day=TUESDAY, last_day=TUESDAY)

    with clock.at(tuesday):
        covered = [promise.item for promise in promises_of(peer, at=tuesday)]
        actions.close(taken, **TOLD, by=peer, at=tuesday)
    with clock.at(now):
        assert promises_of(peer, at=now) == []

    assert covered == [taken]


def test_a_head_puts_a_colleague_in_charge_who_may_read_the_file(taken, book, rm, peer, head, now):
    with pytest.raises(RuleBroken, match="may not open"):
        actions.reassign(taken, to=peer, by=head, at=now)
    with pytest.raises(RuleBroken, match="Only the head"):
        actions.reassign(taken, to=peer, by=rm, at=now)
    AbsenceFactory(staff=rm, deputy=peer, first_day=MONDAY, last_day=TUESDAY)

    actions.reassign(taken, to=peer, by=head, at=now)

    taken.refresh_from_db()
    assert taken.owner == peer
    assert Notification.objects.get().kind == "request-given"


def test_two_files_of_one_person_have_their_requests_in_one_and_apart_again(
    taken, book, rm, peer, head, now
):
    same = {"name": book.name, "birth_date": book.birth_date, "outlet": book.outlet}
    kept = ClientFactory(owner=peer, **same)

    def whose():
        taken.refresh_from_db()
        return taken.client, taken.owner

    made = merge(kept, book, by=head, at=now)
    assert whose() == (kept, peer)

    undo(made, by=head, at=now)
    assert whose() == (book, rm)


def test_a_file_that_is_locked_has_nothing_open(taken, book, officer, now):
    lock_away(book, by=officer, at=now)

    taken.refresh_from_db()
    assert (taken.state, taken.result, taken.told) == ("closed", "withdrawn", "not_told")


# --- Late


def test_owner_and_head_hear_once_that_a_promise_has_passed(client, taken, rm, head, now):
    late = taken.due_at + timedelta(minutes=1)

    assert [actions.escalate(at=at) for at in (now, late, late)] == [0, 1, 0]

    told = Notification.objects.filter(kind="request-overdue").order_by("to")
    assert {row.to for row in told} == {rm, head}
    for reader, sentence in ((rm, "Your promise to"), (head, "A promise of Lin Yue to")):
        client.force_login(reader)
        assert f"{sentence} a client has passed" in client.get("/inbox/").content.decode()


def test_an_answer_in_time_bothers_nobody(taken, rm, head, now):
    actions.close(taken, **TOLD, by=rm, at=now)

    assert actions.escalate(at=now + timedelta(days=9)) == 0


def test_a_promise_that_has_passed_stands_above_the_whole_call_list(client, book, rm, now):
    ClientRequestFactory(
        client=book, due_on=MONDAY, due_at=now - timedelta(minutes=20), asked="Tax paper"
    )
    client.force_login(rm)

    page = client.get(reverse("today"))

    said = text(page)
    assert "Answer Chen Anran first" in said
    assert said.index("Promised to clients 1") < said.index("No contacts are due today")
    assert "Tax paper" in said
