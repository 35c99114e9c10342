"""The demo bank's balances are true to its clients' assets, tiers and states."""

import pytest
from django.db.models import Max

from clients.assets.actions import review_clients, settle_months
from clients.book.models import State
from clients.models import Balance, Client, Standing, StateChange, TierChange
from crm.lib import clock

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_balances_lead_to_the_assets_and_tiers_that_the_bank_shows(demo_bank):
    newest = dict(Balance.objects.order_by().values_list("client").annotate(Max("day")))
    closing = {
        row.client_id: row.closing
        for row in Balance.objects.all()
        if newest[row.client_id] == row.day
    }
    assets = dict(Client.objects.filter(aum__gt=0).values_list("pk", "aum"))
    assert closing == assets
    standings = {row.client_id: row for row in Standing.objects.all()}
    for client in Client.objects.filter(aum__gt=0):
        standing = standings[client.pk]
        assert (client.tier, client.is_watched) == (standing.tier, standing.misses > 0)
    assert TierChange.objects.filter(cause="reached").exists()
    assert TierChange.objects.filter(cause="missed").exists()
    assert Client.objects.filter(is_watched=True).exists()
    steps = set(StateChange.objects.values_list("now", flat=True))
    assert steps == {State.DORMANT, State.LOST, State.WON_BACK}


def test_the_first_night_moves_only_who_was_won_back_and_spoken_with(demo_bank):
    before = dict(Client.objects.values_list("pk", "state"))

    settled = settle_months(at=clock.now())
    done = review_clients(at=clock.now())

    now = dict(Client.objects.values_list("pk", "state"))
    moved = {(before[pk], state) for pk, state in now.items() if before[pk] != state}
    assert settled == 0
    assert moved <= {(State.WON_BACK, State.OWNED)}
    assert done["warned"] < 60
