"""What an assessment rests on: read once for everybody of a cycle, then frozen (rules B6)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm.lib import clock
from managers.competition import scoring
from managers.competition.board import board
from managers.competition.frozen import explained, score_of
from managers.competition.models import Competition
from managers.competition.rows import ABSENT, Row
from managers.competition.rulebook import usual
from managers.competition.scores import Score
from managers.grades import criteria
from managers.grades.criteria import Met
from managers.grades.models import Assessment, Cycle
from managers.grades.proposing import Case
from managers.people.ladder import Grade
from managers.people.models import Eligibility, Post, Posting, Sequence

_QUARTERS = 4  # scores of quarters that an assessment shows


@dataclass(frozen=True, slots=True)
class Found:
    """One person's case, and the evidence as it is kept."""

    posting: Posting
    case: Case
    evidence: dict


def gather(
    *, kind: str, first: date, last: date, rules: dict, staff=None, today: date | None = None
) -> Iterator[Found]:
    """The cases of everybody of the sequence on the last day, or of one; fixed queries.

    `today` looks into a period that has not ended, with the targets of the whole of it.
    """
    until = min(today or last, last)
    postings = list(_postings(until, staff))
    people = [posting.staff_id for posting in postings]
    rows = _rows(first, last, until)
    earlier = _earlier(people, before=first if kind == Cycle.Kind.QUARTER else last)
    read = criteria.readings(people, first, until)
    held = criteria.licences_held(people, until)
    since = _in_grade_since(people, until)
    attested = _attested(people)
    for posting in postings:
        pk = posting.staff_id
        row = rows.get(pk)
        quarters = earlier.get(pk, [])[:_QUARTERS]
        total, explained_score = _score(kind, row, quarters, first)
        own = {code: values[pk] for code, values in read.items()}
        own["compliance"] = row.score.deducted if row else Decimal(0)
        judged = criteria.judge(rules, post=posting.post, grade=posting.grade, read=own)
        missing = _missing(rules, posting, held.get(pk, []))
        months = _months(since.get((pk, posting.grade), posting.since), until)
        shown = [(f"{cycle}", found) for cycle, found in quarters]
        scores = tuple(found for _cycle, found in quarters)
        yield Found(
            posting,
            Case(
                Grade(posting.grade),
                posting.step,
                total,
                (total, *scores) if kind == Cycle.Kind.QUARTER else scores,
                (*(one.code for one in judged if not one.met), *(["licences"] if missing else [])),
                months,
            ),
            {
                "score": explained_score,
                "present_days": row.who.present_days if row else 0,
                "quarters": [[name, _text(s)] for name, s in shown],
                "criteria": [[m.code, f"{m.needed}", _text(m.actual), m.met] for m in judged],
                "licences": [[name, f"{until}"] for name, until in held.get(pk, [])],
                "missing": list(missing),
                "months": months,
                "attested": attested.get(pk) and f"{attested[pk]}",
            },
        )


def case_of(assessment: Assessment, *, asked: Mapping[str, int]) -> Case:
    """The case as it was frozen, to try it with other thresholds.

    `asked` is the percent of what was asked, by criterion; the others as they were.
    """
    kept = assessment.evidence
    unmet = [one.code for one in met(kept) if not _is_met(one, asked.get(one.code))]
    quarters = tuple(_amount(s) for _name, s in kept["quarters"])
    is_quarter = assessment.cycle.kind == Cycle.Kind.QUARTER
    return Case(
        Grade(assessment.grade),
        assessment.step,
        assessment.score,
        (assessment.score, *quarters) if is_quarter else quarters,
        (*unmet, *(["licences"] if kept["missing"] else [])),
        kept["months"],
    )


def met(kept: dict) -> list[Met]:
    """The criteria as evidence keeps them."""
    rows = kept.get("criteria", [])
    return [Met(code, Decimal(need), _amount(has), is_met) for code, need, has, is_met in rows]


def score(kept: dict) -> Score | None:
    """The score as evidence keeps it; None for a year, and for who was there too few days."""
    return score_of(kept["score"]) if kept.get("score") else None


def _is_met(one: Met, percent: int | None) -> bool:
    if percent is None or one.actual is None:
        return one.met
    return 100 * one.actual >= one.needed * percent


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount}"


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _postings(last: date, staff):
    only = {} if staff is None else {"staff": staff}
    found = Posting.objects.on(last).filter(sequence=Sequence.RM, staff__is_active=True, **only)
    return found.select_related("staff", "unit").order_by("staff__employee_no")


def _rows(first: date, last: date, until: date) -> dict[int, Row]:
    """Scores of the period by the usual weights, with the targets of each grade (rules H1, H2)."""
    period = Competition(first=first, last=last, rules=usual().dump())
    return {row.staff.pk: row for row in board(period, today=until).rows}


def _score(kind: str, row: Row | None, quarters, first) -> tuple[Decimal | None, dict | None]:
    if kind == Cycle.Kind.YEAR:
        own = [score for cycle, score in quarters if cycle.first >= first]
        known = [score for score in own if score is not None]
        return (scoring.mean(known) if known else None), None
    if row is None or row.bar == ABSENT:
        return None, None
    return row.score.total, explained(row.score)


def _earlier(people, *, before: date) -> dict[int, list[tuple[Cycle, Decimal | None]]]:
    """The scores of each person's quarters that ended before or on a day, the latest first."""
    found: dict[int, list] = {}
    rows = Assessment.objects.filter(
        staff__in=people, cycle__kind=Cycle.Kind.QUARTER, cycle__last__lte=before
    ).select_related("cycle")
    for one in rows.order_by("-cycle__last"):
        found.setdefault(one.staff_id, []).append((one.cycle, one.score))
    return found


def _in_grade_since(people, until: date) -> dict[tuple[int, str], date]:
    """The day on which each person last came into each grade, up to a day."""
    since: dict[tuple[int, str], date] = {}
    last: dict[int, str] = {}
    rows = Posting.objects.filter(staff__in=people, since__lte=until).order_by("staff", "since")
    for person, grade, day in rows.values_list("staff", "grade", "since"):
        if last.get(person) != grade:
            since[person, grade] = day
        last[person] = grade
    return since


def _attested(people) -> dict[int, date]:
    """The day of each person's latest attestation, where all five hold (rules A4)."""
    found: dict[int, date | None] = {}
    rows = Eligibility.objects.filter(staff__in=people).order_by("attested_at", "pk")
    for one in rows:
        day = clock.local(one.attested_at).date()
        found[one.staff_id] = day if one.is_complete else None
    return {pk: day for pk, day in found.items() if day}


def _missing(rules, posting: Posting, held) -> tuple[str, ...]:
    if posting.post != Post.WEALTH_RM:
        return ()
    kinds = {kind for kind, _until in held}
    return tuple(kind for kind in rules["ladder.licences"][posting.grade] if kind not in kinds)


def _months(since: date, until: date) -> int:
    whole = (until.year - since.year) * 12 + until.month - since.month
    return whole if until.day >= since.day else whole - 1
