"""Who stands where: scores and places straight from the ledger, or as they were frozen."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from django.db.models import prefetch_related_objects

from crm.workdays import work_calendar
from managers.competition import scoring
from managers.competition.divisions import Division, Participant, members, participants
from managers.competition.frozen import thawed
from managers.competition.models import Competition
from managers.competition.rows import ABSENT, NOTHING, Row
from managers.competition.rulebook import Rulebook
from managers.competition.scoring import Asked, Counted
from managers.competition.shared import share
from managers.competition.sums import totals_until
from managers.people.models import OrgUnit


@dataclass(frozen=True)
class Board:
    """The table of one division, or of all one after another, best first; the unranked come last.

    `sizes` counts the people of every division, `since` is the working day that moves count from.
    """

    competition: Competition
    rules: Rulebook
    day: date
    since: date
    division: Division | None
    rows: list[Row]
    sizes: dict[Division, int]

    def of(self, staff_id: int | None) -> Row | None:
        """The row of a person, or None for somebody who does not take part."""
        return next((row for row in self.rows if row.staff.pk == staff_id), None)

    def above(self, row: Row) -> Row | None:
        """The nearest person of the division at a better place."""
        better = [r for r in self.rows if row.place and r.place and r.place < row.place]
        better = [other for other in better if other.division == row.division]
        return better[-1] if better else None

    @property
    def ranked(self) -> list[Row]:
        """Those who have a place."""
        return [row for row in self.rows if row.place is not None]

    @property
    def has_scores(self) -> bool:
        """Whether anybody has more than nothing."""
        return any(row.score.total for row in self.rows)


@dataclass(frozen=True)
class Team:
    """An outlet with the mean score of its ranked members, so that size does not win (rules H4)."""

    place: int
    unit: OrgUnit
    members: int
    mean: Decimal


def board(
    competition, *, today: date, division: Division | None = None, as_of=None, shared=False
) -> Board:
    """The table of a division, or of all, as of a day; today by default.

    Until it is frozen it is summed up from the ledger, so that nothing can drift: each time, or
    `shared` with all who look within seconds. A fixed number of queries for any number of people.
    """
    rules = competition.rulebook
    day = max(min(as_of or today, competition.last), competition.first)
    since = work_calendar().previous_workday(day - timedelta(days=1))
    if competition.is_final:
        rows = thawed(competition)
        sizes = Counter(row.division for row in rows)
        known = _by_division(row for row in rows if division in (None, row.division))
        rows = [row for some in known for row in _with_gaps(some)]
    else:
        sizes, people = _people(competition, rules, division)
        staff = None if division is None else [one.staff.pk for one in people]
        sum_up = partial(totals_until, competition, day, since, competition.first, staff=staff)
        name = f"{competition.pk}:{day}:{division.code if division else 'all'}"
        sums = share(name, partial(sum_up, quick=True)) if shared else sum_up()
        rows = _live(rules, people, sums, is_first=since < competition.first)
    return Board(competition, rules, day, since, division, rows, dict(sizes))


def ranked_by(rows: Iterable[Row], metric: str) -> list[Row]:
    """The ranked people by one metric's part of the score alone, with places of their own.

    Whoever may see only some of them is shown those of the result: a place counts all. Moves and
    steps to the next place are those of the whole score, so they are left out.
    """
    known = [row for row in rows if row.place is not None]
    places = scoring.places({row.staff.pk: -row.score.part(metric) for row in known})
    whole = {"to_next": None, "ahead": None, "move": None, "climb": None}
    found = [
        replace(row, place=places[row.staff.pk], part=row.score.part(metric), **whole)
        for row in known
    ]
    return sorted(found, key=lambda row: (row.place, row.staff.employee_no))


def teams(rows: Iterable[Row], rules: Rulebook) -> list[Team]:
    """Units with enough ranked members by their mean, best first."""
    members: dict[OrgUnit, list[Decimal]] = {}
    for row in rows:
        if row.place is not None:
            members.setdefault(row.unit, []).append(row.score.total)
    means = {
        unit: scoring.mean(scores) for unit, scores in members.items() if len(scores) >= rules.team
    }
    places = scoring.places({unit: -mean for unit, mean in means.items()})
    found = [Team(places[unit], unit, len(members[unit]), mean) for unit, mean in means.items()]
    return sorted(found, key=lambda team: (team.place, team.unit.code))


def shared_teams(competition, *, today: date) -> list[Team]:
    """The teams of a competition now, put together once for all who look within seconds.

    Of sums that are shared themselves: a result shows here two moments after its commit at most.
    """

    def find() -> list[Team]:
        return teams(board(competition, today=today, shared=True).rows, competition.rulebook)

    return share(f"{competition.pk}:{today}:teams", find)


def _people(competition, rules, division) -> tuple[dict, list[Participant]]:
    """How many people each division has, and those of one of them, or all."""
    if competition.pk:
        prefetch_related_objects([competition], "units")  # asked twice below
    if division is None:
        people = participants(competition, posts=rules.goals)
        return Counter(one.division for one in people), people
    there = members(competition, posts=rules.goals)
    among = there.get(division, [])
    sizes = {one: len(pks) for one, pks in there.items()}
    return sizes, participants(competition, posts=rules.goals, among=among)


class _Case(NamedTuple):
    """Somebody who takes part, before the places are known."""

    pk: int
    who: Participant
    score: Counted
    bar: str

    @property
    def division(self) -> Division:
        return self.who.division


def _live(rules, people, sums, *, is_first) -> list[Row]:
    now, *earlier = sums
    cases = _by_division(_cases(rules, people, now))
    return [row for some in cases for row in _placed(rules, some, [] if is_first else earlier)]


def _cases(rules: Rulebook, people: list[Participant], totals: dict) -> Iterator[_Case]:
    known: dict[tuple, Asked] = {}
    for one in people:
        kind = one.post, one.grade, one.present_days
        if kind not in known:
            known[kind] = scoring.asked_of(rules, one.post, one.grade, one.present)
        pk = one.staff.pk
        score = scoring.scored(known[kind], totals.get(pk, {}))
        yield _Case(pk, one, score, _bar(rules, one, score))


def _placed(rules: Rulebook, cases: list[_Case], earlier: list[dict]) -> list[Row]:
    """The rows of a division, best first; `earlier` totals of yesterday and of the first day."""
    ranked = [case for case in cases if case.bar != ABSENT]
    places = scoring.places({case.pk: case.score.key for case in ranked})
    before, first = [_places(ranked, totals) for totals in earlier] or ({}, {})
    won = _prizes(rules, ranked, places)
    gaps = _gaps({places[case.pk]: case.score.total for case in ranked})
    rows = []
    for pk, who, score, bar in cases:
        place = places.get(pk)
        to_next, ahead = gaps.get(place, (None, None))
        move = before[pk] - place if pk in before else None
        climb = first[pk] - place if pk in first else None
        prize = won.get(pk, NOTHING)
        rows.append(Row(who, score, place, to_next, ahead, move, climb, prize, bar))
    last = len(rows) + 1
    return sorted(rows, key=lambda row: (row.place or last, row.staff.employee_no))


def _places(ranked: list[_Case], totals: dict) -> dict[int, int]:
    """The places when the ledger held these totals."""
    return scoring.places(
        {case.pk: scoring.key(case.score.asked, totals.get(case.pk, {})) for case in ranked}
    )


def _bar(rules: Rulebook, one: Participant, score: Counted) -> str:
    if one.present_days * 100 < rules.presence * one.days:
        return ABSENT
    for metric, least in rules.gates.items():
        if score.has(metric) and score.actual(metric) < least:
            return metric
    # What only takes back an event of an earlier period bars nobody.
    taken = score.taken if rules.barring else ()
    return next((one.metric for one in taken if one.metric in rules.barring and one.count > 0), "")


def _by_division(rows: Iterable) -> list[list]:
    """The rows of each division, in the order of the divisions."""
    found: dict[Division, list] = {}
    for row in rows:
        found.setdefault(row.division, []).append(row)
    return [found[division] for division in sorted(found)]


def _prizes(rules: Rulebook, ranked: list[_Case], places: dict[int, int]) -> dict[int, Decimal]:
    eligible = [
        (case.pk, places[case.pk], case.score.total)
        for case in sorted(ranked, key=lambda case: (places[case.pk], case.pk))
        if not case.bar
    ]
    if rules.ranks:
        won = scoring.by_rank(rules.ranks, eligible)
    else:
        won = scoring.prizes(rules.pool, rules.winners, eligible)
    for pk, _place, points in eligible:
        if more := rules.milestone(points):
            won[pk] = won.get(pk, NOTHING) + more
    return won


def _gaps(totals: dict[int, Decimal]) -> dict[int, tuple[Decimal | None, Decimal | None]]:
    """Of each place with its total: how far the next better and the next worse one are."""
    places = sorted(totals)
    around = zip([None, *places], places, [*places[1:], None], strict=False)
    return {
        place: (
            None if better is None else totals[better] - totals[place],
            None if worse is None else totals[place] - totals[worse],
        )
        for better, place, worse in around
    }


def _with_gaps(rows: list[Row]) -> Iterator[Row]:
    """Rows of a division as they were frozen, with how far the places beside them are."""
    gaps = _gaps({row.place: row.score.total for row in rows if row.place is not None})
    for row in rows:
        to_next, ahead = gaps.get(row.place, (None, None))
        yield replace(row, to_next=to_next, ahead=ahead)
