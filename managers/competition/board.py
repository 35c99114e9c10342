"""Who stands where: scores and places straight from the ledger, or as they were frozen."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise

from django.db.models import prefetch_related_objects

from crm.workdays import work_calendar
from managers.competition import scoring
from managers.competition.divisions import Division, Participant, members, participants
from managers.competition.frozen import thawed
from managers.competition.models import Competition
from managers.competition.rows import ABSENT, NOTHING, Row
from managers.competition.rulebook import Rulebook
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
        sums = share(name, sum_up) if shared else sum_up()
        rows = _live(rules, people, sums, is_first=since < competition.first)
    return Board(competition, rules, day, since, division, rows, dict(sizes))


def ranked_by(rows: Iterable[Row], metric: str) -> list[Row]:
    """The ranked people by one metric's part of the score alone, with places of their own.

    Whoever may see only some of them is shown those of the result: a place counts all.
    """
    known = [row for row in rows if row.place is not None]
    places = scoring.places({row.staff.pk: -row.score.part(metric) for row in known})
    found = [replace(row, place=places[row.staff.pk], part=row.score.part(metric)) for row in known]
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
    """The teams of a competition now, put together once for all who look within seconds."""

    def find() -> list[Team]:
        return teams(board(competition, today=today).rows, competition.rulebook)

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


def _live(rules, people, sums, *, is_first) -> list[Row]:
    now, *earlier = sums
    kinds = {_kind(one): one for one in people}
    asked = {
        kind: scoring.marks(rules, one.post, one.grade, one.present) for kind, one in kinds.items()
    }
    rows = [_row(rules, asked, one, now) for one in people]
    found: list[Row] = []
    for some in _by_division(rows):
        ranked = [row for row in some if row.bar != ABSENT]
        keys = ({} if is_first else _keys(rules, asked, ranked, totals) for totals in earlier)
        found += _placed(rules, some, ranked, *map(scoring.places, keys))
    return found


def _keys(rules: Rulebook, asked: dict, rows: list[Row], totals: dict) -> dict[int, tuple]:
    """What decided the places when the ledger held these totals."""
    return {
        row.staff.pk: scoring.key(rules, asked[_kind(row.who)], totals.get(row.staff.pk, {}))
        for row in rows
    }


def _placed(rules: Rulebook, rows: list[Row], ranked: list[Row], before, first) -> list[Row]:
    """Rows of a division with places and prizes, best first; the other two are earlier places."""
    places = scoring.places({row.staff.pk: row.score.key(rules.ties) for row in ranked})
    won = _prizes(rules, ranked, places)
    last = len(rows) + 1
    placed = [
        replace(
            row,
            place=places.get(pk),
            move=before[pk] - places[pk] if pk in before else None,
            climb=first[pk] - places[pk] if pk in first else None,
            prize=won.get(pk, NOTHING),
        )
        for row in rows
        for pk in [row.staff.pk]
    ]
    placed.sort(key=lambda row: (row.place or last, row.staff.employee_no))
    return _with_gaps(placed)


def _kind(one: Participant) -> tuple:
    """Whose targets are the same."""
    return one.post, one.grade, one.present_days


def _row(rules: Rulebook, asked: dict, one: Participant, totals: dict) -> Row:
    score = scoring.scored(rules, asked[_kind(one)], totals.get(one.staff.pk, {}))
    return Row(one, score, bar=_bar(rules, one, score))


def _bar(rules: Rulebook, one: Participant, score) -> str:
    if one.present_days * 100 < rules.presence * one.days:
        return ABSENT
    for metric, least in rules.gates.items():
        if score.has(metric) and score.actual(metric) < least:
            return metric
    # What only takes back an event of an earlier period bars nobody.
    barring = (one.metric for one in score.taken if one.metric in rules.barring and one.count > 0)
    return next(barring, "")


def _by_division(rows: Iterable[Row]) -> list[list[Row]]:
    """The rows of each division, in the order of the divisions."""
    found: dict[Division, list[Row]] = {}
    for row in rows:
        found.setdefault(row.division, []).append(row)
    return [found[division] for division in sorted(found)]


def _prizes(rules: Rulebook, ranked: list[Row], places: dict[int, int]) -> dict[int, Decimal]:
    eligible = [
        (row.staff.pk, places[row.staff.pk], row.score.total)
        for row in sorted(ranked, key=lambda row: (places[row.staff.pk], row.staff.pk))
        if not row.bar
    ]
    if rules.ranks:
        won = scoring.by_rank(rules.ranks, eligible)
    else:
        won = scoring.prizes(rules.pool, rules.winners, eligible)
    for pk, _place, points in eligible:
        if more := rules.milestone(points):
            won[pk] = won.get(pk, NOTHING) + more
    return won


def _with_gaps(rows: list[Row]) -> list[Row]:
    """How far the next better and the next worse place are; rows of a division, best first."""
    best = {row.place: row.score.total for row in rows if row.place is not None}
    steps = list(best)
    better = {place: before for before, place in pairwise([None, *steps])}
    worse = dict(pairwise([*steps, None]))
    found = []
    for row in rows:
        up, down = better.get(row.place), worse.get(row.place)
        total = row.score.total
        to_next = None if up is None else best[up] - total
        ahead = None if down is None else total - best[down]
        found.append(replace(row, to_next=to_next, ahead=ahead))
    return found
