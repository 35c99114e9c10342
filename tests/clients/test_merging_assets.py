"""What two files have is what one person has, from the merge on until it is taken back."""

from datetime import date

import pytest

from clients.assets import actions, facts
from clients.assets.queries import assets, contributions
from clients.merging.actions import merge, undo
from clients.models import Client, MonthAverage, Standing
from tests.clients.ledger_of_days import D
from tests.factories import ClientFactory, ContributionFactory
from tests.importing import MAPPINGS, run

BORN = date(1980, 5, 4)


def made(number, **columns):
    return ClientFactory(
        **{"number": number, "name": "张伟", "birth_date": BORN, "aum": D(0), "tier": "regular"}
        | columns
    )


@pytest.fixture
def kept(rm):
    return made("K", owner=rm)


@pytest.fixture
def twin(rm):
    return made("T", owner=rm)


@pytest.fixture
def record(now):
    """Record balances of a client, as {day: closing}."""

    def recorded(client, balances):
        wanted = {(client.pk, date.fromisoformat(day)): D(x) for day, x in balances.items()}
        return actions.record_balances(wanted, by=None, at=now)

    return recorded


def fresh(client):
    return Client.objects.get(pk=client.pk)


def averages(client):
    rows = MonthAverage.objects.filter(client=client).order_by("month")
    return [(row.month.month, row.average) for row in rows]


def test_the_next_balance_of_either_number_forgets_nothing_of_the_other(
    kept, twin, head, record, now
):
    record(kept, {"2026-11-01": "300000"})
    record(twin, {"2026-11-01": "200000"})
    merge(fresh(kept), fresh(twin), by=head, at=now)

    record(kept, {"2026-11-20": "310000"})
    record(twin, {"2026-11-21": "250000"})

    assert fresh(kept).aum == D(560_000)


def test_the_months_of_one_person_are_those_of_both_files(kept, twin, head, record, now):
    record(kept, {"2026-09-01": "300000"})
    record(twin, {"2026-09-16": "400000"})
    done = merge(fresh(kept), fresh(twin), by=head, at=now)

    assert averages(kept) == [(9, D(500_000)), (10, D(700_000))]
    assert fresh(kept).tier == "platinum"
    undo(done, by=head, at=now)
    assert averages(kept) == [(9, D(300_000)), (10, D(300_000))]
    assert fresh(kept).tier == "gold"


def test_a_file_opened_by_hand_counts_what_the_banks_own_file_has(kept, twin, head, record, now):
    record(twin, {"2026-09-01": "2000000"})
    done = merge(kept, fresh(twin), by=head, at=now)

    assert (fresh(kept).aum, fresh(kept).tier) == (D(2_000_000), "diamond")
    undo(done, by=head, at=now)
    assert (fresh(kept).aum, fresh(kept).tier) == (D(0), "regular")
    assert averages(kept) == []
    assert not Standing.objects.filter(client=kept).exists()


def test_a_balance_of_a_merged_number_settles_the_kept_file_at_once(
    kept, twin, head, record, now, tmp_path
):
    record(kept, {"2026-11-20": "1"})
    merge(fresh(kept), twin, by=head, at=now)
    (tmp_path / "b.csv").write_text("number,day,closing\nT,2026-09-01,6000000\n")

    run("import_balances", MAPPINGS / "balances.toml", tmp_path / "b.csv")

    assert fresh(kept).tier == "private"


def test_an_outflow_of_a_merged_number_is_the_persons_outflow(kept, twin, head, record, now):
    record(kept, {"2026-10-01": "600000"})
    record(twin, {"2026-10-01": "600000", "2026-11-20": "0"})
    merge(fresh(kept), fresh(twin), by=head, at=now)

    found = facts.outflows([fresh(kept)], on=date(2026, 11, 23))

    assert found[kept.pk].percent == 50


def test_a_movement_of_a_merged_number_is_a_sign_of_life(kept, twin, head, record, now):
    record(twin, {"2026-01-01": "600000", "2026-11-01": "700000"})
    Client.objects.filter(pk=kept.pk).update(responsible_since="2024-01-01T00:00+08:00")
    merge(fresh(kept), fresh(twin), by=head, at=now)

    known = facts.facts([fresh(kept)], on=date(2027, 6, 1))

    assert known[kept.pk].heard_on == date(2026, 11, 1)


def test_what_both_files_brought_in_is_added_by_year(kept, twin, head, now):
    ContributionFactory(client=kept, fees=D(100), margin=D(10))
    ContributionFactory(client=twin, fees=D(200), margin=D(20))
    ContributionFactory(client=twin, year=2024, fees=D(1), margin=D(0))
    merge(kept, twin, by=head, at=now)

    found = contributions([kept.pk])[kept.pk]

    assert [(row.year, row.fees, row.margin) for row in found] == [
        (2025, D(300), D(30)),
        (2024, D(1), D(0)),
    ]
    assert assets(fresh(kept), on=date(2026, 11, 23)).contribution.total == D(330)


def test_the_peak_of_a_month_is_a_balance_of_that_month(kept, record):
    record(kept, {"2026-09-01": "900000", "2026-10-01": "100000"})

    assert MonthAverage.objects.get(client=kept, month=date(2026, 10, 1)).peak == D(100_000)
