"""Results in any order and however often, people who are moved: the same standings (H1 to H7)."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from managers.competition.actions import credit, reverse
from managers.competition.board import board, teams
from managers.models import PointEntry
from managers.people.ladder import Grade
from tests.factories import CompetitionFactory, PostingFactory
from tests.managers.contest import TODAY
from tests.managers.examples import RULES
from tests.managers.test_standings_always import EVENT, FIRST, LAST, cents, expected

TEAMS_OF_TWO = replace(RULES, team=2)
PERSON = st.tuples(
    st.sampled_from(Grade.values),
    st.dates(date(2026, 8, 1), date(2026, 11, 1)),  # there since
    st.none() | st.integers(1, 120),  # days until the transfer
    st.sampled_from(Grade.values),  # held from then on
)


def posted(person, units):
    """A wealth RM with one posting or two; returns whom, and what the standings go by.

    The grade is that of the first posting in the period, the unit that of the last.
    """
    grade, since, days, later = person
    moved = days and since + timedelta(days=days)
    staff = PostingFactory(unit=units[0], grade=grade, step=1, since=since, until=moved).staff
    if not moved:
        return staff, (grade, since), units[0]
    PostingFactory(staff=staff, unit=units[1], grade=later, step=1, since=moved)
    return staff, (grade if moved > FIRST else later, since), units[moved <= LAST]


def told(events, staff) -> dict:
    """What counts of each person by the events alone; what is taken back is so today."""
    found: dict = {}
    for who, metric, amount, day, is_back in events:
        mine = found.setdefault(staff[who % len(staff)].pk, [])
        if day >= FIRST:
            mine.append((metric, amount, 1))
        if is_back:
            mine.append((metric, -amount, -1))
    return found


def tell(act, n, events, staff, at):
    """An event, or its correction; a correction that comes first waits for its event."""
    who, metric, amount, day, _back = events[n]
    source = f"event:{n}"
    if act == "credit":
        one = {"metric": metric, "source": source, "day": day, "at": at}
        credit(staff[who % len(staff)], amount, **one)
    elif PointEntry.objects.filter(source=source).exists():
        reverse(source, at=at)


def means(standings, unit_of) -> set:
    """Mean, members and unit of every team, from the places and totals of the rules alone."""
    scores: dict = {}
    for pk, (place, total) in standings.items():
        if place is not None:
            scores.setdefault(unit_of[pk], []).append(total)
    return {
        (unit, len(some), cents(sum(some, Fraction(0)) / len(some)))
        for unit, some in scores.items()
        if len(some) >= TEAMS_OF_TWO.team
    }


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(PERSON, min_size=1, max_size=5),
    events=st.lists(EVENT, max_size=10),
    data=st.data(),
)
def test_each_result_counts_once_in_whatever_order_it_comes_and_wherever_people_go(
    outlet, other_outlet, now, people, events, data
):
    acts = [("credit", n) for n in range(len(events))] * 2
    backs = [("reverse", n) for n, event in enumerate(events) if event[-1]]
    order = data.draw(st.permutations(acts + backs))
    with transaction.atomic():
        quarter = CompetitionFactory(rules=TEAMS_OF_TWO.dump())
        there = [posted(one, (outlet, other_outlet)) for one in people]
        staff = [person for person, _facts, _unit in there]
        for act, n in [*order, *backs]:
            tell(act, n, events, staff, now)
        rows = board(quarter, today=TODAY).rows
        ranked_teams = teams(rows, TEAMS_OF_TWO)
        transaction.set_rollback(True)

    facts = {one.pk: ("wealth_rm", grade, since, None) for one, (grade, since), _unit in there}
    wanted = expected(facts, told(events, staff))
    assert {row.staff.pk: (row.place, Fraction(row.score.total)) for row in rows} == wanted
    unit_of = {person.pk: unit for person, _facts, unit in there}
    found = {(team.unit, team.members, Fraction(team.mean)) for team in ranked_teams}
    assert found == means(wanted, unit_of)
    assert [team.place for team in ranked_teams] == [
        1 + sum(other.mean > team.mean for other in ranked_teams) for team in ranked_teams
    ]
