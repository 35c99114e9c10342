"""Self-dealing and few large clients, found from the clients behind the sources of results."""

from datetime import date

import pytest

from clients.models import Household, Member
from crm.lib import clock
from managers.competition import fairness
from managers.competition.board import board
from managers.models import Associate
from tests.factories import (
    ClientFactory,
    CompetitionFactory,
    HandoverFactory,
    PointEntryFactory,
    ReferralFactory,
    SaleFactory,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 15)


@pytest.fixture
def over(db):
    return CompetitionFactory(is_over=True)


def give(person, source, metric="new_vip", amount="1"):
    moment = clock.at_time(DAY, clock.local(clock.now()).time().replace(hour=10))
    known = {"metric": metric, "amount": amount, "day": DAY, "recorded_at": moment}
    return PointEntryFactory(staff=person, source=source, **known)


def findings(competition, person):
    table = board(competition, today=clock.today())
    return [text for one in fairness.report(table) if one.row.staff == person for text in one.texts]


def at_home(*clients):
    household = Household.objects.create()
    for client in clients:
        Member.objects.create(household=household, client=client, relation="spouse")


def test_results_from_the_own_account_the_household_and_staff_are_told_apart(over, rm, peer):
    mine = ClientFactory(owner=peer, person=rm)
    spouse, colleague, other = (ClientFactory(owner=rm) for _n in range(3))
    at_home(mine, spouse)
    colleague.person = peer
    colleague.save()
    give(rm, f"growth:{mine.pk}:2026-08:{rm.pk}", "aum_growth", "100")
    give(rm, f"contact:{mine.pk}:2026-09-15", "contact")
    give(rm, f"new_vip:{spouse.pk}:2026-08:{rm.pk}")
    give(rm, f"upgrade:{colleague.pk}:2026-08:{rm.pk}", "tier_upgrade")
    give(rm, f"new_vip:{other.pk}:2026-08:{rm.pk}")

    assert findings(over, rm) == [
        "Results from the person's own account: 2.",
        "Results from the person's own household: 1.",
        "Results from accounts of other staff: 1.",
    ]
    assert findings(over, peer) == []


def test_a_client_with_the_name_of_an_associate_in_an_outlet_is_told(over, rm, outlet):
    kept = {"kind": "insurance", "employer": "人寿", "unit": outlet}
    Associate.objects.create(name="许文", **kept)
    Associate.objects.create(name="已离", is_active=False, **kept)
    for name in ("许文", "已离", "许文文"):
        give(rm, f"new_vip:{ClientFactory(owner=rm, name=name).pk}:2026-08:{rm.pk}")

    assert findings(over, rm) == [
        "Results from somebody with the name of an associate in an outlet: 1."
    ]


def test_sales_referrals_and_handovers_lead_to_their_client(over, rm, peer, marketing):
    own = ClientFactory(owner=peer, person=rm)
    sale = SaleFactory(client=own, staff=rm)
    give(rm, f"sale:{sale.pk}", "sales", "1000")
    give(rm, f"fee:{sale.pk}", "fee_income", "10")
    give(rm, f"referral:{ReferralFactory(client=own, referrer=rm).pk}", "referral")
    handover = HandoverFactory(client=own, from_staff=marketing, to_staff=rm)
    give(rm, f"handover:{handover.pk}:to", "handover")
    give(rm, "core:import-7", "new_vip")

    assert findings(over, rm) == ["Results from the person's own account: 4."]


def test_many_sales_to_few_clients_are_few_clients(over, rm):
    """Twelve sales of ¥100 to three clients and four of ¥100 to four others: 1200 of 1600."""
    large = [ClientFactory(owner=rm) for _n in range(3)]
    small = [ClientFactory(owner=rm) for _n in range(4)]
    for client in (*large * 4, *small):
        give(rm, f"sale:{SaleFactory(client=client).pk}", "sales", "100")

    assert findings(over, rm) == ["Weighted sales: three clients make more than 60% of it."]


def test_the_report_asks_the_same_of_the_database_for_any_number(
    over, rm, django_assert_num_queries
):
    for n in range(9):
        client = ClientFactory(owner=rm)
        at_home(client, ClientFactory(owner=rm, person=None))
        give(rm, f"contact:{client.pk}:2026-09-{n + 1:02}", "contact")
    table = board(over, today=clock.today())

    # Entries; sales, referrals, handovers; clients with a tie, and those with such a name.
    with django_assert_num_queries(6):
        fairness.report(table)
