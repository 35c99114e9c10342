"""What assigning would do to the books: clients, places left, hours; nothing is changed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from clients.book.load import Load
from clients.book.models import Client, Tier
from clients.book.rules import check_assignment
from clients.reassignment.weather import Hours, capacity, workload
from crm.lib.errors import RuleBroken

_FULL = 100  # percent of a book


@dataclass(frozen=True)
class Weather:
    """The hours of the coming days that a book asks for, against those that there are."""

    needed: int
    there: int

    @property
    def free(self) -> int:
        """Hours left; negative where more are asked for than there are."""
        return self.there - self.needed


@dataclass(frozen=True)
class Effect:
    """What assigning would do to one book, before and after."""

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


def weather(staff_ids, *, on: date) -> dict[int, Weather]:
    """Hours needed and there for each of these people; seven queries for any number."""
    needed = workload(Client.objects.filter(owner__in=staff_ids), on=on)
    there = capacity(staff_ids, on=on)
    return {pk: Weather(needed[pk].total, there[pk]) for pk in staff_ids}


def effects(pairs, candidates, *, on: date) -> list[Effect]:
    """The effect of (client, staff id) pairs on each receiver's book, in the order of candidates.

    The same few queries for any number of pairs.
    """
    coming = defaultdict(list)
    for client, staff in pairs:
        coming[staff].append(client)
    takers = [one for one in candidates if coming.get(one.staff.pk)]
    if not takers:
        return []
    ids = [one.staff.pk for one in takers]
    now = workload(Client.objects.filter(owner__in=ids), on=on)
    more = workload(
        Client.objects.filter(pk__in=[client.pk for client, _to in pairs]), on=on, by="pk"
    )
    there = capacity(ids, on=on)
    return [_effect(one, coming[one.staff.pk], now, more, there) for one in takers]


def _effect(candidate, clients, now, more, there) -> Effect:
    pk = candidate.staff.pk
    extra = sum((more[client.pk] for client in clients if client.pk in more), Hours())
    return Effect(
        staff=candidate.staff,
        clients=len(clients),
        was=candidate.load,
        will=candidate.load.plus(*(client.tier for client in clients)),
        hours=Weather(now[pk].total, there[pk]),
        hours_then=Weather((now[pk] + extra).total, there[pk]),
    )


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
