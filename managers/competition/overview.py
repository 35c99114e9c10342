"""How the divisions stand, or would have stood under rules that are being drafted."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from crm.lib import clock
from managers.competition.board import Board, board
from managers.competition.divisions import Division
from managers.competition.models import Competition
from managers.competition.rows import NOTHING


@dataclass(frozen=True)
class Standing:
    """One division: the people, those with a place, and what they reach and win."""

    division: Division
    people: int
    ranked: int
    best: Decimal
    median: Decimal
    full: int  # people with 100 points or more
    prizes: Decimal
    winners: int


@dataclass(frozen=True)
class Overview:
    """All divisions of a table, and its days."""

    first: date
    last: date
    divisions: list[Standing]

    @classmethod
    def of(cls, table: Board) -> "Overview":
        """What a table says of each division in which somebody has a place."""
        found = []
        for division in Division.all(table.rules.goals):
            rows = [row for row in table.ranked if row.division == division]
            if rows:
                found.append(_standing(division, table.sizes[division], rows))
        return cls(table.competition.first, table.competition.last, found)

    @classmethod
    def tried(cls, draft: Competition, *, today: date) -> "Overview":
        """The rules of a draft on results of the past.

        As many days as the draft has, up to the end of the last quarter: targets are for a period
        of this length.
        """
        first, _end = clock.quarter_of(today)
        last = first - timedelta(days=1)
        first = first - timedelta(days=draft.days)
        trial = Competition(first=first, last=last, rules=draft.rules)
        trial.chosen = list(draft.units.all())
        return cls.of(board(trial, today=last))

    @property
    def people(self) -> int:
        """How many take part where somebody has a place."""
        return sum(one.people for one in self.divisions)

    @property
    def prizes(self) -> Decimal:
        """What is won, in CNY."""
        return sum((one.prizes for one in self.divisions), NOTHING)

    @property
    def winners(self) -> int:
        """How many win something."""
        return sum(one.winners for one in self.divisions)


def _standing(division: Division, people: int, rows: list) -> Standing:
    scores = [row.score.total for row in rows]
    won = [row.prize for row in rows if row.prize]
    return Standing(
        division,
        people=people,
        ranked=len(rows),
        best=max(scores),
        median=Decimal(median(scores)).quantize(Decimal("0.01")),
        full=sum(score >= 100 for score in scores),
        prizes=sum(won, NOTHING),
        winners=len(won),
    )
