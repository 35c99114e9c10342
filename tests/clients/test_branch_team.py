"""The branch board: the effect on the team, its load, and what is stuck."""

from datetime import UTC, date, datetime

import pytest

from clients.book.models import Ownership
from clients.models import Client
from tests.clients.board import FRIDAY, board, waiting
from tests.factories import (
    AbsenceFactory,
    ClientFactory,
    FollowUpFactory,
    HandoverFactory,
    OrgUnitFactory,
    PostingFactory,
    ReferralFactory,
)

__all__ = ["board"]


def test_the_effect_of_a_selection_is_told(board, rm, outlet):
    clients = [waiting(outlet, tier="private") for _number in range(3)]
    typed = {"clients": [one.pk for one in clients]} | {f"to-{one.pk}": rm.pk for one in clients}

    text = board.post("/branch/effect/", typed).content.decode()

    assert "Lin Yue +3 clients, 0 to 5%, 0 to 3 of 110 h" in text
    assert not rm.book.exists()


def test_the_team_shows_load_leave_and_what_is_overdue(board, rm, peer, outlet):
    ClientFactory.create_batch(66, owner=rm, tier="private")
    AbsenceFactory(staff=peer, first_day=date(2026, 12, 7), last_day=date(2026, 12, 10))
    FollowUpFactory(client=ClientFactory(owner=peer), due_on=date(2026, 11, 18))
    FollowUpFactory(client=ClientFactory(owner=peer), due_on=date(2026, 11, 20))

    full, late = board.get("/branch/").context["team"].members

    assert (full.staff, full.percent, full.tone, full.overdue) == (rm, 110, "late", 0)
    assert (late.staff, late.percent, late.overdue, late.oldest) == (peer, 1, 2, date(2026, 11, 18))
    assert late.leave.last_day == date(2026, 12, 10)


def test_what_is_stuck_in_the_relay_is_shown(board, lobby, marketing, rm, now):
    late = HandoverFactory(
        from_staff=marketing,
        to_staff=rm,
        state="submitted",
        due_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    HandoverFactory(
        from_staff=marketing, to_staff=rm, state="submitted", due_at=now.replace(day=30)
    )
    referral = ReferralFactory(referrer=lobby, target=rm)

    context = board.get("/branch/").context

    assert (context["stuck"], context["stuck_count"]) == ([late], 1)
    assert context["referrals"] == [referral]
    assert context["rows"] == []  # who is referred waits for an answer, not for the head


def test_an_empty_board_says_so(board):
    text = board.get("/branch/").content.decode()

    assert "Everybody has an RM, and nothing is late." in text
    assert "No wealth RM works here." in text


@pytest.mark.parametrize("rows", [1, 3, 1_000])
def test_the_board_costs_the_same_for_any_number_of_clients(
    rows, board, rm, peer, outlet, django_assert_num_queries
):
    many(outlet, rows)
    board.get("/branch/")

    with django_assert_num_queries(34):
        page = board.get("/branch/")

    assert page.context["counts"]["all"] == rows


@pytest.mark.parametrize("people", [1, 3])
def test_the_board_costs_the_same_for_any_team(people, board, outlet, django_assert_num_queries):
    for _number in range(people):
        owner = PostingFactory(unit=outlet).staff
        FollowUpFactory(client=ClientFactory(owner=owner), due_on=date(2026, 11, 18))
        HandoverFactory(
            from_staff=PostingFactory(unit=outlet, post="marketing_rm").staff,
            to_staff=owner,
            state="submitted",
            due_at=datetime(2026, 11, 20, tzinfo=UTC),
        )
        ReferralFactory(
            referrer=PostingFactory(unit=outlet, post="teller_cash").staff, target=owner
        )
    many(outlet, 1)
    board.get("/branch/")

    with django_assert_num_queries(34):
        board.get("/branch/")


def test_the_board_of_a_wealth_centre_holds_the_outlets_that_it_serves(
    client, branch_unit, outlet, other_outlet
):
    centre = OrgUnitFactory(kind="wealth_centre", parent=branch_unit)
    outlet.served_by = centre
    outlet.save()
    client.force_login(PostingFactory(unit=centre, post="wealth_head").staff)
    of_centre = PostingFactory(unit=centre).staff
    mine = waiting(outlet)
    waiting(other_outlet)

    context = client.get("/branch/").context

    assert [(row.client, row.suggestion.staff) for row in context["rows"]] == [(mine, of_centre)]


def many(outlet, number):
    """So many clients of the outlet's pool, in two statements."""
    clients = ClientFactory.build_batch(number, outlet=outlet, responsible_since=FRIDAY)
    Client.objects.bulk_create(clients)
    Ownership.objects.bulk_create(
        Ownership(client=one, pool=outlet, since=FRIDAY, cause="imported") for one in clients
    )
