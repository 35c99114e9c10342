"""The results of a made-up firm go into the ledger, which equals a count from its files."""

import sqlite3
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Count, Sum

from managers.audit.queries import verify
from managers.competition.board import board
from managers.competition.rulebook import Goal, Rulebook
from managers.models import AuditEvent, Eligibility, OrgUnit, PointEntry, Posting, Staff
from tests.factories import CompetitionFactory
from tests.importing import MAPPINGS, counts, import_results, rows
from tests.shared import shared_data

MAPPING = MAPPINGS / "crm-opportunities.toml"
# One point for 100 of sales and no cap in reach, so that a score tells sums apart by one.
BY_SALES = Rulebook(
    goals={"wealth_rm": (Goal("sales", Decimal(100), Decimal(10_000)),)},
    cap=Decimal(1_000),
    ties=(),
)
RANKING = """
    SELECT sales_agent, total, RANK() OVER (ORDER BY total DESC)
    FROM (
        SELECT sales_agent, COALESCE(SUM(CAST(close_value AS INTEGER)), 0) AS total
        FROM teams LEFT JOIN pipeline USING (sales_agent)
        GROUP BY sales_agent
    )
"""


@pytest.fixture(scope="module")
def imported(imported_once):
    return imported_once(lambda: import_results(MAPPING, shared_data("crm-opportunities")))


@pytest.fixture
def firm(imported, db):
    return imported


def shared_rows(name):
    return rows(shared_data("crm-opportunities", f"{name}.csv"))


def test_every_deal_that_was_won_goes_in_and_a_second_time_nothing_changes(firm):
    pipeline = shared_rows("sales_pipeline")
    stages = Counter(row["deal_stage"] for row in pipeline)
    won = stages.pop("Won")
    code, summary = firm
    assert code == 0
    assert counts(summary) == (4238, 0, 0, 0) == (won, 0, 0, 0)
    assert summary["skipped"] == stages
    assert summary["amount"] == "10005534.00"
    assert counts(summary, "people") == (35 + 6, 0, 0, 0)
    assert counts(summary, "units") == (1 + 3 + 6, 0, 0, 0)
    events = AuditEvent.objects.count()

    code, summary = import_results(MAPPING, shared_data("crm-opportunities"))

    assert code == 0
    assert counts(summary) == (0, 0, 4238, 0)
    assert counts(summary, "people") == (0, 0, 41, 0)
    assert AuditEvent.objects.count() == events
    assert verify().fault is None


def test_sums_of_each_agent_and_month_equal_a_count_from_the_file(firm):
    wanted = defaultdict(Decimal)
    for row in shared_rows("sales_pipeline"):
        if row["deal_stage"] == "Won":
            wanted[row["sales_agent"], row["close_date"][:7]] += Decimal(row["close_value"])

    found = PointEntry.objects.values_list("staff__name", "day__year", "day__month")
    sums = found.order_by().annotate(sum=Sum("amount"))
    assert {(name, f"{year}-{month:02d}"): p for name, year, month, p in sums} == wanted
    assert set(PointEntry.objects.values_list("metric", flat=True)) == {"sales"}


def test_totals_and_places_equal_a_ranking_by_sql_over_the_files(firm):
    with sqlite3.connect(":memory:") as files:
        files.execute("CREATE TABLE teams (sales_agent)")
        files.execute("CREATE TABLE pipeline (sales_agent, close_value)")
        agents = [(row["sales_agent"],) for row in shared_rows("sales_teams")]
        files.executemany("INSERT INTO teams VALUES (?)", agents)
        won = [
            (row["sales_agent"], row["close_value"])
            for row in shared_rows("sales_pipeline")
            if row["deal_stage"] == "Won"
        ]
        files.executemany("INSERT INTO pipeline VALUES (?, ?)", won)
        wanted = set(files.execute(RANKING))
    year = CompetitionFactory(
        first=date(2017, 1, 1), last=date(2017, 12, 31), rules=BY_SALES.dump()
    )

    found = board(year, today=year.last).rows

    assert {(r.staff.name, int(r.score.actual("sales")), r.place) for r in found} == wanted
    assert len(wanted) == 35


def test_agents_stand_in_their_managers_teams_and_offices(firm):
    teams = shared_rows("sales_teams")
    wanted = {(r["sales_agent"], f"Team {r['manager']}", r["regional_office"]) for r in teams}

    agents = Posting.objects.filter(post="wealth_rm", grade="trainee", step=1)
    assert set(agents.values_list("staff__name", "unit__name", "unit__parent__name")) == wanted
    heads = Posting.objects.filter(post="branch_head", sequence="management")
    assert set(heads.values_list("staff__name", "unit__name")) == {
        (row["manager"], f"Team {row['manager']}") for row in teams
    }
    kinds = OrgUnit.objects.order_by().values_list("kind").annotate(n=Count("pk"))
    assert dict(kinds) == {"head_office": 1, "branch": 3, "outlet": 6}


def test_agents_without_a_deal_are_there_all_the_same(firm):
    sold = {row["sales_agent"] for row in shared_rows("sales_pipeline")}
    idle = {row["sales_agent"] for row in shared_rows("sales_teams")} - sold

    without = Posting.objects.filter(post="wealth_rm", staff__point_entries=None)
    assert set(without.values_list("staff__name", flat=True)) == idle
    assert len(idle) == 5


def test_imported_people_are_attested_but_cannot_sign_in(firm):
    people = Staff.objects.all()

    assert {person.has_usable_password() for person in people} == {False}
    agents = people.filter(postings__post="wealth_rm")
    complete = [
        found for found in Eligibility.objects.filter(staff__in=agents) if found.is_complete
    ]
    assert len(complete) == agents.count() == 35
