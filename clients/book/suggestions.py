"""Which RM suits which unassigned client, and why (rules A1, A3, C3)."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.book import rules
from clients.book.load import Load, loads
from clients.book.models import Member
from managers.people.models import Absence, Post, Posting, Staff

_RANK = attrgetter("rank")


class Reason(models.TextChoices):
    """Why somebody is suggested, or why nobody is."""

    MET = "met", _("has spoken with this client")
    HOUSEHOLD = "household", _("already serves the household")
    GRADE = "grade", _("lowest load with the grade for this tier")
    LOAD = "load", _("lowest load")
    NOBODY = "nobody", _("no wealth RM of this outlet is here")
    NO_GRADE = "no_grade", _("nobody here has the grade for this tier")
    NO_ROOM = "no_room", _("every book is full")


@dataclass(frozen=True)
class Candidate:
    """A wealth RM with the load of the book; somebody away today is never suggested."""

    staff: Staff
    posting: Posting
    load: Load
    is_away: bool = False

    @property
    def rank(self) -> tuple:
        """The emptiest book first."""
        return self.load.share, self.load.clients, self.staff.pk


@dataclass(frozen=True)
class Suggestion:
    """One RM for one client, with the load before and after; `staff` is None where nobody can."""

    reason: str
    staff: Staff | None = None
    before: int = 0
    after: int = 0

    @property
    def why(self) -> str:
        """The reason in words."""
        return Reason(self.reason).label


def team(outlets, *, on: date) -> list[Candidate]:
    """The wealth RMs of these outlets and of the centres that serve them; three queries."""
    units = {outlet.pk for outlet in outlets} | {outlet.served_by_id for outlet in outlets}
    postings = (
        Posting.objects.on(on)
        .filter(post=Post.WEALTH_RM, unit__in=units - {None}, staff__is_active=True)
        .select_related("staff")
        .order_by("staff_id")
    )
    postings = list(postings)
    found = loads([posting.staff_id for posting in postings], on=on)
    away = set(Absence.objects.on(on).filter(staff__in=found).values_list("staff", flat=True))
    return [Candidate(p.staff, p, found[p.staff_id], p.staff_id in away) for p in postings]


def suggest(clients, *, on: date, met=None, candidates=None) -> dict[int, Suggestion]:
    """A suggestion for each client in turn, by its id; each counts in the load for the next.

    Who has `met` the client (client id to staff id) comes first, then the RM of the household, then
    the lowest load. Costs the same few queries for any number of clients, which come with their
    outlets.
    """
    clients = list(clients)
    if candidates is None:
        candidates = team({client.outlet for client in clients}, on=on)
    pool = {candidate.staff.pk: candidate for candidate in candidates if not candidate.is_away}
    known = {
        Reason.MET: {pk: {staff} for pk, staff in (met or {}).items()},
        Reason.HOUSEHOLD: _household_owners(clients),
    }
    chosen = {}
    for client in clients:
        found = chosen[client.pk] = _choose(client, pool, known, on=on)
        if found.staff:
            taker = pool[found.staff.pk]
            pool[found.staff.pk] = replace(taker, load=taker.load.plus(client.tier))
    return chosen


def fitting(client, candidates, *, on: date) -> list[Candidate]:
    """Who of these can take the client today, the emptiest book first."""
    able = [c for c in candidates if not c.is_away and suits(c, client, on=on)]
    return sorted((c for c in able if rules.has_room(c.load, client.tier)), key=_RANK)


def suits(candidate, client, *, on) -> bool:
    """Whether post, outlet and grade allow it; room is another question."""
    return rules.serves_outlet(candidate.posting, client) and rules.grade_fits(
        candidate.posting, client.tier, on=on
    )


def _choose(client, pool, known, *, on) -> Suggestion:
    here = [c for c in pool.values() if rules.serves_outlet(c.posting, client)]
    if not here:
        return Suggestion(Reason.NOBODY)
    able = [c for c in here if rules.grade_fits(c.posting, client.tier, on=on)]
    if not able:
        return Suggestion(Reason.NO_GRADE)
    ranked = sorted(able, key=_RANK)
    for reason, staff_of in known.items():
        preferred = staff_of.get(client.pk, ())
        for candidate in ranked:
            if candidate.staff.pk in preferred and rules.has_room(candidate.load, client.tier):
                return _suggestion(reason, candidate, client)
    for candidate in ranked:
        if rules.has_room(candidate.load, client.tier):
            picky = len(able) < len(here)
            return _suggestion(Reason.GRADE if picky else Reason.LOAD, candidate, client)
    return Suggestion(Reason.NO_ROOM)


def _suggestion(reason, candidate, client) -> Suggestion:
    after = candidate.load.plus(client.tier)
    return Suggestion(reason, candidate.staff, candidate.load.percent, after.percent)


def _household_owners(clients) -> dict[int, set[int]]:
    """For each client of a household the RMs of its other members."""
    mine = Member.objects.filter(client__in=clients)
    members = Member.objects.filter(household__in=mine.values("household"))
    owners, homes = defaultdict(set), {}
    for home, client, owner in members.values_list("household", "client", "client__owner"):
        homes[client] = home
        if owner:
            owners[home].add(owner)
    return {client.pk: owners[homes[client.pk]] for client in clients if client.pk in homes}
