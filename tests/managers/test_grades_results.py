"""What a grade asks of growth, fees and satisfaction, read from the ledger (rules B6)."""

from datetime import date
from decimal import Decimal

import pytest

from crm import bank
from crm.models import BankSetting
from managers.competition import actions as ledger
from managers.grades import actions, criteria, results
from managers.models import Assessment, PointEntry
from tests.conftest import MONDAY
from tests.factories import LicenceFactory
from tests.managers.contest import give
from tests.managers.examples import WEALTH

pytestmark = pytest.mark.django_db
QUARTER = date(2026, 7, 1), date(2026, 9, 30)
YEAR = date(2026, 1, 1), date(2026, 12, 31)


def read(reader, person, period=QUARTER):
    return reader([person.pk], *period).get(person.pk)


def test_growth_is_what_the_ledger_has_of_the_days_of_the_period(rm, peer):
    """1,000.50 on the first day and 99.50 on the last count, and 500 that are taken back later."""
    for day, amount in {
        date(2026, 6, 30): "7",
        date(2026, 7, 1): "1000.50",
        date(2026, 9, 30): "99.50",
        date(2026, 10, 1): "7",
    }.items():
        give(rm, day, aum_growth=amount)
    give(rm, date(2026, 8, 1), aum_growth="500")
    give(peer, date(2026, 8, 1), aum_growth="-40")

    ledger.reverse(PointEntry.objects.get(amount=500).source, at=MONDAY)

    assert read(results.net_growth, rm) == Decimal("1600.00")
    assert read(results.net_growth, rm, (date(2026, 11, 23),) * 2) == Decimal("-500.00")
    assert read(results.net_growth, peer) == Decimal("-40.00")


def test_a_year_counts_by_its_mean_quarter(rm):
    for month in (2, 5, 8):
        give(rm, date(2026, month, 3), fee_income="10000.01")

    assert read(results.fee_income, rm) == Decimal("10000.01")
    assert read(results.fee_income, rm, YEAR) == Decimal("7500.01")  # 30,000.03 / 4, half up
    assert read(results.fee_income, rm, (QUARTER[0], date(2026, 8, 3))) == Decimal("10000.01")


def test_satisfaction_is_the_mean_of_the_readings_and_not_measured_without_one(rm, peer):
    for reading in ("90", "95.5"):
        give(rm, date(2026, 8, 3), csat=reading)

    assert read(results.satisfaction, rm) == Decimal("92.75")
    assert read(results.satisfaction, peer) is None
    assert criteria.readings([peer.pk], *QUARTER)["csat"] == {peer.pk: None}


def test_each_costs_one_query_for_any_number(rm, peer, django_assert_num_queries):
    give(rm, date(2026, 8, 3), aum_growth="1", fee_income="1", csat="90")
    give(peer, date(2026, 8, 3), aum_growth="1", fee_income="1", csat="90")

    for reader in (results.net_growth, results.fee_income, results.satisfaction):
        for people in ([rm.pk], [rm.pk, peer.pk]):
            with django_assert_num_queries(1):
                assert len(reader(people, *QUARTER)) == len(people)


@pytest.fixture
def asked(db):
    """Growth of 12 million and satisfaction of 90 from 2026-01-01, 27 million from October on."""

    def ask(since, growth):
        of_grades = dict.fromkeys(bank.DEFAULTS["ladder.licences"], growth)
        rules = {"aum_growth": of_grades, "csat": dict.fromkeys(of_grades, 90)}
        value = {"wealth_rm": rules, "marketing_rm": {}, "lobby_manager": {}}
        BankSetting.objects.create(key="ladder.criteria", valid_from=since, value=value)

    ask("2026-01-01", 12_000_000)
    ask("2026-10-01", 27_000_000)
    bank.forget()


def test_what_is_not_met_forbids_a_step_up_by_the_rules_of_the_periods_last_day(
    asked, rm, peer, admin
):
    """Both score well; one grew by 36 million, the other by nothing. Nobody's wish was measured."""
    for person in (rm, peer):
        for kind in ("fund", "insurance"):
            LicenceFactory(staff=person, kind=kind, valid_until=date(2027, 6, 30))
        give(person, date(2026, 9, 15), **WEALTH | {"contact": "400", "sales": "9000000"})
    give(rm, date(2026, 9, 20), aum_growth="36000000")
    give(peer, date(2026, 9, 20), aum_growth="-26504000", new_vip="20", fee_income="200000")

    actions.open_cycle(kind="quarter", first=QUARTER[0], by=admin, at=MONDAY)
    actions.fill(at=MONDAY)

    found = {one.staff: one for one in Assessment.objects.filter(staff__in=[rm, peer])}
    assert {p: [c[0::3] for c in one.evidence["criteria"][:2]] for p, one in found.items()} == {
        rm: [["aum_growth", True], ["csat", True]],
        peer: [["aum_growth", False], ["csat", True]],
    }


def test_a_name_that_nobody_reads_is_not_measured_and_forbids_nothing(rm):
    rules = {
        "ladder.criteria": {"wealth_rm": {"growht": {"senior": 5}, "csat": {"chief": 90}}},
        "ladder.most_deducted": 5,
    }

    found = criteria.judge(rules, post="wealth_rm", grade="senior", read={"csat": Decimal(1)})

    assert [(one.code, one.actual, one.met) for one in found] == [
        ("growht", None, True),
        ("compliance", Decimal(0), True),
    ]
