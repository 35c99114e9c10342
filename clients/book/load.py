"""How full the books are: each client weighs one part of its tier's limit (rules B8, C3)."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import floor

from django.db.models import Count

from clients.book.models import Client, State
from crm import bank
from managers.people.models import Posting


@dataclass(frozen=True)
class Load:
    """Clients of one RM by tier, and the percent of a full book that they make.

    `limits` are those of the RM's grade: so many clients of a tier alone fill the book.
    """

    counts: dict[str, int] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)

    @property
    def clients(self) -> int:
        """All clients of the book, whatever their tier."""
        return sum(self.counts.values())

    @cached_property
    def share(self) -> Fraction:
        """Load against capacity, 1 being a full book."""
        weights = (Fraction(self.counts.get(tier, 0), limit) for tier, limit in self.limits.items())
        return sum(weights, Fraction(0))

    def holds(self, tier: str) -> bool:
        """Whether one more client of the tier leaves the book within its capacity."""
        return tier not in self.limits or self.share + Fraction(1, self.limits[tier]) <= 1

    def places(self, tier: str) -> int:
        """How many more clients of a tier with a limit the book holds; 0 once it is full."""
        return max(floor((1 - self.share) * self.limits[tier]), 0)

    @property
    def percent(self) -> int:
        """The share in percent, rounded half up."""
        return floor(self.share * 100 + Fraction(1, 2))

    def plus(self, *tiers: str) -> "Load":
        """The load if clients of these tiers came on top."""
        counts = dict(self.counts)
        for tier in tiers:
            counts[tier] = counts.get(tier, 0) + 1
        return Load(counts, self.limits)


def loads(staff_ids, *, on, grades=None) -> dict[int, Load]:
    """The load of each of these people, empty for a person without clients.

    One query, and one more for the `grades` by person where the caller does not know them.
    """
    counts: dict[int, dict[str, int]] = {pk: {} for pk in staff_ids}
    rows = (
        Client.objects.filter(owner__in=counts)
        .exclude(state=State.CLOSED)
        .order_by()
        .values_list("owner", "tier")
        .annotate(n=Count("pk"))
    )
    for owner, tier, n in rows:
        counts[owner][tier] = n
    limits = _limits(counts, _grades(counts, on=on) if grades is None else grades, on=on)
    return {pk: Load(found, limits[pk]) for pk, found in counts.items()}


def _grades(staff_ids, *, on) -> dict[int, str]:
    postings = Posting.objects.on(on).filter(staff__in=staff_ids)
    return dict(postings.values_list("staff", "grade"))


def _limits(staff_ids, grades, *, on) -> dict[int, dict[str, int]]:
    """The limits of the tiers for each person: the percent that the grade serves."""
    limits, percents = bank.read("book.limits", on=on), bank.read("book.capacity", on=on)
    return {
        pk: {
            tier: max(limit * percents.get(grades.get(pk), 100) // 100, 1)
            for tier, limit in limits.items()
        }
        for pk in staff_ids
    }
