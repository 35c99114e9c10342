"""Everything that changes assessments, and grades through them."""

from managers.grades.actions.appointing import come_into_force
from managers.grades.actions.cycles import fill, open_cycle, open_due
from managers.grades.actions.steps import advise, answer, appeal, decide, take_back_place

__all__ = [
    "advise",
    "answer",
    "appeal",
    "come_into_force",
    "decide",
    "fill",
    "open_cycle",
    "open_due",
    "take_back_place",
]
