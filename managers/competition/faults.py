"""What is wrong with the rules of a competition, part by part (rules H1 to H8)."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from managers.competition.metrics import DEDUCTIONS, EARNING, Metric
from managers.people.ladder import Grade
from managers.people.models.postings import RM_POSTS, Post

HUNDRED = Decimal(100)
TIE_BREAKERS = ("deductions", Metric.AUM_GROWTH.value, Metric.CSAT.value)
BANDS = ("junior", "middle", "upper")
_LARGEST = Decimal(10) ** 13


def faults(rules) -> Iterator[tuple[str, str]]:
    """Each part of a rulebook that makes no sense, and a sentence about it.

    A part is a field of the rulebook, a post for the sum of its weights, or POST-METRIC-weight and
    POST-METRIC-target for one number of a goal.
    """
    yield from _of_goals(rules.goals)
    yield from _of_amounts(rules)
    yield from _of_choices(rules)
    yield from _of_people_and_prizes(rules)


def _of_goals(goals) -> Iterator[tuple[str, str]]:
    if not goals or not set(goals) <= set(RM_POSTS):
        yield "goals", _("Name at least one post of relationship managers.")
        return
    for post, found in goals.items():
        metrics = [goal.metric for goal in found]
        if len(set(metrics)) != len(metrics) or not set(metrics) <= set(EARNING):
            yield post, _("Each metric of a post can be named once.")
            continue
        yield from _of_numbers(post, found)
        total = sum(goal.weight for goal in found)
        if total != HUNDRED:
            told = {"post": Post(post).label, "total": total}
            yield post, _("%(post)s: the weights add up to 100, not to %(total)s.") % told


def _of_numbers(post: str, goals) -> Iterator[tuple[str, str]]:
    for goal in goals:
        name = f"{post}-{goal.metric}"
        if not _fits(goal.weight) or goal.weight <= 0:
            yield f"{name}-weight", _("A weight is more than 0 and has at most two decimals.")
        if not _fits(goal.target) or goal.target <= 0:
            yield f"{name}-target", _("A target is more than 0 and has at most two decimals.")


def _of_amounts(rules) -> Iterator[tuple[str, str]]:
    amounts = {
        "cap": [rules.cap],
        "floor": [rules.floor],
        "deduction_cap": [rules.deduction_cap],
        "pool": [rules.pool],
        "deductions": [*rules.deductions.values()],
        "gates": [*rules.gates.values()],
        "ranks": [*rules.ranks],
        "milestones": [amount for pair in rules.milestones for amount in pair],
    }
    for name, found in amounts.items():
        if not all(_fits(amount) and amount >= 0 for amount in found):
            yield name, _("An amount is 0 or more and has at most two decimals.")
    if _fits(rules.cap) and rules.cap < 1:
        yield "cap", _("The cap is at least 1, else nobody could reach the target.")


def _of_choices(rules) -> Iterator[tuple[str, str]]:
    if not set(rules.deductions) <= set(DEDUCTIONS) or not set(rules.barring) <= set(DEDUCTIONS):
        yield "deductions", _("Only complaints and late handovers can cost points or a prize.")
    if not set(rules.gates) <= set(EARNING):
        yield "gates", _("A gate names a metric that earns points.")
    if set(rules.grades) != set(Grade.values) or not all(
        1 <= percent <= 1000 for percent in rules.grades.values()
    ):
        yield "grades", _("Every grade has a percentage from 1 to 1000.")
    if not set(rules.ties) <= set(TIE_BREAKERS) or len(set(rules.ties)) != len(rules.ties):
        yield "ties", _("What breaks a tie can be named once.")
    if not (0 <= rules.presence <= 100 and rules.team >= 1 and 1 <= rules.winners <= 100):
        yield "winners", _("Presence, team and winners must be sensible numbers.")


def _of_people_and_prizes(rules) -> Iterator[tuple[str, str]]:
    if not set(rules.bands) <= set(BANDS) or not 0 <= rules.tenure <= 600:
        yield "bands", _("Grades and months of who takes part must be sensible.")
    if list(rules.ranks) != sorted(rules.ranks, reverse=True):
        yield "ranks", _("A worse place never wins more than a better one.")
    if len({least for least, _won in rules.milestones}) != len(rules.milestones):
        yield "milestones", _("A score can be a milestone once.")


def _fits(amount: Decimal) -> bool:
    return amount.is_finite() and amount < _LARGEST and amount == round(amount, 2)
