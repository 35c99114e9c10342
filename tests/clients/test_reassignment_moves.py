"""A plan is carried out: what goes along, what stays and why."""

from datetime import date

from clients.book.actions import assign
from clients.handover.actions import plan_introduction
from clients.lobby.models import Referral
from clients.models import FollowUp, Handover, Ownership
from clients.reassignment.actions import approve, execute, submit, work
from crm.lib import clock
from managers.audit.queries import verify
from managers.models import Letter, Notification, PointEntry, Posting
from managers.people.actions import post_to
from tests.clients.plans import approved, carried_out, leaving, moved, owners, planned, whys
from tests.clients.test_appointments import span
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    ClientFactory,
    EligibilityFactory,
    FollowUpFactory,
    HandoverFactory,
    PostingFactory,
    ReferralFactory,
)

NEW_OWNER = "new_owner"


def test_everybody_has_the_planned_owner_and_the_history_says_how(rm, peer, head, now):
    clients = leaving(rm)

    plan = moved(rm, head)

    assert plan.state == "done"
    assert owners(clients) == [peer] * 3
    last = Ownership.objects.filter(client__in=clients, until=None)
    assert set(last.values_list("cause", "decided_by", "since")) == {("reassigned", head.pk, now)}
    assert verify().fault is None


def test_a_dormant_client_stays_dormant_and_a_prospect_a_prospect(rm, peer, head, now):
    clients = [ClientFactory(owner=rm, state=state) for state in ("dormant", "prospect", "lost")]

    moved(rm, head)

    assert owners(clients) == [peer] * 3
    assert [client.state for client in clients] == ["dormant", "prospect", "lost"]


def test_open_follow_ups_go_along_with_a_note_of_whose_they_were(rm, peer, head, now):
    [client] = leaving(rm, 1)
    promised = FollowUpFactory(client=client, due_on=date(2026, 11, 30), purpose="Renewal")

    moved(rm, head)

    promised.refresh_from_db()
    assert promised.owner == peer
    assert promised.detail == "Renewal · taken over from Lin Yue"


def test_the_new_owner_promises_to_tell_each_client_within_three_working_days(rm, peer, head, now):
    [client] = leaving(rm, 1)
    left_in_peace = ClientFactory(owner=rm, do_not_contact=True)

    moved(rm, head)

    promise = FollowUp.objects.get(trigger=NEW_OWNER)
    assert (promise.client, promise.owner, promise.due_on) == (client, peer, date(2026, 11, 26))
    assert owners([left_in_peace]) == [peer]


def test_coming_visits_go_along(rm, peer, head, now):
    [client] = leaving(rm, 1)
    visit = AppointmentFactory(client=client, host=rm)

    moved(rm, head)

    visit.refresh_from_db()
    assert visit.host == peer


def test_a_referral_that_waits_for_the_answer_waits_for_the_new_owner(rm, peer, lobby, head, now):
    [client] = leaving(rm, 1)
    referral = ReferralFactory(client=client, referrer=lobby, target=rm, outlet=client.outlet)

    moved(rm, head)

    referral.refresh_from_db()
    assert (referral.target, referral.state) == (peer, Referral.State.NEW)


def test_a_handover_that_was_begun_goes_on_under_the_new_owner(marketing, rm, outlet, head, now):
    successor = PostingFactory(unit=outlet, post="marketing_rm").staff
    client = ClientFactory(owner=marketing, state="prospect")
    begun = HandoverFactory(client=client, from_staff=marketing, to_staff=rm, state="submitted")

    moved(marketing, head)

    begun.refresh_from_db()
    assert (begun.from_staff, begun.state) == (successor, Handover.State.SUBMITTED)
    assert client.readers.get().staff == rm


def test_a_handover_to_who_goes_returns_to_its_sender_who_chooses_anew(
    rm, peer, marketing, head, now
):
    leaving(rm, 1)
    client = ClientFactory(owner=marketing, state="prospect")
    sent = HandoverFactory(client=client, from_staff=marketing, to_staff=rm, state="submitted")

    moved(rm, head)

    sent.refresh_from_db()
    assert (sent.state, sent.returns) == (Handover.State.RETURNED, 0)
    assert sent.return_note.startswith("Lin Yue takes no clients any more")


