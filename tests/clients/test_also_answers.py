"""Several things due with one client: one line, one call, one outcome (rules F4)."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.desk.digest import plan_digests
from clients.followups import actions
from clients.followups.queries import answered_by_talk
from clients.models import Contact, FollowUp
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.models import Letter
from managers.outbox import letters
from tests.clients.followups import NOTE
from tests.factories import AbsenceFactory, ClientFactory, FollowUpFactory

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
SAID = {"outcome": "reached", "notes": NOTE, "next_step": "Call again"}


@pytest.fixture
def both(rm, now):
    """A birthday and a maturity of one client on one day."""
    client = ClientFactory(owner=rm, name="陈安然", tier="private")
    booked = {"client": client, "event_on": MONDAY, "created_at": now - timedelta(days=7)}
    return [
        FollowUpFactory(trigger="maturity", rule="maturity-0", priority=8, **booked),
        FollowUpFactory(trigger="birthday", rule="birthday", **booked),
    ]


def states(items):
    for item in items:
        item.refresh_from_db()
    return [item.state for item in items]


def test_today_names_the_client_once_with_both_reasons(client, rm, both):
    client.force_login(rm)

    html = client.get(reverse("today") + "?open=none").content.decode()

    assert html.count('id="call-') == 1
    assert f'id="call-{both[0].pk}"' in html
    assert "Maturity" in html
    assert '+ <span class="strong">Birthday</span>' in html


def test_the_morning_mail_names_the_client_once_with_both_reasons(rm, both):
    with clock.at(clock.at_time(MONDAY, time(8))):
        plan_digests(clock.now())
        mail = letters.write(Letter.objects.select_related("recipient").get())

    [line] = [line for line in mail.body.splitlines() if "Birthday" in line]
    assert "Maturity today + Birthday" in line
    assert mail.body.count("Maturity") == 1


def test_one_outcome_on_today_answers_both(client, rm, both):
    client.force_login(rm)
    page = reverse("today-call", args=[both[0].pk])
    asked = client.get(reverse("today") + f"?open={both[0].pk}").content.decode()
    assert "Also answers: Birthday" in asked

    said = {"version": both[0].version, "outcome": "reached", "notes": NOTE, "also": "on"}
    client.post(page, said)

    assert states(both) == ["done", "done"]
    assert Contact.objects.get().follow_up == both[0]
    other = client.get(reverse("follow-up", args=[both[1].pk])).content.decode()
    assert "One talk answered it with something else." in other
    assert "Nobody contacted the client" not in other


def test_a_person_may_leave_the_other_one_open(client, rm, both):
    client.force_login(rm)

    said = {"version": both[0].version, "outcome": "reached", "notes": NOTE}
    client.post(reverse("today-call", args=[both[0].pk]), said)

    assert states(both) == ["done", "open"]


def test_who_was_not_reached_was_answered_nothing(rm, both, now):
    actions.complete(both[0], outcome="no_answer", also=[both[1].pk], by=rm, at=now)

    assert states(both) == ["done", "open"]


def test_the_api_answers_both_by_one_outcome(client, rm, both):
    client.force_login(rm)
    url = f"/api/v1/follow-ups/{both[0].pk}/complete/"

    answer = client.post(
        url, {**SAID, "also": [both[1].pk]}, "application/json", headers={"If-Match": '"1"'}
    )

    assert answer.status_code == 200, answer.content
    assert states(both) == ["done", "done"]


def test_what_is_agreed_for_an_hour_has_its_own_line_and_its_own_outcome(client, rm, both, now):
    agreed = FollowUpFactory(
        client=both[0].client,
        trigger="callback",
        from_time=time(15),
        due_at=clock.at_time(MONDAY, time(15)),
    )
    client.force_login(rm)
    html = client.get(reverse("today") + "?open=none").content.decode()
    assert html.count('id="call-') == 2

    with pytest.raises(RuleBroken, match="Something else was answered"):
        actions.complete(both[0], **SAID, also=[agreed.pk], by=rm, at=now)

    assert states([*both, agreed]) == ["open"] * 3


def test_what_another_client_is_owed_is_not_answered(rm, both, now):
    other = FollowUpFactory(client=ClientFactory(owner=rm))

    with pytest.raises(RuleBroken, match="Something else was answered"):
        actions.complete(both[0], **SAID, also=[other.pk], by=rm, at=now)

    assert not Contact.objects.exists()


def test_after_it_the_next_client_is_open_not_the_same(client, rm, both):
    other = FollowUpFactory(client=ClientFactory(owner=rm, tier="gold"))
    client.force_login(rm)

    said = {"version": both[0].version, "outcome": "reached", "notes": NOTE, "also": "on"}
    answer = client.post(reverse("today-call", args=[both[0].pk]), {**said, "then": "next"})

    assert answer.url.endswith(f"open={other.pk}")
    assert FollowUp.objects.open().filter(trigger__in=["birthday", "maturity"]).count() == 0


def test_a_talk_noted_on_the_clients_page_answers_what_is_due(client, rm, both):
    client.force_login(rm)
    page = reverse("client", args=[both[0].client_id])
    assert "Also answers: Maturity and Birthday" in client.get(page).content.decode()

    said = {**SAID, "channel": "call", "also": "on"}
    client.post(reverse("client-note", args=[both[0].client_id]), said)

    assert states(both) == ["done", "done"]
    assert Contact.objects.get().is_valid
    assert "Also answers" not in client.get(page).content.decode()


def test_what_a_noted_talk_did_not_answer_stays(client, rm, both):
    client.force_login(rm)

    client.post(
        reverse("client-note", args=[both[0].client_id]),
        {"channel": "call", "outcome": "no_answer", "notes": NOTE, "also": "on"},
    )
    client.post(reverse("client-note", args=[both[0].client_id]), {**SAID, "channel": "call"})

    assert Contact.objects.count() == 2
    assert states(both) == ["open", "open"]


def test_a_program_notes_a_talk_that_answers_what_is_due(client, rm, both):
    client.force_login(rm)
    said = {**SAID, "client": both[0].client_id, "channel": "call", "also": [both[1].pk]}

    answer = client.post("/api/v1/contacts/", said, "application/json")

    assert answer.status_code == 201, answer.content
    assert states(both) == ["open", "done"]


def logged(planned, rm, now):
    actions.log_contact(planned.client, channel="call", **SAID, by=rm, at=now)


def visited(planned, rm, now):
    said = {"channel": "visit", "notes": NOTE, "next_step": "Call again"}
    actions.log_visit(planned.client, **said, by=rm, at=now)


def answered(planned, rm, now):
    said = {"channel": "message", "notes": NOTE, "next_step": "Call again"}
    actions.log_answer(planned.client, **said, by=rm, at=now)


def told_about_a_maturity(planned, rm, now):
    booked = {"trigger": "maturity", "rule": "maturity-0", "event_on": MONDAY}
    other = FollowUpFactory(client=planned.client, **booked)
    actions.complete(other, **SAID, by=rm, at=now)


@pytest.mark.parametrize("talk", [logged, visited, answered, told_about_a_maturity])
@pytest.mark.parametrize("chosen", [False, True])
def test_the_regular_call_of_today_moves_after_a_talk_of_any_origin(rm, now, talk, chosen):
    known = ClientFactory(owner=rm, tier="gold", responsible_since=now - timedelta(days=200))
    actions.plan_contacts(at=now)
    planned = FollowUp.objects.open().get(client=known)
    assert planned.due_on == MONDAY
    if chosen:  # a second attempt, booked by a person for today
        actions.unanswered(planned, by=rm, at=now - timedelta(days=3))
        planned = FollowUp.objects.open().get(client=known)
        assert (planned.created_by, planned.due_on) == (rm, MONDAY)

    talk(planned, rm, now)

    planned.refresh_from_db()
    assert (planned.state, planned.due_on) == ("open", date(2027, 2, 19))


def test_a_deputys_talk_asks_for_no_more_however_much_is_due(
    rm, peer, now, django_assert_num_queries
):
    AbsenceFactory(staff=rm, deputy=peer)
    known = ClientFactory(owner=rm)
    for number in range(6):
        FollowUpFactory(client=known, due_on=MONDAY - timedelta(days=number))

    with django_assert_num_queries(2):
        due = answered_by_talk(known.pk, peer, on=MONDAY)

    assert len(due) == 6


@pytest.mark.parametrize("deputy", [False, True])
def test_today_costs_the_same_for_thirty_clients_with_three_reasons_each(
    client, rm, peer, deputy, django_assert_num_queries
):
    def book(number):
        for known in ClientFactory.create_batch(number, owner=rm):
            for trigger in ("maturity", "birthday", "manual"):
                FollowUpFactory(client=known, trigger=trigger)

    if deputy:
        AbsenceFactory(staff=rm, deputy=peer)
    client.force_login(peer if deputy else rm)
    address = reverse("today") + "?all=1"
    book(1)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    book(29)

    with django_assert_num_queries(len(one)):
        page = client.get(address)

    lines = page.context["day"].calls
    assert (len(lines), {len(line.also) for line in lines}) == (30, {2})
