"""The rules of one competition as typed values, checked as a whole (rules H1 to H8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property

from django.utils.translation import gettext as _

from crm.lib.errors import RuleBroken
from managers.competition.faults import HUNDRED, TIE_BREAKERS, faults
from managers.competition.metrics import Metric
from managers.people.ladder import Grade

VERSION = 1  # of the structure that `dump` writes


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
    with the bank for `tenure` months on the first day. Raises RuleBroken for senseless rules, with
    everything that is wrong by its part in `fields`.
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
        found = dict(faults(self))
        if found:
            raise RuleBroken(next(iter(found.values())), fields=found)

    def target(self, goal: Goal, grade: str) -> Decimal:
        """The target of a full period for a grade, not yet rounded."""
        return goal.target * self.grades.get(grade, 100) / HUNDRED

    @cached_property
    def costs(self) -> dict[str, Decimal]:
        """The points that an event of each kind costs; none for what costs the prize alone."""
        return dict(self.deductions) | {
            name: Decimal("0.00") for name in self.barring if name not in self.deductions
        }

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
