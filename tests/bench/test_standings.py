"""The measure of standings looks at one table: floor, page, API, wall and rebuild agree."""

from decimal import Decimal

import pytest
from django.db.models import Sum
from django.test import Client as Browser
from django.urls import reverse
from rest_framework.test import APIClient

from bench import standing
from crm.lib import clock
from managers.competition.board import board
from managers.competition.metrics import RATES
from managers.models import Competition, PointEntry

PEOPLE, ENTRIES = 48, 600
pytestmark = pytest.mark.django_db


@pytest.fixture
def measured(db):
    """What a small run found, and what page, API and wall answered last."""
    answers = {}

    def visit(person, competition):
        browser, program = Browser(), APIClient()
        browser.force_login(person)
        program.force_authenticate(person)
        own = board(competition, today=clock.today()).of(person.pk).division
        api = reverse("api-competition-standings", args=[competition.pk])
        looks = {
            "page": lambda: browser.get(reverse("competition")),
            "api": lambda: program.get(api, {"division": own.code}),
            "wall": lambda: browser.get(reverse("wallboard", args=[competition.pk])),
        }

        def look(name):
            answers[name] = looks[name]()

        return {name: lambda name=name: look(name) for name in looks}

    found = standing.measure(PEOPLE, ENTRIES, visit, runs=1)
    return found, answers


def recorded() -> dict:
    """The sums of what the bench recorded at first, by person and metric."""
    entries = PointEntry.objects.filter(source__startswith="bench:").exclude(metric__in=RATES)
    sums = entries.order_by().values_list("staff", "metric").annotate(Sum("amount"))
    return {(person, metric): amount for person, metric, amount in sums}


def test_page_api_and_wall_that_are_measured_show_the_sums_of_the_ledger(measured):
    found, answers = measured
    page, wall = (answers[name].context for name in ("page", "wall"))
    people = {row.staff.pk for row in page["rows"]}
    wanted = {key: amount for key, amount in recorded().items() if key[0] in people}

    on_page = {
        (row.staff.pk, line.metric): line.actual
        for row in page["rows"]
        for line in row.score.lines
        if line.metric not in RATES and line.actual
    }
    by_api = {
        (row["staff"], line["metric"]): Decimal(line["actual"])
        for row in answers["api"].json()["results"]
        for line in row["lines"]
        if line["metric"] not in RATES and Decimal(line["actual"])
    }

    assert (on_page, by_api) == (wanted, wanted)
    assert found["division"] == len(people) == PEOPLE // 6  # two of four posts, in three bands
    shown = [*wall["podium"], *wall["others"]]
    assert [row.staff for row in shown] == [row.staff for row in page["rows"]]


def test_the_rebuilt_table_holds_everybody_and_each_new_result_once(measured):
    live = PointEntry.objects.filter(source__startswith="live:")
    rm = live.first().staff
    table = board(Competition.objects.get(), today=clock.today())

    contacts = recorded()[rm.pk, "contact"] + live.count()
    assert (len(table.rows), table.of(rm.pk).score.actual("contact")) == (PEOPLE, contacts)
    assert {entry.amount for entry in live} == {1}


def test_a_table_that_differs_from_the_bare_sums_is_not_measured(measured):
    stray = Competition.objects.get()
    stray.last = stray.first
    with pytest.raises(RuntimeError, match="differs from the sums"):
        standing.check(stray)
