"""The slow way to everything that balances, lists and merges lead to: nothing kept, no sums."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tests.clients.ledger_of_days import FLOORS, D, tier_after
from tests.clients.slow_life import Life

BLANK = {"phone": "", "email": "", "address": "", "sex": ""}


def tier_of(amount):
    """The tier that an amount reaches (rules C3)."""
    return next(name for name, floor in FLOORS if amount >= floor)


@dataclass
class Paper:
    """One number's value of one field; a merge exchanges papers between files."""

    text: str = ""


@dataclass
class File:
    """What the sources said of one number, and what was merged into it."""

    number: str
    owner: int | None = None
    balances: dict[date, Decimal] = field(default_factory=dict)
    listed: Decimal = Decimal(0)
    listed_tier: str = "regular"
    holdings: dict[str, Decimal] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    brought: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)
    life: Life | None = None  # of one that has an owner
    said: dict[str, Paper] = field(default_factory=lambda: {name: Paper() for name in BLANK})
    seen: dict[str, Paper] = field(default_factory=dict)
    parts: list["File"] = field(default_factory=list)
    kept_by: "File | None" = None

    def __post_init__(self):
        self.seen = dict(self.said)

    def all(self) -> Iterator["File"]:
        """The file, and all that were merged into it."""
        yield self
        for part in self.parts:
            yield from part.all()

    @property
    def root(self) -> "File":
        """The file that stands for this one."""
        return self.kept_by.root if self.kept_by else self

    @property
    def is_fed(self) -> bool:
        """Whether any of its files has balances."""
        return any(one.balances for one in self.all())

    @property
    def assets(self) -> Decimal:
        """The newest balances, and what the list says where there are none."""
        return sum(
            (one.balances[max(one.balances)] if one.balances else one.listed) for one in self.all()
        )

    def contributions(self) -> dict[int, tuple[Decimal, Decimal]]:
        """{year: (fees, margin)} of all its files together."""
        years = {year for one in self.all() for year in one.brought}
        rows = {year: [one.brought.get(year, (D(0), D(0))) for one in self.all()] for year in years}
        return {year: tuple(map(sum, zip(*row, strict=True))) for year, row in rows.items()}

    def months(self, before: date) -> dict[date, tuple]:
        """{first day: (average, closing, peak, net flow, is whole)}, counted day by day."""
        days = [day for one in self.all() for day in one.balances]
        found: dict[date, tuple] = {}
        if not days:
            return found
        day, standing, last = min(days).replace(day=1), {}, None
        while day < before.replace(day=1):
            first, sums = day, []
            while day.month == first.month:
                for one in self.all():
                    if day in one.balances:
                        standing[one.number] = one.balances[day]
                sums.append(sum(standing.values()) if standing else None)
                day += timedelta(days=1)
            average = to_the_fen(Fraction(sum(map(Fraction, filter(None, sums)))) / len(sums))
            flow = None if last is None else sums[-1] - last
            found[first] = (
                average,
                sums[-1],
                max(filter(None, sums), default=D(0)),
                flow,
                sums[0] is not None,
            )
            last = sums[-1]
        return found

    def tier(self, before: date) -> tuple[str, bool]:
        """The tier, and whether the client is on watch (rules C4)."""
        if not self.is_fed:
            return self.listed_tier, False
        months = {first: (row[0], row[4]) for first, row in self.months(before).items()}
        tier, misses = tier_after(self.listed_tier, months)
        return tier, misses > 0

    # --- What happens

    def hear(self, cells: dict[str, str], assets: Decimal | None) -> None:
        """A row of a list of clients: what it leaves out stays."""
        for name in BLANK:
            if cells.get(name):
                self.said[name].text = cells[name]
        self.facts |= {name: cells[name] for name in ("occupation", "city") if cells.get(name)}
        if assets is not None and not self.balances and assets != self.listed:
            self.listed = assets
            if not self.is_fed:
                self.listed_tier = tier_of(assets)

    def absorb(self, other: "File", take) -> list[str]:
        """Merge another file into this one; returns the fields that were exchanged."""
        exchanged = [
            name
            for name in BLANK
            if other.seen[name].text and (name in take or not self.seen[name].text)
        ]
        self.exchange(other, exchanged)
        self.parts.append(other)
        other.kept_by = self
        return exchanged

    def release(self, other: "File", exchanged: list[str]) -> None:
        """Take a merge back."""
        self.parts.remove(other)
        other.kept_by = None
        self.exchange(other, exchanged)

    def exchange(self, other: "File", names) -> None:
        """Swap the papers of two files."""
        for name in names:
            self.seen[name], other.seen[name] = other.seen[name], self.seen[name]


def to_the_fen(amount: Fraction) -> Decimal:
    """A fraction rounded half up; amounts are never negative."""
    fen = (amount * 100 + Fraction(1, 2)).__floor__()
    return (Decimal(fen) / 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
