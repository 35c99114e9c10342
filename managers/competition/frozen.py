"""The standings as they were frozen: written once, hashed, and read back the same (rules H6)."""

import hashlib
import json
from decimal import Decimal

from managers.audit.models import AuditEvent
from managers.competition.divisions import Participant
from managers.competition.models import Competition, FinalStanding
from managers.competition.rows import Row
from managers.competition.scores import Explained, Line, Score, Taken


def freeze_rows(competition: Competition, rows: list[Row]) -> list[FinalStanding]:
    """The rows as the database keeps them; not saved yet."""
    return [
        FinalStanding(
            competition=competition,
            staff=row.staff,
            unit=row.unit,
            post=row.post,
            grade=row.who.grade,
            present_days=row.who.present_days,
            place=row.place,
            prize=row.prize,
            bar=row.bar,
            explained=explained(row.score),
        )
        for row in rows
    ]


def digest(competition: Competition, final: list[FinalStanding]) -> str:
    """SHA-256 over period, rules, cut-off and every row, by person."""
    rows = [
        [
            *(one.staff_id, one.unit_id, one.post, one.grade, one.present_days),
            *(one.place, f"{one.prize:.2f}", one.bar, one.explained),
        ]
        for one in sorted(final, key=lambda one: one.staff_id)
    ]
    whole = {
        "competition": competition.pk,
        "first": competition.first.isoformat(),
        "last": competition.last.isoformat(),
        "rules": competition.rules,
        "cutoff": competition.cutoff,
        "rows": rows,
    }
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def is_untouched(competition: Competition) -> bool:
    """Whether the frozen rows and rules still have the hash that was written down."""
    return digest(competition, list(competition.final.all())) == competition.digest


def bent() -> list[int]:
    """Frozen competitions whose rows, rules or hash are not what the audit says was frozen."""
    events = AuditEvent.objects.filter(verb="competition.frozen")
    said = {one.subject_id: one.facts["digest"] for one in events}
    final = Competition.objects.filter(state__in=Competition.FINAL).order_by("pk")
    return [
        one.pk
        for one in final
        # The event of a month that was taken out of the audit is not there to compare with.
        if not is_untouched(one) or said.get(f"{one.pk}", one.digest) != one.digest
    ]


def thawed(competition: Competition) -> list[Row]:
    """The rows of a frozen competition, by division and place; one query."""
    final = competition.final.select_related("staff", "unit")
    rows = [_row(competition, one) for one in final]
    last = len(rows) + 1
    return sorted(rows, key=lambda r: (r.division, r.place or last, r.staff.employee_no))


def _row(competition: Competition, one: FinalStanding) -> Row:
    who = Participant(one.staff, one.unit, one.post, one.grade, one.present_days, competition.days)
    return Row(who, score_of(one.explained), place=one.place, prize=one.prize, bar=one.bar)


def explained(score: Explained) -> dict:
    """A score as JSON keeps it: amounts as text."""
    return {
        "lines": [
            [
                line.metric,
                *(f"{value}" for value in (line.actual, line.target, line.weight)),
                *(f"{value}" for value in (line.score, line.uncapped, line.most)),
            ]
            for line in score.lines
        ],
        "taken": [[one.metric, f"{one.count}", f"{one.points}"] for one in score.taken],
        "deducted": f"{score.deducted}",
        "total": f"{score.total}",
    }


def score_of(kept: dict) -> Score:
    """The score that `explained` wrote."""
    return Score(
        lines=tuple(Line(metric, *map(Decimal, values)) for metric, *values in kept["lines"]),
        taken=tuple(Taken(metric, *map(Decimal, values)) for metric, *values in kept["taken"]),
        deducted=Decimal(kept["deducted"]),
        total=Decimal(kept["total"]),
    )
