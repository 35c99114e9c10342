"""What the months ahead will bring if the balance stays as it is (rules C4)."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from clients.assets import histories
from clients.assets.rules import tiers
from clients.assets.rules.months import ZERO, Month, first_of, following, months
from clients.book.models import Tier
from crm import bank, words
from crm.lib import money


@dataclass(frozen=True)
class Foreseen:
    """The next change of a client's tier; empty where nothing can be said.

    `rises_to` on a day if the balance stays, or `short` of the tier above it; `falls_to` on a day
    unless the average of `month` reaches `floor`; `recovers` when the running month ends a watch.
    """

    rises_to: str = ""
    short: Decimal = Decimal(0)
    falls_to: str = ""
    recovers: bool = False
    on: date | None = None
    month: date | None = None
    floor: Decimal = Decimal(0)
    is_last_chance: bool = False

    def __bool__(self):
        return bool(self.rises_to or self.falls_to or self.recovers)

    @property
    def is_bad(self) -> bool:
        """Whether somebody should do something."""
        return bool(self.falls_to)

    def __str__(self):
        said = {
            "tier": Tier(self.falls_to or self.rises_to or Tier.REGULAR).label,
            "day": words.day(self.on),
            "month": words.month(self.month),
            "amount": _amount(self.short or self.floor),
        }
        if self.falls_to and self.is_last_chance:
            return (
                _(
                    "Falls to %(tier)s on %(day)s "
                    "unless the average of %(month)s reaches %(amount)s."
                )
                % said
            )
        if self.falls_to:
            return (
                _("Falls to %(tier)s on %(day)s unless a month before averages %(amount)s.") % said
            )
        if self.recovers:
            return _("The watch ends on %(day)s if the balance stays.") % said
        if self.short:
            return _("%(amount)s short of %(tier)s") % said
        if self.rises_to:
            return _("Rises to %(tier)s on %(day)s if the balance stays.") % said
        return ""


def foresee(client, on: date) -> Foreseen:
    """What comes next for the client's tier; nothing without balances. Three queries."""
    running = first_of(on)
    last = next((row for row in client.months.all() if row.month < running), None)
    known = [row for row in histories.since({client.pk: running})[client.pk] if row[0] <= on]
    if last is None and not known:
        return Foreseen()
    opening = last.closing if last else None
    [month] = months(known, start=running, through=running, opening=opening)
    standing = getattr(client, "standing", None)
    counts_on = standing and standing.tier == client.tier  # else the count begins anew
    return outlook(client.tier, month, misses=standing.misses if counts_on else 0)


def outlook(tier: str, month: Month, *, misses: int) -> Foreseen:
    """What comes next for a tier, given the running month as it will be if the balance stays."""
    ahead = [month, *_constant(month, count=tiers.allowed(tier, month.month) + 1)]
    steps = tiers.count(tier, ahead, misses=misses).steps
    if steps and tiers.RANK[steps[0].now] > tiers.RANK[tier]:
        return Foreseen(rises_to=steps[0].now, on=steps[0].effective_on)
    floors = bank.read("tiers.floor", on=month.month)
    if steps:
        return Foreseen(
            falls_to=steps[0].now,
            on=steps[0].effective_on,
            month=month.month,
            floor=Decimal(floors[tier]),
            is_last_chance=steps[0].month is month,
        )
    if misses:
        good = next(row for row in ahead if tiers.qualifying(row) == tier)
        return Foreseen(recovers=True, on=following(good.month))
    above = Tier.values[tiers.RANK[tier] + 1 :][:1]
    if not above:
        return Foreseen()
    return Foreseen(rises_to=above[0], short=floors[above[0]] - month.closing)


def _constant(month: Month, *, count: int) -> list[Month]:
    """The months after one in which the balance stays as it closed."""
    same = {"average": month.closing, "peak": month.closing, "net_flow": ZERO, "is_whole": True}
    later = [following(month.month, number + 1) for number in range(count)]
    return [replace(month, month=first, **same) for first in later]


def _amount(amount: Decimal) -> str:
    whole = money.exact(amount)
    return whole.removesuffix(".00")
