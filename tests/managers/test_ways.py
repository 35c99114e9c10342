"""What takes somebody to the next place, or the next step: each way alone, and to the cent."""

from decimal import Decimal

import pytest
from django.db import transaction

from crm import bank
from crm.models import BankSetting
from managers.competition import queries
from managers.competition.board import board
from managers.grades.queries import standing
from tests.managers.contest import TODAY, give

pytestmark = pytest.mark.django_db


def test_each_way_alone_takes_to_the_next_place(quarter, rm, peer):
    give(peer, new_vip="8")
    give(rm, new_vip="6")
    table = board(quarter, today=TODAY)

    found = queries.ways(table, table.of(rm.pk))

    # Two more would share the place: 8 x 15 / 12. Three are 3.75 points.
    vip = next(way for way in found if way.metric == "new_vip")
    assert (vip.amount, vip.points) == (Decimal(3), Decimal("3.75"))
    for way in found:
        with transaction.atomic():
            give(rm, **{way.metric: str(way.amount)})
            assert board(quarter, today=TODAY).rows[0].staff == rm
            transaction.set_rollback(True)


def test_a_way_makes_up_for_deductions_below_the_floor_first(quarter, rm, peer):
    """1.25 earned less 4.00 is 0.00; past the 2.50 of the other it takes 5.26 points: 5 clients."""
    give(peer, new_vip="2")
    give(rm, new_vip="1", complaint="2")
    table = board(quarter, today=TODAY)

    found = queries.ways(table, table.of(rm.pk))

    assert table.of(rm.pk).score.total == 0
    assert next(way.amount for way in found if way.metric == "new_vip") == 5
    for way in found:
        with transaction.atomic():
            give(rm, **{way.metric: str(way.amount)})
            assert board(quarter, today=TODAY).rows[0].staff == rm
            transaction.set_rollback(True)


def test_each_way_to_the_next_step_makes_up_for_them_too(lobby, db):
    """Where 40 points are a step: 10 complaints cost 20.00, more than what was earned."""
    BankSetting.objects.create(key="ladder.up_score", valid_from="2026-01-01", value=40)
    bank.forget()
    give(lobby, identified="40", complaint="10")

    found = standing(lobby, on=TODAY)

    assert found.total == 0
    assert [(way.metric, way.amount % 1) for way in found.ways] == [("referral", 0)]
    for way, enough in ((found.ways[0].amount, True), (found.ways[0].amount - 1, False)):
        with transaction.atomic():
            give(lobby, referral=str(way))
            assert (standing(lobby, on=TODAY).total >= 40) is enough
            transaction.set_rollback(True)
