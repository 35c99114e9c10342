"""What a client has, over the API: months, flows, contribution, spread, the tier foreseen."""

from datetime import date

import pytest

from clients.assets.actions import record_balances
from tests.clients.ledger_of_days import D
from tests.factories import ClientFactory, ContributionFactory, HoldingFactory


@pytest.fixture
def client_of(rm, now):
    client = ClientFactory(owner=rm, tier="platinum")
    balances = {date(2026, 9, 1): D(600_000), date(2026, 10, 1): D("610000.01")}
    record_balances({(client.pk, day): x for day, x in balances.items()}, by=None, at=now)
    return client


def test_the_figures_of_the_page_are_told_to_programs(client_of, rm, speaking_for):
    ContributionFactory(client=client_of)
    HoldingFactory(client=client_of, amount=D(750))
    HoldingFactory(client=client_of, category="fund", amount=D(250))

    found = speaking_for(rm).get(f"/api/v1/clients/{client_of.pk}/assets/").json()

    assert found == {
        "months": [
            {
                "month": "2026-10-01",
                "average": "610000.01",
                "closing": "610000.01",
                "net_flow": "10000.01",
                "is_whole": True,
            },
            {
                "month": "2026-09-01",
                "average": "600000.00",
                "closing": "600000.00",
                "net_flow": None,
                "is_whole": True,
            },
        ],
        "flow": "0.00",
        "contribution": {
            "year": 2025,
            "fees": "3200.00",
            "margin": "4100.50",
            "total": "7300.50",
        },
        "products": 2,
        "largest": "Deposit",
        "share": 75,
        "foreseen": "¥1,389,999.99 short of Diamond",
    }


def test_a_colleagues_client_is_not_there(client_of, peer, speaking_for):
    assert speaking_for(peer).get(f"/api/v1/clients/{client_of.pk}/assets/").status_code == 404
