"""What the months ahead will bring if the balance stays as it is (rules C4)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from clients.assets.models import Balance
from clients.assets.rules import tiers
from clients.assets.rules.months import Month, first_of, following, months
from clients.book.models import Tier
from clients.book.rules import tier_for
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
    rows = Balance.objects.filter(client=client, day__gte=running, day__lte=on)
    known = list(rows.order_by("day").values_list("day", "closing"))
    if last is None and not known:
        return Foreseen()
    opening = last.closing if last else None
    [month] = months(known, start=running, through=running, opening=opening)
    standing = getattr(client, "standing", None)
    return outlook(client.tier, month, misses=standing.misses if standing else 0)


def outlook(tier: str, month: Month, *, misses: int) -> Foreseen:
    """What comes next for a tier, given the running month as it will be if the balance stays."""
    floors = bank.read("tiers.floor", on=month.month)
    reached = tiers.qualifying(month)
    if tiers.RANK[reached] > tiers.RANK[tier]:
        return Foreseen(rises_to=reached, on=following(month.month))
    afterwards = tier_for(month.closing, on=month.month)
    if tiers.RANK[reached] < tiers.RANK[tier] and month.is_whole:
        return _fall(tier, month, misses + 1, reached, afterwards, floors)
    if misses:
        return Foreseen(recovers=True, on=following(month.month))
    if tiers.RANK[afterwards] > tiers.RANK[tier]:
        return Foreseen(rises_to=afterwards, on=following(month.month, 2))
    above = Tier.values[tiers.RANK[tier] + 1 :][:1]
    if not above:
        return Foreseen()
    return Foreseen(rises_to=above[0], short=floors[above[0]] - month.closing)


def _fall(tier, month, misses, reached, afterwards, floors) -> Foreseen:
    """The tier falls as soon as the months allowed are missed, to that of the last of them."""
    left = tiers.allowed(tier, month.month) - misses
    if left and afterwards == tier:
        return Foreseen()  # one weak month; the next will make up for it
    return Foreseen(
        falls_to=afterwards if left else reached,
        on=following(month.month, left + 1),
        month=month.month,
        floor=Decimal(floors[tier]),
        is_last_chance=left <= 0,
    )


def _amount(amount: Decimal) -> str:
    whole = money.exact(amount)
    return whole.removesuffix(".00")
