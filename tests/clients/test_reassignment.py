"""Plans for the book of somebody who goes: who gets whom, what is refused."""

from datetime import date, timedelta

import pytest

from clients.reassignment import proposing
from clients.reassignment.actions import (
    cancel,
    choose,
    draft,
    execute,
    rebalance,
    start_due,
    submit,
)
from clients.reassignment.models import PlannedMove, ReassignmentPlan
from crm.lib.errors import RuleBroken
from managers.models import Absence, Notification, Posting
from tests.clients.plans import TODAY, approved, leaving, planned
from tests.factories import AbsenceFactory, ClientFactory, ContactFactory, PostingFactory

FRIDAY = date(2026, 11, 27)


def targets(plan) -> list:
    return [move.to for move in plan.moves.select_related("to").order_by("client")]


def test_each_client_gets_a_colleague_by_capacity(rm, peer, head, outlet, now):
    other = PostingFactory(unit=outlet).staff
    leaving(rm, 4, tier="private")

    assert targets(planned(rm, by=head)) == [peer, other, peer, other]


def test_who_has_met_the_client_comes_first(rm, peer, head, outlet, now):
    PostingFactory(unit=outlet)
    ClientFactory.create_batch(30, owner=peer)
    [client] = leaving(rm, 1)
    ContactFactory(client=client, staff=peer, is_valid=True)

    assert targets(planned(rm, by=head)) == [peer]


def test_a_client_whom_nobody_may_take_has_no_receiver_and_says_why(rm, head, outlet, now):
    PostingFactory(unit=outlet, grade="assistant", step=1)
    leaving(rm, 1, tier="private")

    move = planned(rm, by=head).moves.get()

    assert (move.to, move.reason_label) == (None, "nobody here has the grade for this tier")


def test_colleagues_elsewhere_receive_only_when_wanted_and_behind_those_near(
    rm, peer, stranger, head, now
):
    ClientFactory.create_batch(59, owner=peer, tier="private")
    leaving(rm, 2, tier="private")
    plan = planned(rm, by=head)
    assert targets(plan) == [peer, None]

    plan = rebalance(plan, by=head, at=now, elsewhere=True)

    assert targets(plan) == [peer, stranger]


def test_by_hand_a_row_goes_to_another_and_stays_there_when_shares_are_made_anew(
    rm, peer, head, outlet, now
):
    other = PostingFactory(unit=outlet).staff
    leaving(rm, 2)
    plan = planned(rm, by=head)
    first = plan.moves.first()

    choose(plan, [first], to=other, by=head, at=now)
    plan = rebalance(plan, by=head, at=now, only=[peer.pk])

    assert targets(plan) == [other, peer]
    assert plan.moves.first().reason_label == "chosen by hand"


def test_by_hand_nobody_gets_more_than_the_book_holds(rm, peer, head, now):
    ClientFactory.create_batch(59, owner=peer, tier="private")
    leaving(rm, 2, tier="private")
    plan = planned(rm, by=head)

    with pytest.raises(RuleBroken, match="The book of Xu Ke is full"):
        choose(plan, list(plan.moves.all()), to=peer, by=head, at=now)


def test_the_preview_shows_each_book_before_and_after(rm, peer, head, now):
    ClientFactory.create_batch(30, owner=peer, tier="private")
    leaving(rm, 6, tier="private")

    [effect] = proposing.effects(planned(rm, by=head), on=TODAY)

    assert (effect.staff, effect.clients, effect.before, effect.after) == (peer, 6, 50, 60)


