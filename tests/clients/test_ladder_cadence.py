"""The contact standard as a criterion of a grade: coverage of one's clients at the end (B6)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from clients.coverage.ladder import cadence_kept
from crm import bank
from crm.lib import clock
from crm.models import BankSetting
from managers.grades import actions, queries
from managers.grades.models import Assessment
from managers.grades.proposing import Thresholds
from tests.conftest import MONDAY
from tests.factories import ClientFactory, ContactFactory, LicenceFactory
from tests.managers.contest import give
from tests.managers.examples import WEALTH

pytestmark = pytest.mark.django_db
QUARTER = date(2026, 7, 1), date(2026, 9, 30)
AS_THEY_ARE = Thresholds(Decimal(100), Decimal(60), 2, 12)


def gold_clients(owner, *days):
    """Clients who were last spoken to so many days before the end; gold may wait for 90."""
    end = clock.start_of_day(QUARTER[1])
    since = datetime(2026, 7, 1, tzinfo=clock.SHANGHAI)
    for ago in days:
        client = ClientFactory(owner=owner, tier="gold", responsible_since=since)
        ContactFactory(client=client, happened_at=end - timedelta(days=ago))


@pytest.fixture
def good(rm):
    """An RM of the third quarter with a score and licences for a step up, whatever the assets."""
    for kind in ("fund", "insurance"):
        LicenceFactory(staff=rm, kind=kind, valid_until=date(2027, 6, 30))
    give(rm, date(2026, 9, 15), **WEALTH | {"aum_growth": "36000000.00", "contact": "400"})
    return rm


@pytest.fixture
def no_assets_asked(db):
    usual = bank.DEFAULTS["ladder.criteria"]
    asked = usual | {"wealth_rm": {"cadence": usual["wealth_rm"]["cadence"]}}
    BankSetting.objects.create(key="ladder.criteria", valid_from="2026-01-01", value=asked)
    bank.forget()


def assess(admin):
    actions.open_cycle(kind="quarter", first=QUARTER[0], by=admin, at=MONDAY)
    actions.fill(at=MONDAY)


def found(person):
    one = Assessment.objects.get(staff=person)
    return one.to_step, one.reasons, one.evidence["criteria"][0]


def test_it_is_the_share_of_ones_clients_spoken_to_in_time_at_the_end(rm, peer):
    gold_clients(rm, 10, 90, 91)

    assert cadence_kept([rm.pk, peer.pk], *QUARTER) == {rm.pk: Decimal(66)}


@pytest.mark.parametrize(
    ("days", "step", "reasons", "read"),
    [
        ((10, 20, 30, 90, 91), 4, ["good"], ["cadence", "80", "80", True]),
        ((10, 20, 91), 3, ["good", "unmet"], ["cadence", "80", "66", False]),
        ((), 4, ["good"], ["cadence", "80", None, True]),
    ],
    ids=["four_of_five", "two_of_three", "owns_nobody"],
)
def test_a_senior_rises_with_eighty_percent_and_who_owns_nobody_is_not_measured(
    good, admin, no_assets_asked, days, step, reasons, read
):
    gold_clients(good, *days)

    assess(admin)

    assert found(good) == (step, reasons, read)


def test_the_bank_asks_for_it_by_grade_unless_it_says_otherwise(good, admin):
    gold_clients(good, 10, 91)

    assess(admin)

    kept = Assessment.objects.get(staff=good).evidence["criteria"]
    found = [one for one in kept if one[0] in ("assets", "cadence")]
    assert found == [["assets", "50000000", "0", False], ["cadence", "80", "50", False]]


def test_page_and_api_say_that_there_was_nothing_to_measure(client, good, admin):
    assess(admin)
    one = Assessment.objects.get(staff=good)
    client.force_login(good)

    for page in (reverse("career"), reverse("assessment", args=[one.pk])):
        assert "nothing to measure" in client.get(page).content.decode()
    told = client.get(f"/api/v1/assessments/{one.pk}/").json()
    assert ["cadence", "80", None, True] in told["evidence"]["criteria"]


def test_head_office_tries_another_standard_on_what_was_read(good, admin, no_assets_asked, client):
    gold_clients(good, 10, 20, 91)
    assess(admin)
    cycle = Assessment.objects.get(staff=good).cycle

    [(one, tried)] = queries.simulate(cycle, AS_THEY_ARE, asked={"cadence": 80}).differing
    assert (one.staff, one.to_step, tried.step) == (good, 3, 4)
    client.force_login(admin)
    typed = {"up": 100, "hold": 60, "low": 2, "assets": 100, "cadence": 80}
    page = client.get(reverse("cycle", args=[cycle.pk]), typed).content.decode()
    assert "Senior, step 3" in page
    assert "Senior, step 4" in page


def test_nothing_to_measure_stays_so_whatever_is_tried(good, admin, no_assets_asked):
    assess(admin)
    cycle = Assessment.objects.get(staff=good).cycle

    assert queries.simulate(cycle, AS_THEY_ARE, asked={"cadence": 500}).differing == []
