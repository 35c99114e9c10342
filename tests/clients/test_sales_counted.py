"""What a sale counts in the competition, and what no more once it is undone (H2, H7)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Holding
from clients.sales import actions
from clients.sales.counting import Redeemed, Sold, counting
from managers.models import PointEntry
from tests.clients.selling import ledger, one, sell, standing
from tests.factories import HoldingFactory

__all__ = ["one"]

TODAY = date(2026, 11, 23)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("category", "counted"),
    [("wealth", "120000.00"), ("fund", "144000.00"), ("deposit", None), ("bond", None)],
)
def test_a_sale_counts_at_once_by_the_weight_of_its_kind_and_with_its_fee(
    one, rm, now, category, counted
):
    sell(one, rm, now, category=category)

    weighted = [("sales", counted, "11-23")] if counted else []
    assert ledger() == [*weighted, ("fee_income", "600.00", "11-23")]
    entry = PointEntry.objects.last()
    assert (entry.staff, entry.unit, entry.post, entry.grade) == (
        rm,
        rm.current_unit,
        "wealth_rm",
        "senior",
    )


@pytest.mark.django_db
def test_a_product_without_a_fee_brings_no_fee_income(one, rm, now):
    sell(one, rm, now, fee_rate=Decimal(0))

    assert ledger() == [("sales", "120000.00", "11-23")]


@pytest.mark.django_db
def test_what_the_client_took_out_early_counts_only_once_when_it_comes_back(one, rm, now):
    HoldingFactory(
        client=one,
        category="wealth",
        amount=Decimal("70000.00"),
        is_open=False,
        redeemed_on=TODAY - timedelta(days=30),
    )
    sell(one, rm, now)
    sell(one, rm, now, recording="AV-2")

    assert standing(rm)["sales"] == "170000.00"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"redeemed_on": TODAY - timedelta(days=31)},
        {"category": "deposit"},
        {"redeemed_on": None},
        {"currency": "USD"},
    ],
)
def test_money_that_came_from_elsewhere_is_new(one, rm, now, change):
    taken_out = {"category": "wealth", "redeemed_on": TODAY, "currency": "CNY"} | change
    HoldingFactory(client=one, amount=Decimal("70000.00"), is_open=False, **taken_out)
    sell(one, rm, now)

    assert standing(rm)["sales"] == "120000.00"


@pytest.mark.django_db
def test_a_sale_that_is_taken_out_again_within_thirty_days_is_taken_back_whole(one, rm, now):
    sale = sell(one, rm, now)
    Holding.objects.filter(pk=sale.holding_id).update(
        is_open=False, redeemed_on=TODAY + timedelta(days=30)
    )
    later = now + timedelta(days=32)

    assert [actions.recheck_sales(at=later), actions.recheck_sales(at=later)] == [1, 0]
    assert ledger() == [
        ("sales", "120000.00", "11-23"),
        ("fee_income", "600.00", "11-23"),
        ("sales", "-120000.00", "12-25"),
        ("fee_income", "-600.00", "12-25"),
    ]
    again = sell(one, rm, later, recording="AV-2")
    assert (standing(rm)["sales"], again.state) == ("120000.00", "confirmed")


@pytest.mark.django_db
def test_a_sale_stands_that_is_taken_out_after_thirty_days(one, rm, now):
    sale = sell(one, rm, now)
    Holding.objects.filter(pk=sale.holding_id).update(
        is_open=False, redeemed_on=TODAY + timedelta(days=31)
    )

    assert actions.recheck_sales(at=now + timedelta(days=32)) == 0


@pytest.mark.django_db
def test_an_early_redemption_that_is_known_late_leaves_the_sale_what_was_new(one, rm, now):
    sell(one, rm, now)
    HoldingFactory(
        client=one,
        category="fund",
        amount=Decimal("70000.00"),
        is_open=False,
        redeemed_on=TODAY - timedelta(days=3),
    )
    tomorrow = now + timedelta(days=1)

    assert [actions.recheck_sales(at=tomorrow), actions.recheck_sales(at=tomorrow)] == [1, 0]
    assert standing(rm) == {"sales": "50000.00", "fee_income": "600.00"}


@pytest.mark.django_db
def test_a_night_without_redemptions_asks_once(one, rm, now, django_assert_num_queries):
    sell(one, rm, now)

    with django_assert_num_queries(1):
        assert actions.recheck_sales(at=now) == 0


DAYS = st.integers(0, 90).map(lambda n: TODAY + timedelta(days=n))
AMOUNTS = st.integers(1, 500).map(Decimal)


@given(
    days=st.lists(DAYS, max_size=6),
    amounts=st.lists(AMOUNTS, min_size=6, max_size=6),
    ends=st.lists(st.none() | st.integers(0, 60), min_size=6, max_size=6),
    redeemed=st.lists(st.builds(Redeemed, DAYS, AMOUNTS), max_size=4),
)
def test_every_yuan_counts_once_whatever_is_taken_out_and_put_in(days, amounts, ends, redeemed):
    sales = [
        Sold(n, day, amount, None if end is None else day + timedelta(days=end))
        for n, (day, amount, end) in enumerate(zip(sorted(days), amounts, ends, strict=False))
    ]
    found = counting(sales, redeemed, days=30)

    undone = [s.pk for s in sales if s.redeemed_on and (s.redeemed_on - s.day).days <= 30]
    assert list(found) == [s.pk for s in sales]
    assert all(0 <= found[s.pk] <= s.amount for s in sales)
    assert all(found[pk] == 0 for pk in undone)
    lost = sum(s.amount - found[s.pk] for s in sales if s.pk not in undone)
    came_out = sum(r.amount for r in redeemed)
    came_out += sum(s.amount for s in sales if s.redeemed_on and s.pk not in undone)
    assert lost <= came_out
