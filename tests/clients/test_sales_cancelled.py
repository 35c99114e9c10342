"""A sale that is cancelled after the yes: its holding and its points are undone (H6, H7)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from clients.models import Holding
from clients.sales import actions, rules
from crm.lib.errors import RuleBroken
from managers.audit.models import AuditEvent
from managers.competition import frozen
from managers.competition.actions import freeze
from managers.competition.sums import late
from managers.models import PointEntry
from tests.clients.selling import ledger, one, sell, standing
from tests.factories import CompetitionFactory, HoldingFactory
from tests.managers.contest import scores, totals_by_hand

__all__ = ["one"]

TODAY = date(2026, 11, 23)
WHY = "The client withdrew within the cooling-off days"
pytestmark = pytest.mark.django_db


def test_a_cancelled_sale_takes_its_points_back_by_entries_that_reverse_them(one, rm, now):
    sale = sell(one, rm, now)
    tomorrow = now + timedelta(days=1)

    cancelled = actions.cancel(sale, reason=WHY, by=rm, at=tomorrow)

    assert (cancelled.state, cancelled.cancel_reason) == ("cancelled", WHY)
    assert ledger() == [
        ("sales", "120000.00", "11-23"),
        ("fee_income", "600.00", "11-23"),
        ("sales", "-120000.00", "11-24"),
        ("fee_income", "-600.00", "11-24"),
    ]
    assert AuditEvent.objects.get(verb="sale.cancelled").facts["amount"] == "120000.00"
    assert AuditEvent.objects.filter(verb="points.reversed", actor=rm).count() == 2


def test_it_is_cancelled_once_and_with_a_reason(one, rm, now):
    sale = sell(one, rm, now)
    with pytest.raises(RuleBroken, match="Say why"):
        actions.cancel(sale, reason=" ", by=rm, at=now)
    actions.cancel(sale, reason=WHY, by=rm, at=now)

    with pytest.raises(RuleBroken, match="This sale is cancelled"):
        actions.cancel(sale, reason=WHY, by=rm, at=now)

    assert PointEntry.objects.count() == 4


def test_a_product_with_an_end_is_held_and_matures_no_more(one, rm, now):
    sale = sell(one, rm, now, months=6)

    actions.cancel(sale, reason=WHY, by=rm, at=now)

    held = Holding.objects.get()
    assert (held.is_open, held.amount, held.matures_on) == (False, Decimal(0), None)


def test_of_a_product_without_an_end_only_the_amount_goes(one, rm, now):
    first = sell(one, rm, now, months=None)
    second = sell_more(first, one, rm, now)

    actions.cancel(second, reason=WHY, by=rm, at=now)

    held = Holding.objects.get()
    assert (held.is_open, held.amount) == (True, Decimal("120000.00"))
    assert standing(rm) == {"sales": "120000.00", "fee_income": "600.00"}


def sell_more(first, one, rm, now):
    """The same product once more."""
    check = actions.check(one, first.product, by=rm, at=now)
    sale = actions.recommend(check, amount=Decimal("30000.00"), by=rm, at=now)
    sale = actions.disclose(sale, shown=first.disclosure, by=rm, at=now)
    return actions.confirm(sale, recording="AV-2", client_agrees=True, by=rm, at=now)


@pytest.mark.parametrize(
    "ended", [{"is_open": False, "redeemed_on": TODAY}, {"matures_on": TODAY, "is_open": False}]
)
def test_what_was_paid_out_again_is_no_sale_to_cancel(one, rm, now, ended):
    sale = sell(one, rm, now, months=6)
    Holding.objects.update(**ended)
    sale.refresh_from_db()

    with pytest.raises(RuleBroken, match="money is out again"):
        actions.cancel(sale, reason=WHY, by=rm, at=now)

    assert rules.allowed_actions(rm, sale, on=TODAY) == []
    assert len(ledger()) == 2


def test_what_an_early_redemption_was_set_against_is_set_against_the_next_sale(one, rm, now):
    HoldingFactory(
        client=one,
        category="wealth",
        amount=Decimal("70000.00"),
        is_open=False,
        redeemed_on=TODAY - timedelta(days=3),
    )
    first = sell(one, rm, now)
    sell(one, rm, now, recording="AV-2")

    actions.cancel(first, reason=WHY, by=rm, at=now)

    assert standing(rm) == {"sales": "50000.00", "fee_income": "600.00"}


def test_a_score_falls_at_once_while_the_competition_runs(one, rm, now):
    running = CompetitionFactory()
    sale = sell(one, rm, now)
    [(_place, _name, before)] = scores(running)

    actions.cancel(sale, reason=WHY, by=rm, at=now)

    assert (before > "0.00", scores(running)) == (True, [(1, "Lin Yue", "0.00")])


def test_after_the_freeze_it_is_listed_as_late_and_counts_in_the_next_period(one, rm, admin, now):
    sale = sell(one, rm, now)
    appealing = CompetitionFactory(last=date(2026, 11, 23), state="appeal")
    final_one = freeze(appealing, by=admin, at=now + timedelta(days=20))
    final = scores(final_one)
    after = now + timedelta(days=21)

    actions.cancel(sale, reason=WHY, by=rm, at=after)

    assert scores(final_one) == final
    assert frozen.is_untouched(final_one)
    assert sorted(str(entry.amount) for entry in late(final_one)) == ["-120000.00", "-600.00"]
    assert {entry.day for entry in late(final_one)} == {date(2026, 12, 14)}
    following = CompetitionFactory(first=date(2026, 12, 1), last=date(2027, 2, 28))
    assert totals_by_hand(following)[rm.pk]["sales"].amount == -120000
