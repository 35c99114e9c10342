"""What a grade asks beside the score: registered by the features that know it (rules B6)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from managers.people.models import Licence

# For these people and this period the reading of each; who is left out has the usual one.
Reader = Callable[[Collection[int], date, date], Mapping[int, Decimal]]

_readers: dict[str, tuple[Reader, Decimal | None]] = {}


@dataclass(frozen=True, slots=True)
class Met:
    """One criterion: what is needed, what is there; None where there was nothing to measure."""

    code: str
    needed: Decimal
    actual: Decimal | None
    met: bool


def register(code: str, reader: Reader, *, usual: Decimal | None = Decimal(0)) -> None:
    """Name who reads a criterion, such as the assets that somebody manages.

    `usual` is the reading of whom the reader leaves out: None where that cannot be measured.
    """
    _readers[code] = reader, usual


def codes() -> list[str]:
    """What is read of people, by name: all that a grade can ask but for points and licences."""
    return sorted(_readers)


def asked_codes(rules: Mapping) -> list[str]:
    """What settings ask of any grade of any post, by name: a database keeps no order of keys."""
    asked = (pair for of_post in rules["ladder.criteria"].values() for pair in of_post.items())
    return sorted({code for code, least in asked if any(least.values())})


def readings(staff: Collection[int], first: date, last: date) -> dict[str, dict]:
    """What every registered criterion reads of each person, in a fixed number of queries."""
    found = {}
    for code, (reader, usual) in sorted(_readers.items()):
        read = reader(staff, first, last)
        found[code] = {pk: read.get(pk, usual) for pk in staff}
    return found


def judge(rules: Mapping, *, post: str, grade: str, read: Mapping) -> list[Met]:
    """What the grade of a post asks, and what one person has of it.

    `rules` are the settings that start with `ladder.`; `read` has the person's reading by code.
    What could not be measured forbids nothing. `compliance` is points that complaints cost, and
    the only one of which less is better.
    """
    found = []
    for code, least in sorted(rules["ladder.criteria"].get(post, {}).items()):
        if needed := Decimal(str(least.get(grade, 0))):
            actual = read.get(code)  # None, too, for what nobody reads: a name typed wrong
            found.append(Met(code, needed, actual, actual is None or actual >= needed))
    most = Decimal(str(rules["ladder.most_deducted"]))
    deducted = read.get("compliance", Decimal(0))
    return [*found, Met("compliance", most, deducted, deducted <= most)]


def licences_held(staff: Collection[int], on: date) -> dict[int, list[tuple[str, date]]]:
    """For each person the licences that are valid on a day, with their last day. One query."""
    held: dict[int, list] = {}
    rows = Licence.objects.on(on).filter(staff__in=staff).order_by("kind", "valid_until")
    for person, kind, until in rows.values_list("staff", "kind", "valid_until"):
        held.setdefault(person, []).append((kind, until))
    return held
