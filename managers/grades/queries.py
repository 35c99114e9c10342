"""Where somebody stands on the ladder, and how a cycle would look under other thresholds."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm.lib import clock
from managers.competition.queries import Way, ways_to
from managers.competition.scores import Explained
from managers.grades import evidence, rules
from managers.grades.criteria import Met
from managers.grades.models import Assessment, Cycle
from managers.grades.proposing import Proposal, Thresholds, kept_rules, move, propose
from managers.people.ladder import STEPS, Grade
from managers.people.models import Posting

_LOOKED_AT = 25  # assessments among which the next one for a person is looked for


@dataclass(frozen=True)
class Standing:
    """A person's place, and what this quarter has brought so far for the next step.

    `proposal` is what would be proposed if the quarter ended today with its full targets.
    """

    posting: Posting
    place: int
    first: date
    last: date
    score: Explained | None
    criteria: list[Met]
    evidence: dict
    proposal: Proposal
    up: Decimal
    ways: list[Way]
    rules: dict

    @property
    def total(self) -> Decimal | None:
        """The score so far."""
        return self.score and self.score.total

    @property
    def is_at_the_top(self) -> bool:
        """Whether the next step is another grade, to which only a year leads (rules B3)."""
        return self.posting.step == STEPS[Grade(self.posting.grade)]

    @property
    def unmet(self) -> list[str]:
        """Codes of what the grade asks and is not there."""
        found = [one.code for one in self.criteria if not one.met]
        return [*found, *(["licences"] if self.evidence["missing"] else [])]


@dataclass(frozen=True)
class Rung:
    """One grade of the picture: its steps, and which one is held."""

    grade: Grade
    steps: list[tuple[int, bool, bool]]  # number, reached, held
    is_here: bool


def standing(staff, *, on: date) -> Standing | None:
    """Where a person stands today; None for posts without a grade."""
    first, last = clock.quarter_of(on)
    kept = kept_rules(on)
    found = next(
        evidence.gather(kind="quarter", first=first, last=last, rules=kept, staff=staff, today=on),
        None,
    )
    if found is None:
        return None
    score = evidence.score(found.evidence)
    thresholds = Thresholds.of(kept)
    return Standing(
        found.posting,
        rules.place(found.posting.grade, found.posting.step),
        first,
        last,
        score,
        evidence.met(found.evidence),
        found.evidence,
        propose(found.case, thresholds, Cycle.Kind.QUARTER),
        thresholds.up,
        ways_to(thresholds.up, score) if score and score.total < thresholds.up else [],
        kept,
    )


def rungs(posting: Posting) -> list[Rung]:
    """The ladder as a picture, lowest grade first."""
    own = rules.place(posting.grade, posting.step)
    found, before = [], 0
    for grade, count in STEPS.items():
        here = grade == posting.grade
        steps = [
            (step, before + step <= own, here and step == posting.step)
            for step in range(1, count + 1)
        ]
        found.append(Rung(grade, steps, here))
        before += count
    return found


def history(staff):
    """Postings with a grade, the latest first, with the assessment that led to each."""
    rows = Posting.objects.filter(staff=staff).exclude(grade="").order_by("-since")
    return rows.select_related("unit", "assessment__cycle", "assessment__decided_by")


def next_like(person, done: Assessment, states, *, at) -> Assessment | None:
    """The oldest of those in these states that waits for the same act of this person."""
    rows = Assessment.objects.visible_to(person).filter(state__in=states).exclude(pk=done.pk)
    some = rows.for_list().order_by("made_at", "pk")[:_LOOKED_AT]
    return next((one for one in some if rules.allowed_actions(person, one, at=at)), None)


@dataclass(frozen=True)
class Trial:
    """A cycle under other thresholds: how many move which way, before and then, and who differs."""

    before: dict[str, int]
    then: dict[str, int]
    differing: list[tuple[Assessment, Proposal]]


def simulate(cycle: Cycle, thresholds: Thresholds, *, asked: Mapping | None = None) -> Trial:
    """What would have been proposed from the same frozen evidence; one query, nothing is kept.

    `asked` raises or lowers criteria: percent of what each grade asks, by code.
    """
    before: Counter = Counter()
    then: Counter = Counter()
    differing = []
    for one in cycle.assessments.select_related("staff", "unit", "cycle").order_by("pk"):
        grade, step = one.evidence["proposed"]
        case = evidence.case_of(one, asked=asked or {})
        tried = propose(case, thresholds, cycle.kind)
        before[move(one.grade, one.step, grade, step)] += 1
        then[move(one.grade, one.step, tried.grade, tried.step)] += 1
        if (tried.grade.value, tried.step) != (grade, step):
            differing.append((one, tried))
    return Trial(dict(before), dict(then), differing)
