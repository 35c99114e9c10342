"""What a grade means beside its place: how full a book, which tiers, which targets (rules B8)."""

from dataclasses import dataclass
from datetime import date

from crm import bank
from managers.competition.rulebook import usual
from managers.people.ladder import STEPS, Grade, at_least


@dataclass(frozen=True, slots=True)
class Meaning:
    """Of one grade; `book` is percent of a full book, `targets` percent of the usual ones."""

    grade: Grade
    steps: int
    book: int
    targets: int
    refused_tiers: tuple[str, ...]


def meanings(*, on: date) -> list[Meaning]:
    """Of the six grades on a day, the lowest first; a competition may have its own targets."""
    least = bank.read("book.grades", on=on)
    books = bank.read("book.capacity", on=on)
    targets = usual().grades
    return [
        Meaning(
            grade,
            steps,
            books[grade],
            targets[grade],
            tuple(tier for tier, needed in least.items() if not at_least(grade, needed)),
        )
        for grade, steps in STEPS.items()
    ]