def test_the_preview_names_nobody_who_can_take_none_of_them(rm, peer, marketing, head, now):
    leaving(rm, 2)
    plan = planned(rm, by=head)
    assert {effect.staff for effect in proposing.effects(plan, on=TODAY)} == {peer}

    ClientFactory(owner=rm, state="prospect")
    cancel(plan, by=head, at=now)
    plan = planned(rm, by=head)

    shown = {effect.staff for effect in proposing.effects(plan, on=TODAY)}
    assert shown == {peer, marketing}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"effective_on": date(2026, 11, 22)}, "This day is over already."),
        ({"cause": "leave", "last_day": None}, "Please say when the leave ends."),
        ({"cause": "leave", "last_day": date(2026, 11, 22)}, "The last day is before the first."),
        ({"cause": "leave", "last_day": FRIDAY}, "Please choose who covers."),
    ],
)
def test_a_plan_needs_days_that_can_be_and_a_leave_its_deputy(given, sentence, rm, head, now):
    leaving(rm)

    with pytest.raises(RuleBroken, match=sentence):
        planned(rm, by=head, **given)

    assert not ReassignmentPlan.objects.exists()


def test_a_second_plan_for_the_same_person_is_refused(rm, peer, head, now):
    leaving(rm)
    planned(rm, by=head)

    with pytest.raises(RuleBroken, match="There is a plan for Lin Yue already"):
        planned(rm, by=head)


def test_nobody_plans_for_clients_of_elsewhere(rm, other_head, peer, now):
    leaving(rm)

    with pytest.raises(RuleBroken, match="Lin Yue keeps no clients at your outlets"):
        planned(rm, by=other_head)
    with pytest.raises(RuleBroken, match="Only heads plan a reassignment"):
        draft(rm, cause="transfer", effective_on=TODAY, by=peer, at=now)


def test_a_file_about_the_head_stays_out_of_the_heads_plan(rm, peer, head, now):
    leaving(rm, 1)
    ClientFactory(owner=rm, person=head)

    assert planned(rm, by=head).moves.count() == 1


def test_a_plan_begins_on_its_day_and_not_before(rm, peer, head, now):
    leaving(rm)
    plan = approved(rm, by=head, effective_on=FRIDAY)

    assert start_due(at=now) == []
    assert start_due(at=now + timedelta(days=4)) == [plan.pk]
    assert start_due(at=now + timedelta(days=4)) == []


def test_a_second_head_is_told_who_has_begun_and_when(rm, peer, head, now):
    leaving(rm)
    plan = execute(approved(rm, by=head), by=head, at=now)

    with pytest.raises(RuleBroken, match="Gu Wanqing has begun to carry out this plan on 2026-11"):
        execute(plan, by=head, at=now)


def test_what_was_given_up_never_moves_anybody(rm, peer, head, now):
    clients = leaving(rm)
    plan = cancel(approved(rm, by=head), by=head, at=now)

    assert start_due(at=now) == []
    assert {move.state for move in plan.moves.all()} == {PlannedMove.State.PLANNED}
    assert rm.book.count() == len(clients)


def test_on_leave_the_deputy_covers_and_nobody_changes_owner(rm, peer, head, now):
    clients = leaving(rm)

    plan = approved(rm, by=head, cause="leave", effective_on=TODAY, last_day=FRIDAY, deputy=peer)

    assert plan.state == "done"
    assert Absence.objects.get(staff=rm).deputy == peer
    assert rm.book.count() == len(clients)
    assert set(Notification.objects.filter(kind="plan-covers").values_list("to", flat=True)) == {
        rm.pk,
        peer.pk,
    }


def test_a_leave_that_was_noted_without_a_deputy_gets_one(rm, peer, head, now):
    leaving(rm)
    noted = AbsenceFactory(staff=rm, first_day=TODAY, last_day=FRIDAY)

    approved(rm, by=head, cause="leave", effective_on=TODAY, last_day=FRIDAY, deputy=peer)

    noted.refresh_from_db()
    assert noted.deputy == peer


def test_a_deputy_who_left_meanwhile_is_refused_when_the_head_agrees(rm, peer, head, now):
    leaving(rm)
    plan = planned(rm, by=head, cause="leave", last_day=FRIDAY, deputy=peer)
    Posting.objects.filter(staff=peer).update(until=TODAY)

    with pytest.raises(RuleBroken, match="Only a colleague with the same post covers"):
        submit(plan, by=head, at=now)

    plan.refresh_from_db()
    assert (plan.state, Absence.objects.count()) == ("draft", 0)
