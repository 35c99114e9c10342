"""Who may win: gates, what costs the prize, and places without points."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from managers.competition.actions import credit
from managers.competition.actions import reverse as take_back
from managers.competition.board import board
from tests.factories import CompetitionFactory
from tests.managers.contest import TODAY, give
from tests.managers.examples import RULES

pytestmark = pytest.mark.django_db


def test_a_gate_that_was_missed_costs_the_prize_but_not_the_place(rm, peer):
    rules = replace(RULES, gates={"contact": Decimal(10)}, barring=("transferred",))
    quarter = CompetitionFactory(rules=rules.dump())
    give(rm, new_vip="9", contact="9")
    give(peer, new_vip="3", contact="10")

    first, second = board(quarter, today=TODAY).rows

    assert (first.staff, first.place, first.bar, first.prize) == (rm, 1, "contact", 0)
    assert (second.bar, second.prize) == ("", Decimal("30000.00"))


def test_what_costs_the_prize_does_so_without_costing_points(rm, peer):
    rules = replace(RULES, deductions={}, barring=("transferred",))
    quarter = CompetitionFactory(rules=rules.dump())
    give(rm, new_vip="9", transferred="1")
    give(peer, new_vip="3", complaint="1")

    first, second = board(quarter, today=TODAY).rows

    assert (first.staff, first.place, first.bar, first.prize) == (rm, 1, "transferred", 0)
    assert (str(first.score.total), first.score.deducted) == ("11.25", 0)
    assert (second.bar, second.prize) == ("", Decimal("30000.00"))


def test_a_complaint_of_the_period_before_that_was_taken_back_bars_nobody(rm, now):
    rules = replace(RULES, barring=("complaint",))
    quarter = CompetitionFactory(rules=rules.dump())
    day = date(2026, 9, 20)
    credit(rm, Decimal(1), metric="complaint", source="complaint:1", day=day, at=now)
    give(rm, new_vip="9")
    take_back("complaint:1", at=now)

    [row] = board(quarter, today=TODAY).rows

    assert (row.bar, row.prize) == ("", Decimal("30000.00"))
    assert str(row.score.total) == "13.25"  # what it cost then is given back now


def test_a_place_without_points_wins_no_prize_of_its_own(rm, peer):
    rules = replace(RULES, ranks=(Decimal(500), Decimal(300)))
    quarter = CompetitionFactory(rules=rules.dump())
    give(rm, new_vip="9")

    won = {row.staff: row.prize for row in board(quarter, today=TODAY).rows}

    assert won == {rm: Decimal(500), peer: Decimal(0)}
