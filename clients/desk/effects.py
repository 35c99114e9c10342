"""What assigning would do to the books: clients, places left, hours; nothing is changed."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from clients.book.load import Load
from clients.book.models import Client, Tier
from clients.book.rules import check_assignment
from clients.planning.weather import Hours, Weather, weather, workload
from crm.lib.errors import RuleBroken

_FULL = 100  # percent of a book


@dataclass(frozen=True)
class Effect:
    """What assigning would do to one book, before and after: clients, load and hours."""

    staff: object
    clients: int
    was: Load
    will: Load
    hours: Weather
    hours_then: Weather

    @property
    def before(self) -> int:
        return self.was.percent

    @property
    def after(self) -> int:
        return self.will.percent

    @property
    def places(self) -> list[tuple[str, int, int]]:
        """Places left for each tier that comes: its name, before, after."""
        grown = [tier for tier in Tier if self.will.counts.get(tier) != self.was.counts.get(tier)]
        return [
            (tier.label, self.was.places(tier), self.will.places(tier))
            for tier in reversed(grown)
            if tier in self.was.limits
        ]

    @property
    def is_over(self) -> bool:
        return self.after > _FULL

    @property
    def is_short(self) -> bool:
        """Whether the coming days would ask for more hours than there are."""
        return self.hours_then.free < 0


def effects(pairs, candidates, *, on: date, hours=None) -> list[Effect]:
    """The effect of (client, staff id) pairs on each receiver's book and coming days.

    A dozen queries for any number of pairs; fewer with the `hours` of everybody, where known.
    """
    mine = Client.objects.filter(pk__in=[client.pk for client, _to in pairs])
    asked = workload(mine, on=on, by="pk")
    tiers, more = defaultdict(list), defaultdict(Hours)
    for client, staff in pairs:
        tiers[staff].append(client.tier)
        more[staff] += asked.get(client.pk, Hours())
    found = [one for one in candidates if one.staff.pk in tiers]
    if hours is None:
        hours = weather([one.staff.pk for one in found], on=on)
    return [
        _effect(one, tiers[one.staff.pk], hours[one.staff.pk], more[one.staff.pk]) for one in found
    ]


def _effect(candidate, coming, now, more) -> Effect:
    then = replace(now, minutes=now.minutes + more.in_minutes)
    was = candidate.load
    return Effect(candidate.staff, len(coming), was, was.plus(*coming), now, then)


@dataclass(frozen=True)
class Doubt:
    """A rule in the way of some of the clients; `blocks` unless a reason sets it aside."""

    text: str
    clients: int
    blocks: bool


def doubts(pairs, candidates, *, on: date) -> list[Doubt]:
    """What the rules say to these pairs, each sentence once with how many it concerns."""
    loads = {one.staff.pk: one.load for one in candidates}
    people = {one.staff.pk: one.staff for one in candidates}
    found: dict[tuple[str, bool], int] = defaultdict(int)
    for client, to in pairs:
        if to not in people:
            continue
        try:
            check_assignment(people[to], client, reason="", on=on, load=loads[to])
        except RuleBroken as broken:
            found[str(broken), broken.code != "needs_reason"] += 1
        else:
            loads[to] = loads[to].plus(client.tier)
    return [Doubt(text, number, blocks) for (text, blocks), number in found.items()]
