"""What the page of a client and the list say about assets, tier and state."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from clients.assets.actions import record_balances
from clients.assets.queries import assets
from clients.desk.asset_events import of_standing
from crm.lib import clock
from tests.factories import (
    ClientFactory,
    ContactFactory,
    ContributionFactory,
    HoldingFactory,
    MonthAverageFactory,
    StateChangeFactory,
    TierChangeFactory,
)


@pytest.fixture
def file(rm):
    return ClientFactory(owner=rm, name="周明远", aum=Decimal("610000.00"))


@pytest.fixture
def page(client, rm, file):
    """The client's page as Lin Yue sees it."""

    def shown(query="", language="en"):
        client.force_login(rm)
        client.cookies["django_language"] = language
        return client.get(f"/clients/{file.pk}/{query}")

    return shown


def record(file, balances, now):
    wanted = {(file.pk, date.fromisoformat(day)): Decimal(x) for day, x in balances.items()}
    record_balances(wanted, by=None, at=now)


def test_the_page_shows_where_the_assets_come_from_and_what_comes_next(page, file, now):
    record(file, {"2026-08-01": "700000", "2026-10-31": "900000", "2026-11-20": "610000"}, now)
    ContributionFactory(client=file)

    text = page().content.decode()

    assert "Assets from ¥700K to ¥610K; Platinum begins at ¥500K" in text
    assert "¥290K this month" in text
    assert "¥110K above the Platinum line" in text
    assert "¥1,390,000 short of Diamond" in text
    assert "brought the bank ¥7,300.50 in 2025" in text


def test_a_watched_client_carries_a_chip_and_the_way_out(page, file, now):
    record(file, {"2026-09-01": "400000"}, now)

    text = page().content.decode()

    assert "Watch" in text
    assert (
        "Falls to Gold on 2026-12-01 unless the average of November 2026 reaches ¥500,000." in text
    )
    assert "¥100K below the Platinum line" in text


def test_a_client_without_balances_has_no_line_and_no_foresight(page):
    text = page().content.decode()

    assert 'class="spark"' not in text
    assert "short of" not in text


def test_the_holdings_say_how_much_lies_in_one_kind(page, file):
    HoldingFactory(client=file, amount=Decimal("750.00"))
    HoldingFactory(client=file, category="fund", amount=Decimal("250.00"))
    HoldingFactory(client=file, category="fund", amount=Decimal("9999.00"), currency="USD")
    HoldingFactory(client=file, category="loan", amount=Decimal("9000.00"))

    text = page().content.decode()

    assert "3 kinds of product" in text
    assert "Deposit: 75% of the assets" in text


def test_the_timeline_tells_tier_and_state_with_their_figures(page, file):
    TierChangeFactory(client=file)
    StateChangeFactory(client=file, at=datetime(2026, 11, 3, 18, 20, tzinfo=UTC))

    found = page("?kind=standing")
    [november, september] = found.context["timeline"].months

    assert [(e.title, e.text) for e in november.events] == [
        ("Dormant", "Not heard of for 180 days, since 2026-05-27.")
    ]
    assert [(e.title, e.text) for e in september.events] == [
        (
            "Tier raised from Gold to Platinum",
            "The average of August 2026 was ¥612,000.00.",
        )
    ]
    assert "Tier and state" in found.content.decode()


def test_a_month_says_what_came_and_went(page, file):
    MonthAverageFactory(client=file, net_flow=Decimal("-290000.00"))
    ContactFactory(client=file, happened_at=datetime(2026, 10, 7, tzinfo=UTC))

    assert "−¥290K net" in page().content.decode()


@pytest.mark.parametrize(
    ("was", "now", "figures", "text"),
    [
        (
            "owned",
            "lost",
            {"aum": "80000.00", "peak": "1000000.00", "month_ends": 3},
            "¥80K left of ¥1.00M within a year.",
        ),
        (
            "lost",
            "won_back",
            {"aum": "500000.00", "peak": "1000000.00"},
            "¥500K are back, of ¥1.00M before.",
        ),
        ("dormant", "owned", {"heard_on": "2026-11-20"}, "Heard of on 2026-11-20."),
        ("won_back", "owned", {"days": 90}, ""),
    ],
)
def test_each_state_says_why(page, file, was, now, figures, text):
    StateChangeFactory(client=file, was=was, now=now, figures=figures)

    [month] = page("?kind=standing").context["timeline"].months

    assert [event.text for event in month.events] == [text]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_figures_cost_the_same_for_any_history(rows, file, now, django_assert_num_queries):
    for month in range(1, rows + 1):
        record(file, {f"2026-0{month}-03": "600000", f"2026-0{month}-20": "650000"}, now)
        TierChangeFactory(client=file)
        StateChangeFactory(client=file)
        HoldingFactory(client=file)

    with django_assert_num_queries(8):
        assets(file, on=now.date())
    with django_assert_num_queries(2):
        of_standing(file, clock.SOMEDAY, 30)


def test_the_list_narrows_to_clients_on_watch(client, rm, file):
    ClientFactory(owner=rm, name="徐霖", is_watched=True)
    client.force_login(rm)

    found = client.get("/clients/?watch=true")

    assert [row.name for row in found.context["page"].rows] == ["徐霖"]
    assert "Watch" in found.content.decode()


def test_the_page_shows_month_averages_and_what_came_and_went(page, file, now):
    record(file, {"2026-09-16": "600000", "2026-10-01": "450000.50"}, now)

    text = page().content.decode()

    assert "Month averages" in text
    assert "¥450,000.50" in text
    assert "−¥149,999.50" in text
    assert "in part" in text
