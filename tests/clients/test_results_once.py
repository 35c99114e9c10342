"""Each source of results counts once, for whom it should (rules H2, H7)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from clients.assets.actions import settle_months
from clients.handover import actions as handovers
from clients.lobby.actions import accept, settle
from clients.models import Standing
from clients.sales.actions.crediting import credit_sale
from crm.lib.errors import RuleBroken
from managers.models import PointEntry
from tests.clients.handovers import accepted, drafted, end_of, filled, prospect, submitted
from tests.clients.lobby import send, waiting
from tests.clients.selling import one, sell
from tests.clients.test_rises import GOLD, VIP, at, of
from tests.factories import ContactFactory
from tests.importing import MAPPINGS, counts, import_results

__all__ = ["accepted", "drafted", "filled", "one", "prospect", "submitted", "waiting"]

pytestmark = pytest.mark.django_db


def ledger() -> list[tuple]:
    """Who has how much of what from which event."""
    rows = PointEntry.objects.order_by("pk").values_list("staff", "metric", "amount", "source")
    return [tuple(row) for row in rows]


def counted(*months):
    for moment in months:
        settle_months(at=moment)
        handovers.count_growth(at=moment)


def test_a_month_whose_marks_were_lost_is_counted_again_and_changes_nothing(rm):
    client = of(rm, GOLD, VIP, VIP, tier="gold")
    counted(at(2026, 8), at(2026, 9))
    before = ledger()
    assert before == [
        (rm.pk, "aum_growth", VIP - GOLD, f"growth:{client.pk}:2026-07:{rm.pk}"),
        (rm.pk, "tier_upgrade", 1, f"upgrade:{client.pk}:2026-07:{rm.pk}"),
        (rm.pk, "new_vip", 1, f"new_vip:{client.pk}:2026-08:{rm.pk}"),
    ]

    Standing.objects.update(grown_month=None)

    assert handovers.count_growth(at=at(2026, 9)) == 1
    assert ledger() == before


def test_a_sale_is_credited_once_by_weight_with_its_fee(one, rm, now):
    sale = sell(one, rm, now, category="fund")
    before = ledger()

    credit_sale(sale, Decimal(1), by=rm, at=now + timedelta(days=1))

    assert [row[1:3] for row in before] == [("sales", 144_000), ("fee_income", 600)]
    assert ledger() == before


def test_a_referral_counts_when_it_is_accepted_and_when_it_bears_fruit(waiting, lobby, rm, now):
    referral = accept(send(waiting, lobby, rm, now), by=rm, at=now)
    with pytest.raises(RuleBroken):
        accept(referral, by=rm, at=now)
    ContactFactory(client=waiting, staff=rm, is_valid=True, happened_at=now + timedelta(hours=1))
    for night in (1, 2):
        settle(at=now + timedelta(days=night))

    assert [row for row in ledger() if row[1] != "identified"] == [
        (lobby.pk, "referral", 1, f"referral:{referral.pk}"),
        (lobby.pk, "conversion", 1, f"conversion:{referral.pk}"),
    ]


@pytest.mark.parametrize("late", [False, True])
def test_a_handover_in_time_is_shared_and_costs_nobody_anything(accepted, marketing, rm, now, late):
    due = end_of(11, 30)
    handovers.remind(at=due + timedelta(seconds=1 if late else 0))
    handovers.introduce(accepted, by=rm, at=due)
    for later in (1, 2):
        handovers.remind(at=due + timedelta(hours=later))

    shared = [row[:3] for row in ledger() if row[1] == "handover"]
    assert shared == [
        (marketing.pk, "handover", Decimal("0.60")),
        (rm.pk, "handover", Decimal("0.40")),
    ]
    costs = {row[:3] for row in ledger() if row[1] == "late"}
    both = {(marketing.pk, "late", Decimal(1)), (rm.pk, "late", Decimal(1))}
    assert costs == (both if late else set())


def test_a_file_of_deals_is_imported_once(tmp_path):
    (tmp_path / "sales_teams.csv").write_text(
        "sales_agent,manager,regional_office\nAnna Snelling,Dustin Brinkmann,Central\n"
    )
    (tmp_path / "products.csv").write_text("product,series,sales_price\nGTX Pro,GTX,4821\n")
    (tmp_path / "sales_pipeline.csv").write_text(
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
        "A1,Anna Snelling,GTXPro,Isdom,Won,2017-02-01,2017-03-01,4514\n"
    )
    mapping = MAPPINGS / "crm-opportunities.toml"

    found = [counts(import_results(mapping, tmp_path)[1]) for _twice in range(2)]

    assert found == [(1, 0, 0, 0), (0, 0, 1, 0)]
    assert [row[1:] for row in ledger()] == [("sales", 4514, "deal:MVA1")]
