"""Which RM suits which client, and why (rules A1, A3, C3)."""

from bisect import bisect_left, insort
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from operator import attrgetter

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.book import rules
from clients.book.load import Load, loads
from clients.book.models import Client, Member, State
from managers.people.models import Absence, Licence, Post, Posting, SpokenLanguage, Staff, UnitKind

_RANK = attrgetter("rank")


class Reason(models.TextChoices):
    """Why somebody is suggested, or why nobody is."""

    MET = "met", _("has spoken with this client")
    HOUSEHOLD = "household", _("already serves the household")
    LANGUAGE = "language", _("speaks the client's language")
    NEAR = "near", _("works at the client's outlet")
    LICENCE = "licence", _("lowest load with the licence for what the client holds")
    GRADE = "grade", _("lowest load with the grade for this tier")
    LOAD = "load", _("lowest load")
    NOBODY = "nobody", _("no wealth RM of this outlet is here")
    NO_GRADE = "no_grade", _("nobody here has the grade for this tier")
    NO_LICENCE = "no_licence", _("nobody here has the licence for what the client holds")
    NO_ROOM = "no_room", _("every book is full")


@dataclass(frozen=True)
class Candidate:
    """An RM with the load of the book; somebody away today is never suggested."""

    staff: Staff
    posting: Posting
    load: Load
    is_away: bool = False

    @cached_property
    def rank(self) -> tuple:
        """The emptiest book first."""
        return self.load.share, self.load.clients, self.staff.pk


@dataclass(frozen=True)
class Suggestion:
    """One RM for one client, with the load before and after; `staff` is None where nobody can.

    `also` are further reasons that are true of the same RM.
    """

    reason: str
    staff: Staff | None = None
    before: int = 0
    after: int = 0
    also: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """The reasons in words, the one that decided first."""
        return " · ".join(str(Reason(reason).label) for reason in (self.reason, *self.also))


def team(outlets, *, on: date, posts=(Post.WEALTH_RM,)) -> list[Candidate]:
    """The wealth RMs of these outlets and of the centres that serve them; three queries.

    With other `posts` the people who hold those.
    """
    units = {outlet.pk for outlet in outlets} | {outlet.served_by_id for outlet in outlets}
    postings = (
        Posting.objects.on(on)
        .filter(post__in=posts, unit__in=units - {None}, staff__is_active=True)
        .select_related("staff", "unit")
        .order_by("staff_id")
    )
    postings = list(postings)
    found = loads([posting.staff_id for posting in postings], on=on)
    away = set(Absence.objects.on(on).filter(staff__in=found).values_list("staff", flat=True))
    return [Candidate(p.staff, p, found[p.staff_id], p.staff_id in away) for p in postings]


def suggest(
    clients, *, on: date, met=None, candidates=None, elsewhere=False, licensed_only=False
) -> dict[int, Suggestion]:
    """A suggestion for each client in turn, by its id; each counts in the load for the next.

    Who has `met` the client (client id to staff id) comes first, then the RM of the household, then
    who speaks the client's language, then the lowest load; each among those who have the licences
    for what the client holds. With `elsewhere` people of other outlets may take the client too,
    behind those of the client's own. With `licensed_only` nobody else is suggested; without it a
    client for whom nobody is licensed goes to whoever suits, and the head is asked for the reason.
    Costs the same few queries for any number of clients, which come with their outlets.
    """
    clients = list(clients)
    if candidates is None:
        candidates = team({client.outlet for client in clients}, on=on)
    shelf = _Shelf(candidates, on, elsewhere, licensed_only)
    licensed = _Licences(clients, shelf.books, on=on)
    known = {
        Reason.MET: {pk: {staff} for pk, staff in (met or {}).items()},
        Reason.HOUSEHOLD: _household_owners(clients),
        Reason.LANGUAGE: _speakers(clients, shelf.books),
    }
    return {client.pk: shelf.choose(client, known, licensed.among) for client in clients}


def fitting(client, candidates, *, on: date) -> list[Candidate]:
    """Who of these can take the client today, the emptiest book first."""
    able = [c for c in candidates if not c.is_away and suits(c, client, on=on)]
    return sorted((c for c in able if rules.has_room(c.load, client.tier)), key=_RANK)


def suits(candidate, client, *, on) -> bool:
    """Whether post, outlet and grade allow it; room is another question."""
    return _serves(candidate, client) and rules.grade_fits(candidate.posting, client.tier, on=on)


def _serves(candidate, client) -> bool:
    posting = candidate.posting
    return rules.takes_clients(posting, client) and rules.serves_outlet(posting, client)