def test_a_meeting_with_who_goes_is_called_off_and_both_hear_of_it(rm, peer, marketing, head, now):
    leaving(rm, 1)
    client = ClientFactory(owner=marketing, state="prospect")
    taken = HandoverFactory(client=client, from_staff=marketing, to_staff=rm, state="accepted")
    visit = plan_introduction(taken, **span(10), by=rm, at=now)

    moved(rm, head)

    visit.refresh_from_db()
    assert (visit.state, visit.cancel_reason) == ("cancelled", "The handover does not go on.")
    told = Letter.objects.filter(kind="appointment-cancelled").values_list("recipient", flat=True)
    assert set(told) == {marketing.pk, rm.pk}


def test_moving_within_the_bank_brings_nobody_points(rm, peer, head, now):
    leaving(rm)

    moved(rm, head)

    assert not PointEntry.objects.exists()


def test_across_outlets_the_client_is_looked_after_where_the_new_owner_works(
    rm, stranger, head, other_head, other_outlet, now
):
    clients = leaving(rm, 2)
    plan = planned(rm, by=head, elsewhere=True)

    plan = approve(submit(plan, by=head, at=now), by=other_head, at=now)

    carried_out(execute(plan, by=head, at=now))

    assert owners(clients) == [stranger] * 2
    assert {client.outlet for client in clients} == {other_outlet}


def test_those_concerned_hear_of_it(rm, peer, head, now):
    leaving(rm)

    moved(rm, head)

    told = Notification.objects.order_by("kind").values_list("kind", "to")
    assert list(told) == [("plan-done", head.pk), ("plan-gives", peer.pk), ("plan-takes", rm.pk)]


def test_who_was_given_to_somebody_by_hand_meanwhile_stays_there(rm, peer, head, outlet, now):
    other = PostingFactory(unit=outlet).staff
    clients = leaving(rm, 2)
    plan = approved(rm, by=head)
    assign(clients[0], to=other, was=rm.pk, by=head, at=now)

    plan = carried_out(execute(plan, by=head, at=now))

    assert owners(clients) == [other, other]
    assert whys(plan) == ["the client has another RM since", ""]


def test_who_goes_has_left_meanwhile_and_the_clients_are_still_given_away(rm, peer, head, now):
    clients = leaving(rm, 2)
    plan = approved(rm, by=head)
    type(rm).objects.filter(pk=rm.pk).update(is_active=False)

    plan = carried_out(execute(plan, by=head, at=now))

    assert (plan.state, owners(clients)) == ("done", [peer, peer])


def test_a_receiver_who_resigned_meanwhile_gets_nobody(rm, peer, head, now):
    clients = leaving(rm)
    plan = approved(rm, by=head)
    peer.is_active = False
    peer.save()

    plan = carried_out(execute(plan, by=head, at=now))

    assert owners(clients) == [rm] * 3
    assert set(whys(plan)) == {"the RM does not work here any more"}


def test_a_receiver_who_was_transferred_or_is_away_meanwhile_gets_nobody(
    rm, peer, head, outlet, other_outlet, now
):
    EligibilityFactory(staff=peer)
    other = PostingFactory(unit=outlet).staff
    leaving(rm, 2)
    plan = approved(rm, by=head)
    rank = {"grade": "senior", "step": 3}
    post_to(
        peer, unit=other_outlet, post="wealth_rm", since=date(2026, 11, 23), by=None, at=now, **rank
    )
    AbsenceFactory(staff=other)

    plan = carried_out(execute(plan, by=head, at=now))

    assert whys(plan) == ["the RM works for another outlet", "the RM is away and nobody covers"]


def test_a_receiver_whose_grade_fell_meanwhile_gets_no_private_client(rm, peer, head, now):
    clients = [*leaving(rm, 1, tier="private"), *leaving(rm, 1)]
    plan = approved(rm, by=head)
    Posting.objects.filter(staff=peer).update(grade="assistant", step=1)

    plan = carried_out(execute(plan, by=head, at=now))

    assert owners(clients) == [rm, peer]
    assert whys(plan) == ["the RM has not the grade for a client of this tier", ""]


def test_a_book_that_filled_up_meanwhile_takes_as_many_as_it_holds(rm, peer, head, now):
    clients = leaving(rm, 3, tier="private")
    plan = approved(rm, by=head)
    ClientFactory.create_batch(58, owner=peer, tier="private")

    plan = carried_out(execute(plan, by=head, at=now))

    assert owners(clients) == [peer, peer, rm]
    assert whys(plan) == ["", "", "the RM's book is full"]


def test_a_second_worker_moves_nobody_twice(rm, peer, head, now):
    clients = leaving(rm)
    plan = moved(rm, head)

    assert work(plan.pk, now=clock.now) == ""
    assert Ownership.objects.filter(client__in=clients).count() == 6
