"""The six grades of relationship managers and their forty steps (rules B1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Grade(models.TextChoices):
    """Grades of the ladder, lowest first."""

    TRAINEE = "trainee", _("Trainee")
    ASSISTANT = "assistant", _("Assistant")
    INTERMEDIATE = "intermediate", _("Intermediate")
    SENIOR = "senior", _("Senior")
    PRINCIPAL = "principal", _("Principal")
    CHIEF = "chief", _("Chief")


STEPS = {
    Grade.TRAINEE: 6,
    Grade.ASSISTANT: 4,
    Grade.INTERMEDIATE: 6,
    Grade.SENIOR: 7,
    Grade.PRINCIPAL: 9,
    Grade.CHIEF: 8,
}


def rank(grade: str, step: int) -> int:
    """Place on the whole ladder, 1 to 40. Raises ValueError for a step that the grade lacks."""
    grade = Grade(grade)
    if not 1 <= step <= STEPS[grade]:
        raise ValueError(f"{grade.value} has steps 1 to {STEPS[grade]}, not {step}.")
    return sum(STEPS[lower] for lower in list(Grade)[: list(Grade).index(grade)]) + step


def at_least(grade: str, needed: str) -> bool:
    """Whether a grade stands as high as another; no grade stands below all."""
    order = ["", *Grade.values]
    return order.index(grade) >= order.index(needed)
