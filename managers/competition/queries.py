"""What the pages ask about one person or one competition."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from django.db.models import Count, Q

from crm.lib.money import CENT
from crm.lib.paging import Page
from managers.competition import scoring
from managers.competition.board import Board, board
from managers.competition.divisions import participants, present_until
from managers.competition.hand import Hand
from managers.competition.metrics import MONEY, RATES
from managers.competition.models import Competition
from managers.competition.rows import Row
from managers.competition.scores import Explained, Total, label
from managers.competition.sums import counted, totals_until

State = Competition.State


@dataclass(frozen=True)
class Place:
    """A person's own place in the running competition, for the card on Today."""

    competition: Competition
    row: Row
    of: int
    above: Row | None
    since: date


def current(*, on: date) -> Competition | None:
    """The competition that a page shows unasked: the one that runs, else the last announced."""
    found = list(Competition.objects.announced()[:12])
    running = [one for one in found if one.state == State.RUNNING and one.first <= on <= one.last]
    return next(iter(running or found), None)


def standing_of(staff, *, on: date) -> Place | None:
    """Where a person stands in the running competition; None for those who do not compete."""
    competition = current(on=on)
    if competition is None or competition.state != State.RUNNING:
        return None
    table = own_board(competition, staff, today=on, shared=True)
    row = table and table.of(staff.pk)
    if not row or row.place is None:
        return None
    return Place(competition, row, len(table.ranked), table.above(row), table.since)


def own_board(competition: Competition, staff, **asked) -> Board | None:
    """`board` of a person's own division; None for somebody who does not take part."""
    people = participants(competition, posts=competition.rulebook.goals, staff=staff)
    if not people:
        return None
    return board(competition, division=people[0].division, **asked)


def entries(competition: Competition, staff):
    """A person's entries that count, newest first."""
    return counted(competition).filter(staff=staff).order_by("-day", "-pk")


def entry_counts(competition: Competition, staff) -> dict[str, int]:
    """How many entries each metric of a person has. One query."""
    found = entries(competition, staff).order_by().values_list("metric")
    return dict(found.annotate(n=Count("pk", filter=Q(reverses=None))))


def forecast(table: Board, row: Row) -> Decimal | None:
    """The score at the end if the days to come bring what those so far brought; None at the end.

    The days are the person's own: who came late goes on at the pace since then.
    """
    competition, who = table.competition, row.who
    if competition.is_final or table.day >= competition.last:
        return None
    passed = present_until(competition, row.staff, table.day)
    [totals] = totals_until(competition, table.day, staff=[row.staff.pk])
    ahead = scoring.forecast(totals.get(row.staff.pk, {}), passed=passed, days=who.present_days)
    return scoring.score(table.rules, who.post, who.grade, who.present, ahead).total


def history(table: Board, row: Row) -> list[tuple[date, Decimal]]:
    """The score at the end of each day so far, oldest first. One query."""
    by_day: dict[date, list] = {}
    found = entries(table.competition, row.staff).filter(day__lte=table.day)
    for day, metric, amount, reverses in found.values_list("day", "metric", "amount", "reverses"):
        sign = 1 if reverses is None else -1
        by_day.setdefault(day, []).append((metric, amount, sign))
    totals: dict = {}
    scores, who = [], row.who
    for n in range((table.day - table.competition.first).days + 1):
        day = table.competition.first + timedelta(days=n)
        for metric, amount, sign in by_day.get(day, ()):
            totals[metric] = totals.get(metric, Total(0, 0)).plus(Total.of(amount, sign))
        if day in by_day or not scores:
            total = scoring.score(table.rules, who.post, who.grade, who.present, totals).total
        scores.append((day, total))
    return scores


@dataclass(frozen=True)
class Way:
    """So much more of one metric, alone, would bring the next place: whole things, or CNY."""

    metric: str
    amount: Decimal
    points: Decimal
    hand: Hand | None = None

    @property
    def label(self) -> str:
        """The metric's name."""
        return label(self.metric)

    @property
    def is_money(self) -> bool:
        """Whether the amount is CNY."""
        return self.metric in MONEY


def ways(table: Board, row: Row, hands: Mapping[str, Hand] | None = None) -> list[Way]:
    """What would each alone take a person past the next place; the shortest first."""
    above = table.above(row)
    if above is None:
        return []
    return ways_to(above.score.total + CENT, row.score, hands)


def ways_to(total: Decimal, score: Explained, hands: Mapping[str, Hand] | None = None) -> list[Way]:
    """What each alone would bring the score up to a total; the shortest by target first.

    What deductions cost below the floor is made up for, too. What the person has something at hand
    for comes before the rest.
    """
    hands = hands or {}
    gap = total - (score.earned - score.deducted)
    found = []
    for line in score.lines:
        more = None if line.metric in RATES else scoring.needed(line, gap)
        if more is not None:
            more = more if line.is_money else more.to_integral_value(ROUND_CEILING)
            hand, points = hands.get(line.metric), scoring.gained(line, more)
            found.append((hand is None, more / line.target, Way(line.metric, more, points, hand)))
    return [way for *_order, way in sorted(found, key=lambda one: one[:2])][:3]


def page(rows: list[Row], *, after: str | None, before: str | None, size: int) -> Page:
    """One page of a ranked list; a cursor is the id of the person at its edge.

    Somebody who left the list meanwhile leads to the first page.
    """
    places = {str(row.staff.pk): index for index, row in enumerate(rows)}
    start = 0
    if after in places:
        start = places[after] + 1
    elif before in places:
        start = max(places[before] - size, 0)
    shown = rows[start : start + size]
    following = start + size < len(rows)
    return Page(
        shown,
        next_cursor=str(shown[-1].staff.pk) if shown and following else None,
        previous_cursor=str(shown[0].staff.pk) if shown and start else None,
    )
