"""What holds for balances in whatever order, number and repetition they come."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.assets import actions
from clients.models import MonthAverage, Standing
from tests.clients.ledger_of_days import ORDER, D, averages, tier_after
from tests.factories import ClientFactory

AMOUNTS = st.integers(0, 10_000_000_00).map(lambda fen: D(fen) / 100) | st.sampled_from(
    [D(x) for x in ("49999.99", "50000", "499999.99", "500000", "2000000", "6000000", "0")]
)
BALANCES = st.dictionaries(st.dates(date(2025, 9, 1), date(2026, 11, 23)), AMOUNTS, max_size=14)


@pytest.mark.once
@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(balances=BALANCES, tier=st.sampled_from(ORDER), data=st.data())
def test_any_order_and_repetition_gives_what_counting_day_by_day_gives(now, balances, tier, data):
    client = ClientFactory(tier=tier)
    order = data.draw(st.permutations([*balances.items(), *list(balances.items())[:3]]))
    wrong_first = data.draw(st.booleans())
    while order:
        size = data.draw(st.integers(1, len(order)))
        batch, order = order[:size], order[size:]
        if wrong_first:  # a mistake of the feed that the next delivery corrects
            wrong = {(client.pk, day): D(1) for day, _closing in batch}
            actions.record_balances(wrong, by=None, at=now)
        wanted = {(client.pk, day): closing for day, closing in batch}
        actions.record_balances(wanted, by=None, at=now)
        if data.draw(st.booleans()):
            actions.settle_months(at=now)

    client.refresh_from_db()
    expected = averages(balances, before=date(2026, 11, 1))
    rows = MonthAverage.objects.filter(client=client)
    found = {row.month: (row.average, row.is_whole) for row in rows}
    last, misses = tier_after(tier, expected)
    assert found == expected
    assert (client.tier, client.is_watched) == (last, misses > 0)
    if balances:
        assert Standing.objects.get(client=client).misses == misses
        assert client.aum == balances[max(balances)]
