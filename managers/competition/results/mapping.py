"""What a mapping of results says: docs/import.md describes every key."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.lib.mapping import Declared, MappingError, Part, Section, Stream, Value
from managers.competition.metrics import EARNING, Metric
from managers.people import ladder
from managers.people.models import RM_POSTS, Post
from managers.people.organisation import Way


@dataclass(frozen=True)
class PeopleMap:
    """One row, one person with their unit and, where the file names one, their head."""

    stream: Stream
    name: Value
    post: Post
    grade: str
    step: int | None
    since: date
    head: Value | None
    head_post: Post
    way: Way

    @property
    def values(self) -> list[Value]:
        """Every value that a row is asked for."""
        return [self.name, *([self.head] if self.head else []), *self.way.values]


@dataclass(frozen=True)
class DealMap:
    """One row, one deal; those whose `stage` is one of `won` are results of `metric`."""

    stream: Stream
    key: Value
    person: Value
    stage: Value
    won: frozenset[str]
    day: Value
    metric: str
    amount: Value

    @property
    def values(self) -> list[Value]:
        """Every value that a row is asked for."""
        return [self.key, self.person, self.stage, self.day, self.amount]


@dataclass(frozen=True)
class ResultsMapping(Declared):
    """How people are read, and the deals that count for them."""

    people: PeopleMap
    deals: DealMap

    @classmethod
    def parts(cls, whole: Section, prefix: str) -> dict[str, Any]:
        return {
            "people": _people(whole.section("people"), Way(whole.section("units"), prefix=prefix)),
            "deals": _deals(whole.section("deals")),
        }

    @property
    def streams(self) -> list[Part]:
        return [self.people, self.deals]


def _people(section: Section, way: Way) -> PeopleMap:
    if not way:
        raise MappingError("The mapping lacks [units.outlet].")
    head = section.section("head")
    people = PeopleMap(
        stream=Stream(section),
        name=Value.at(section, "name"),
        post=_post(section),
        grade=section.text("grade", ""),
        step=section.number("step", None),
        since=section.day("since"),
        head=Value.at(head, "name") if "name" in head else None,
        head_post=_post(head) if "post" in head else Post.BRANCH_HEAD,
        way=way,
    )
    if people.post in RM_POSTS:
        _check_grade(people, section)
    head.done()
    section.done()
    return people


def _check_grade(people: PeopleMap, section: Section) -> None:
    if not section.flag("eligible"):
        raise MappingError(
            f"{section.at('eligible')} must be true: nobody becomes a relationship manager "
            "without the five attestations (rules A4)."
        )
    try:
        ladder.rank(people.grade, people.step or 0)
    except ValueError as wrong:
        raise MappingError(f"{section.at('grade')}: {wrong}") from wrong


def _post(section: Section) -> Post:
    try:
        return Post(section.text("post"))
    except ValueError as wrong:
        raise MappingError(f"{section.at('post')}: {wrong}.") from wrong


def _deals(section: Section) -> DealMap:
    deals = DealMap(
        stream=Stream(section),
        key=Value.at(section, "key"),
        person=Value.at(section, "person"),
        stage=Value.at(section, "stage"),
        won=frozenset(section.texts("won")),
        day=Value.at(section, "day", "date"),
        metric=section.text("metric", Metric.SALES.value),
        amount=Value.at(section, "amount", "amount"),
    )
    if deals.metric not in EARNING:
        raise MappingError(f"{section.at('metric')}: there is no metric {deals.metric!r}.")
    section.done()
    return deals
