"""The rules of one competition as typed values, checked as a whole (rules H1 to H8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from crm.lib.errors import RuleBroken
from managers.competition.metrics import DEDUCTIONS, EARNING, Metric
from managers.people.ladder import Grade
from managers.people.models.postings import RM_POSTS

VERSION = 1  # of the structure that `dump` writes
HUNDRED = Decimal(100)
TIE_BREAKERS = ("deductions", Metric.AUM_GROWTH.value, Metric.CSAT.value)
BANDS = ("junior", "middle", "upper")
_LARGEST = Decimal(10) ** 13


@dataclass(frozen=True)
class Goal:
    """One metric of a post: its weight among 100, and the target that earns the weight."""

    metric: str
    weight: Decimal
    target: Decimal


@dataclass(frozen=True)
class Rulebook:
    """All that decides places and prizes; amounts in CNY, points with two places.

    `goals` by post; `grades` percent of the target that each grade must reach, rates excepted;
    `deductions` points for each event; `gates` the least actual without which no prize is won;
    `barring` deductions of which one event costs the prize; `pool` CNY for each division, shared
    by the `winners` best, unless `ranks` names CNY by place; `milestones` CNY for reaching a score,
    the highest one reached. `bands` of grades take part, all if none is named, and who has been
    with the bank for `tenure` months on the first day. Raises RuleBroken, naming the part in
    `fields`, for senseless rules.
    """

    goals: Mapping[str, tuple[Goal, ...]]
    grades: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(Grade.values, 100))
    deductions: Mapping[str, Decimal] = field(
        default_factory=lambda: {
            Metric.COMPLAINT.value: Decimal("2.00"),
            Metric.TRANSFERRED.value: Decimal("5.00"),
            Metric.OVERDUE.value: Decimal("1.00"),
            Metric.LATE.value: Decimal("0.50"),
        }
    )
    cap: Decimal = Decimal("1.50")
    floor: Decimal = Decimal("0.00")
    deduction_cap: Decimal = Decimal("20.00")
    ties: tuple[str, ...] = TIE_BREAKERS
    presence: int = 30
    team: int = 3
    gates: Mapping[str, Decimal] = field(default_factory=dict)
    barring: tuple[str, ...] = ()
    pool: Decimal = Decimal("0.00")
    winners: int = 3
    hides_lower_half: bool = False
    bands: tuple[str, ...] = ()
    tenure: int = 0
    ranks: tuple[Decimal, ...] = ()
    milestones: tuple[tuple[Decimal, Decimal], ...] = ()

    def __post_init__(self):
        _check_goals(self.goals)
        _check_rest(self)
        _check_people_and_prizes(self)

    def target(self, goal: Goal, grade: str) -> Decimal:
        """The target of a full period for a grade, not yet rounded."""
        return goal.target * self.grades.get(grade, 100) / HUNDRED

    @property
    def cap_percent(self) -> int:
        """The cap in percent of a target."""
        return int(self.cap * HUNDRED)

    @property
    def winning_places(self) -> int:
        """Places that win in each division."""
        return len(self.ranks) or self.winners

    @property
    def has_prizes(self) -> bool:
        """Whether anything can be won."""
        return bool(self.pool or self.ranks or self.milestones)

    def milestone(self, points: Decimal) -> Decimal:
        """CNY for the highest milestone that a score has reached."""
        return max((won for least, won in self.milestones if points >= least), default=Decimal(0))

    def dump(self) -> dict:
        """As JSON keeps it: amounts as text, keys in order."""
        return {
            "version": VERSION,
            "goals": {
                post: [[g.metric, f"{g.weight}", f"{g.target}"] for g in goals]
                for post, goals in self.goals.items()
            },
            "grades": dict(self.grades),
            "deductions": _texts(self.deductions),
            "cap": f"{self.cap}",
            "floor": f"{self.floor}",
            "deduction_cap": f"{self.deduction_cap}",
            "ties": list(self.ties),
            "presence": self.presence,
            "team": self.team,
            "gates": _texts(self.gates),
            "barring": list(self.barring),
            "pool": f"{self.pool}",
            "winners": self.winners,
            "hides_lower_half": self.hides_lower_half,
            "bands": list(self.bands),
            "tenure": self.tenure,
            "ranks": [f"{amount}" for amount in self.ranks],
            "milestones": [[f"{least}", f"{won}"] for least, won in self.milestones],
        }

    @classmethod
    def load(cls, kept: dict) -> "Rulebook":
        """Read what `dump` wrote. Raises RuleBroken for anything else, also from a program."""
        try:
            return cls._loaded(dict(kept))
        except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as wrong:
            raise RuleBroken(_("These rules are not complete.")) from wrong

    @classmethod
    def _loaded(cls, kept: dict) -> "Rulebook":
        if kept.pop("version") != VERSION:
            raise ValueError("Another version of rules.")
        for name in ("cap", "floor", "deduction_cap", "pool"):
            kept[name] = Decimal(kept[name])
        for name in ("deductions", "gates"):
            kept[name] = {metric: Decimal(text) for metric, text in kept[name].items()}
        for name in ("ties", "barring"):
            kept[name] = tuple(kept[name])
        kept["bands"] = tuple(kept.get("bands", ()))  # the rest is newer than some rules
        kept["ranks"] = tuple(map(Decimal, kept.get("ranks", ())))
        kept["milestones"] = tuple(
            (Decimal(least), Decimal(won)) for least, won in kept.get("milestones", ())
        )
        kept["goals"] = {
            post: tuple(Goal(metric, Decimal(w), Decimal(t)) for metric, w, t in goals)
            for post, goals in kept["goals"].items()
        }
        return cls(**kept)


def _texts(amounts) -> dict[str, str]:
    return {name: f"{amount}" for name, amount in amounts.items()}


def _check_goals(goals) -> None:
    if not goals or not set(goals) <= set(RM_POSTS):
        raise _broken("goals", _("Name at least one post of relationship managers."))
    for post, found in goals.items():
        metrics = [goal.metric for goal in found]
        if len(set(metrics)) != len(metrics) or not set(metrics) <= set(EARNING):
            raise _broken(post, _("Each metric of a post can be named once."))
        if not all(_fits(goal.weight) and goal.weight > 0 for goal in found):
            raise _broken(post, _("A weight is more than 0 and has at most two decimals."))
        if not all(_fits(goal.target) and goal.target > 0 for goal in found):
            raise _broken(post, _("A target is more than 0 and has at most two decimals."))
        total = sum(goal.weight for goal in found)
        if total != HUNDRED:
            sentence = _("The weights of a post add up to 100, not to %(total)s.")
            raise _broken(post, sentence % {"total": total})


def _check_rest(rules: Rulebook) -> None:
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
            raise _broken(name, _("An amount is 0 or more and has at most two decimals."))
    if not rules.cap >= 1:
        raise _broken("cap", _("The cap is at least 1, else nobody could reach the target."))
    if not set(rules.deductions) <= set(DEDUCTIONS) or not set(rules.barring) <= set(DEDUCTIONS):
        sentence = _("Only complaints and late handovers can cost points or a prize.")
        raise _broken("deductions", sentence)
    if not set(rules.gates) <= set(EARNING):
        raise _broken("gates", _("A gate names a metric that earns points."))
    if set(rules.grades) != set(Grade.values) or not all(
        1 <= percent <= 1000 for percent in rules.grades.values()
    ):
        raise _broken("grades", _("Every grade has a percentage from 1 to 1000."))
    if not set(rules.ties) <= set(TIE_BREAKERS) or len(set(rules.ties)) != len(rules.ties):
        raise _broken("ties", _("What breaks a tie can be named once."))
    if not (0 <= rules.presence <= 100 and rules.team >= 1 and 1 <= rules.winners <= 100):
        raise _broken("winners", _("Presence, team and winners must be sensible numbers."))


def _check_people_and_prizes(rules: Rulebook) -> None:
    if not set(rules.bands) <= set(BANDS) or not 0 <= rules.tenure <= 600:
        raise _broken("bands", _("Grades and months of who takes part must be sensible."))
    if list(rules.ranks) != sorted(rules.ranks, reverse=True):
        raise _broken("ranks", _("A worse place never wins more than a better one."))
    if len({least for least, _won in rules.milestones}) != len(rules.milestones):
        raise _broken("milestones", _("A score can be a milestone once."))


def _fits(amount: Decimal) -> bool:
    return amount.is_finite() and amount < _LARGEST and amount == round(amount, 2)


def _broken(name: str, sentence: str) -> RuleBroken:
    return RuleBroken(sentence, fields={name: sentence})


def _goals(*rows: tuple[Metric, str, str]) -> tuple[Goal, ...]:
    return tuple(Goal(metric.value, Decimal(w), Decimal(t)) for metric, w, t in rows)


def usual() -> Rulebook:
    """What a new competition starts from: the weights of rules H2, targets of one quarter."""
    return Rulebook(
        goals={
            "wealth_rm": _goals(
                (Metric.AUM_GROWTH, "25", "20000000"),
                (Metric.NEW_VIP, "15", "12"),
                (Metric.TIER_UPGRADE, "10", "8"),
                (Metric.FEE_INCOME, "20", "80000"),
                (Metric.SALES, "10", "5000000"),
                (Metric.CROSS_SELL, "10", "3.50"),
                (Metric.CONTACT, "5", "200"),
                (Metric.CSAT, "5", "95"),
            ),
            "marketing_rm": _goals(
                (Metric.NEW_VIP, "40", "20"),
                (Metric.HANDOVER, "25", "15"),
                (Metric.AUM_GROWTH, "20", "10000000"),
                (Metric.CONTACT, "10", "150"),
                (Metric.CSAT, "5", "95"),
            ),
            "lobby_manager": _goals(
                (Metric.REFERRAL, "50", "60"),
                (Metric.IDENTIFIED, "30", "120"),
                (Metric.CSAT, "20", "95"),
            ),
        },
        grades={
            "trainee": 60,
            "assistant": 80,
            "intermediate": 100,
            "senior": 120,
            "principal": 150,
            "chief": 180,
        },
        pool=Decimal("30000.00"),
    )
