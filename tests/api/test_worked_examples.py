"""The worked examples of rules H8 and H2 come out to the cent on the page, by API and command."""

import json
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from managers.competition import actions
from managers.competition.metrics import RATES
from tests.managers.contest import TODAY, give
from tests.managers.examples import LOBBY, MARKETING, SECOND, THIRD, WEALTH

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Example:
    """Who has which results, and the scores by metric, deduction and total worked out by hand."""

    person: str
    amounts: dict
    lines: list[str]
    deducted: str
    total: str


# How each figure is reached stands in tests/managers/test_scoring.py.
EXAMPLES = (
    Example(
        "rm",
        WEALTH,
        ["33.13", "11.25", "15.00", "18.36", "10.25", "9.14", "5.78", "5.07"],
        "2.00",
        "105.98",
    ),
    Example("marketing", MARKETING, ["46.00", "21.00", "15.31", "10.07", "4.96"], "6.00", "91.34"),
    Example("lobby", LOBBY, ["39.17", "45.00", "15.79"], "0.00", "99.96"),
)
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.person)


@pytest.fixture
def person(example, request, quarter):
    found = request.getfixturevalue(example.person)
    give(found, **example.amounts)
    return found


def standings(*args, **options) -> str:
    out = StringIO()
    call_command("standings", *args, stdout=out, **options)
    return out.getvalue()


@each_example
def test_the_page_shows_it(client, quarter, person, example):
    client.force_login(person)

    response = client.get(reverse("competition"))

    row = response.context["table"].of(person.pk)
    assert [str(line.score) for line in row.score.lines] == example.lines
    html = response.content.decode()
    assert [figure for figure in (*example.lines, example.total) if figure not in html] == []


@each_example
def test_the_api_answers_it(quarter, person, example, speaking_for):
    url = f"/api/v1/competitions/{quarter.pk}/standings/"

    rows = speaking_for(person).get(url).json()["results"]

    [row] = [row for row in rows if row["staff"] == person.pk]
    assert [line["score"] for line in row["lines"]] == example.lines
    assert (row["deducted"], row["score"]) == (example.deducted, example.total)


@each_example
def test_the_command_prints_it(quarter, person, example):
    rows = json.loads(standings(json=True))["results"]

    [row] = [row for row in rows if row["employee_no"] == person.employee_no]
    assert [*row["lines"].values()] == example.lines
    assert (row["deducted"], row["score"]) == (example.deducted, example.total)


def test_the_command_shares_the_pool_to_the_cent(quarter, rm, peer, stranger):
    """Rules H8: the two cents left go to C and B."""
    for person, amounts in ((rm, WEALTH), (peer, SECOND), (stranger, THIRD)):
        give(person, **amounts)

    printed = standings(quarter.pk, division="wealth_rm.middle").splitlines()

    assert [line.split("\t") for line in printed] == [
        ["1", "wealth_rm.middle", rm.employee_no, "105.98", "10753.93"],
        ["2", "wealth_rm.middle", peer.employee_no, "98.40", "9984.78"],
        ["3", "wealth_rm.middle", stranger.employee_no, "91.27", "9261.29"],
    ]


def test_the_command_knows_the_table_of_an_earlier_day(quarter, rm):
    give(rm, new_vip="3")

    [before] = json.loads(standings(quarter.pk, "--as-of", "2026-11-22", "--json"))["results"]

    assert before["score"] == "0.00"


def test_what_the_command_does_not_find_it_says(quarter):
    for asked in ({"division": "king"}, {"competition": 0}):
        with pytest.raises(CommandError, match="There is no"):
            call_command("standings", **asked)
    with pytest.raises(CommandError, match="Nobody of this number takes part"):
        call_command("standings", staff="000000")


def test_the_command_explains_one_score_down_to_its_entries(quarter, rm, peer, now):
    give(rm, **WEALTH)
    give(peer, sales="1")
    source = "new_vip:7:2026-11:1"
    actions.credit(rm, Decimal(2), metric="new_vip", source=source, day=TODAY, at=now)
    actions.reverse(source, at=now)

    found = json.loads(standings(staff=rm.employee_no, json=True))

    assert (found["score"], found["deducted"]) == ("105.98", "2.00")
    [vips] = [row for row in found["metrics"] if row["metric"] == "new_vip"]
    assert vips == {
        "metric": "new_vip",
        "actual": "9.00",
        "target": "12.00",
        "weight": "15",
        "uncapped": "11.25",
        "score": "11.25",
    }
    entries = {
        line["metric"]: [one for one in found["entries"] if one["metric"] == line["metric"]]
        for line in found["metrics"]
    }
    taken = [(one["amount"], one["takes_back"]) for one in entries["new_vip"]]
    assert taken[-2:] == [("2.00", ""), ("-2.00", source)]
    for metric in found["metrics"]:
        if metric["metric"] not in RATES:
            mine = entries[metric["metric"]]
            assert sum(Decimal(one["amount"]) for one in mine) == Decimal(metric["actual"])
    printed = standings(staff=rm.employee_no).splitlines()
    assert printed[0].split("\t")[2:4] == [rm.employee_no, "105.98"]
    assert len(printed) == 1 + len(found["metrics"]) + 1 + len(found["entries"])