class _Shelf:
    """The books of those who are here, the emptiest in front while clients are given out."""

    def __init__(self, candidates, on, elsewhere, licensed_only):
        self.on, self.elsewhere, self.licensed_only = on, elsewhere, licensed_only
        self.books = {c.staff.pk: c for c in candidates if not c.is_away}
        self.ranked = sorted(c.rank for c in self.books.values())
        self._known = {}

    def choose(self, client, known, licensed) -> Suggestion:
        """Who gets the client, which then counts in that book."""
        here, able, near = self._able(client)
        if not here:
            return Suggestion(Reason.NOBODY)
        if not able:
            return Suggestion(Reason.NO_GRADE)
        base = Reason.GRADE if len(able) < len(here) else Reason.LOAD
        fit = licensed(client, able)
        if not fit and self.licensed_only:
            return Suggestion(Reason.NO_LICENCE)
        if fit and len(fit) < len(able):
            base, able = Reason.LICENCE, fit
        wishes = {reason: staff_of.get(client.pk, ()) for reason, staff_of in known.items()}
        for reason, wished in (*wishes.items(), (base, self._served(client, able)), (base, able)):
            taker = self._first(client, able.intersection(wished))
            if taker:
                true = {r: taker in staff for r, staff in wishes.items()}
                true[Reason.NEAR] = taker in near
                true[base] = taker == self._first(client, able)
                also = tuple(r for r, is_true in true.items() if is_true and r != reason)
                return self._give(client, taker, reason, also)
        return Suggestion(Reason.NO_ROOM)

    def _able(self, client) -> tuple[set[int], set[int], set[int]]:
        """Whose post serves the client, who of them has the grade, and who of these is near.

        Near is who works at the client's outlet where others would come from elsewhere. The same
        for many clients.
        """
        kind = (client.outlet_id, client.tier, client.state == State.PROSPECT)
        if kind not in self._known:
            here = {pk for pk, c in self.books.items() if self._is_here(c, client)}
            able = {
                pk
                for pk in here
                if rules.grade_fits(self.books[pk].posting, client.tier, on=self.on)
            }
            near = {pk for pk in able if self.books[pk].posting.unit_id == client.outlet_id}
            self._known[kind] = here, able, near if near != able else set()
        return self._known[kind]

    def _is_here(self, candidate, client) -> bool:
        if not self.elsewhere:
            return _serves(candidate, client)
        is_outlet = candidate.posting.unit.kind == UnitKind.OUTLET
        takes = rules.takes_clients(candidate.posting, client)
        return takes and (is_outlet or rules.serves_outlet(candidate.posting, client))

    def _served(self, client, able) -> set[int]:
        if not self.elsewhere:
            return set()
        return {pk for pk in able if rules.serves_outlet(self.books[pk].posting, client)}

    def _first(self, client, wanted) -> int | None:
        """The emptiest of these books that has room; never the client's own."""
        if not wanted:
            return None
        for *_load, pk in self.ranked:
            if pk in wanted and pk != client.person_id and self.books[pk].load.holds(client.tier):
                return pk
        return None

    def _give(self, client, pk, reason, also) -> Suggestion:
        was = self.books[pk]
        now = self.books[pk] = replace(was, load=was.load.plus(client.tier))
        del self.ranked[bisect_left(self.ranked, was.rank)]
        insort(self.ranked, now.rank)
        return Suggestion(reason, was.staff, was.load.percent, now.load.percent, also)


class _Licences:
    """Who has the licences for what each client holds; two queries, one where nothing is needed."""

    def __init__(self, clients, staff, *, on):
        self.needed, self.held = rules.licences_needed(clients), defaultdict(set)
        if self.needed:
            rows = Licence.objects.on(on).filter(staff__in=staff)
            for pk, kind in rows.values_list("staff", "kind"):
                self.held[pk].add(kind)

    def among(self, client, able) -> set[int]:
        """Those of the able ones who are licensed."""
        needed = self.needed.get(client.pk, set())
        return {pk for pk in able if needed <= self.held.get(pk, set())}


def _speakers(clients, staff) -> dict[int, set[int]]:
    """For each client who would rather speak another language those who speak it, too."""
    wanted = Client.objects.filter(pk__in=[client.pk for client in clients])
    wanted = wanted.exclude(preferences__speaks="").filter(preferences__isnull=False)
    asked = dict(wanted.order_by().values_list("pk", "preferences__speaks"))
    if not asked:
        return {}
    speakers = defaultdict(set)
    rows = SpokenLanguage.objects.filter(staff__in=staff, language__in=asked.values())
    for pk, language in rows.values_list("staff", "language"):
        speakers[language].add(pk)
    return {client: speakers[language] for client, language in asked.items()}


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
