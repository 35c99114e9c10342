"""Balances become assets, month averages and tiers."""

from datetime import date
from decimal import Decimal

from clients.assets import actions
from clients.models import Client, MonthAverage, TierChange
from managers.models import AuditEvent
from tests.clients.assets import at, client, record
from tests.clients.ledger_of_days import D

__all__ = ["client", "record"]


def month(client, first_day):
    return MonthAverage.objects.get(client=client, month=first_day)


def changes(client):
    rows = TierChange.objects.filter(client=client).order_by("effective_on", "pk")
    return [(row.was, row.now, row.effective_on.isoformat()) for row in rows]


# --- Averages


def test_the_month_average_is_the_sum_of_daily_balances_over_calendar_days(client, record):
    record({"2026-10-01": "900000.00", "2026-10-11": "600000.00", "2026-10-31": "0.01"})

    october = month(client, "2026-10-01")
    days = 10 * Decimal(900_000) + 20 * Decimal(600_000) + Decimal("0.01")
    assert october.average == (days / 31).quantize(Decimal("0.01"))
    assert (october.closing, october.peak, october.is_whole) == (D("0.01"), D(900_000), True)


def test_a_balance_holds_until_the_next_one(client, record):
    record({"2026-08-20": "700000", "2026-10-31": "500000"})

    assert month(client, "2026-09-01").average == D(700_000)
    assert month(client, "2026-09-01").net_flow == D(0)
    assert month(client, "2026-10-01").net_flow == D(-200_000)


def test_days_before_the_first_balance_count_as_nothing(client, record):
    record({"2026-10-17": "620000"})

    october = month(client, "2026-10-01")
    assert october.average == D("300000.00")  # 15 of 31 days
    assert (october.is_whole, october.net_flow) == (False, None)


def test_the_running_month_is_not_written_yet(client, record):
    record({"2026-11-02": "620000"})

    assert not MonthAverage.objects.exists()
    assert client.aum == D(620_000)


def test_the_newest_balance_is_the_clients_assets_whatever_comes_late(client, record):
    record({"2026-11-20": "700000"})
    record({"2026-11-03": "100000"})

    assert client.aum == D(700_000)


def test_a_late_balance_writes_the_months_anew_that_it_touches(client, record):
    record({"2026-08-01": "600000", "2026-10-01": "600000"})
    record({"2026-09-01": "900000"})

    averages = MonthAverage.objects.order_by("month").values_list("average", "net_flow")
    assert [*averages] == [
        (D(600_000), None),
        (D(900_000), D(300_000)),
        (D(600_000), D(-300_000)),
    ]


def test_recording_again_changes_nothing(client, record):
    record({"2026-10-01": "600000"})
    events = AuditEvent.objects.count()
    again = record({"2026-10-01": "600000"})

    assert (len(again.unchanged), len(again.changed)) == (1, 0)
    assert AuditEvent.objects.count() == events


# --- Tiers


def test_a_month_that_qualifies_raises_the_tier_on_the_first_of_the_next(client, record):
    record({"2026-10-01": "2000000"})

    change = TierChange.objects.get()
    assert (client.tier, changes(client)) == ("diamond", [("platinum", "diamond", "2026-11-01")])
    assert (change.average, change.month, change.cause) == (
        D(2_000_000),
        date(2026, 10, 1),
        "reached",
    )
    assert AuditEvent.objects.filter(verb="client.tier_changed", client_id=client.pk).exists()


def test_one_missed_month_is_watched_and_lowers_nothing(client, record):
    record({"2026-10-01": "499999.99"})

    assert (client.tier, client.is_watched, changes(client)) == ("platinum", True, [])


def test_a_good_month_ends_the_watch(client, record):
    record({"2026-09-01": "400000", "2026-10-01": "500000"})

    assert (client.tier, client.is_watched) == ("platinum", False)


def test_the_third_missed_month_lowers_to_the_tier_of_that_month(client, record):
    record({"2026-08-01": "400000", "2026-09-01": "10000", "2026-10-01": "60000"})

    change = TierChange.objects.get()
    assert (client.tier, client.is_watched) == ("gold", False)
    assert (change.was, change.now, change.misses) == ("platinum", "gold", 3)


def test_private_clients_keep_their_tier_for_six_months(client, record):
    Client.objects.update(tier="private")
    record({"2026-06-01": "5000000"}, at=at("2026-11-01"))
    kept = client.tier
    actions.settle_months(at=at("2026-12-01"))
    client.refresh_from_db()

    assert (kept, client.tier) == ("private", "diamond")
    assert changes(client) == [("private", "diamond", "2026-12-01")]


def test_a_month_that_is_not_covered_whole_is_never_a_miss(client, record):
    record({"2026-10-20": "600000"})

    assert (client.tier, client.is_watched) == ("platinum", False)


def test_the_first_of_the_month_counts_the_month_that_ended_and_again_nothing(client, record):
    record({"2026-11-01": "450000"})

    first = actions.settle_months(at=at("2026-12-01"))
    again = actions.settle_months(at=at("2026-12-01"))
    client.refresh_from_db()

    assert (first, again) == (1, 0)
    assert client.is_watched


def test_a_balance_that_comes_late_corrects_the_tier(client, record):
    record({"2026-10-01": "2000000"})
    record({"2026-10-02": "600000"})

    correction = TierChange.objects.get(cause="corrected")
    assert client.tier == "platinum"
    assert (correction.was, correction.now) == ("diamond", "platinum")
    assert correction.effective_on == date(2026, 11, 23)


def test_a_tier_that_somebody_else_set_is_counted_from_afresh(client, record):
    record({"2026-09-01": "600000"})
    Client.objects.update(tier="diamond")
    record({"2026-11-20": "610000"})

    assert (client.tier, changes(client)) == ("diamond", [])
