"""Which RM suits which client, and why (rules A1, A3, C3)."""

from bisect import bisect_left, insort
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import takewhile
from operator import attrgetter

from clients.book import rules
from clients.book.load import Load, loads
from clients.book.models import Client, Member, State
from clients.book.reasons import BESIDE, NEARNESS, Reason, Suggestion
from managers.people.models import Absence, Licence, Post, Posting, SpokenLanguage, Staff, UnitKind

_RANK = attrgetter("rank")


@dataclass(frozen=True)
class Candidate:
    """An RM with the load of the book; somebody away today is never suggested.

    `free` are the hours left in the coming days, negative where some are short; None: unknown.
    """

    staff: Staff
    posting: Posting
    load: Load
    is_away: bool = False
    free: int | None = None

    @property
    def is_busy(self) -> bool:
        """Whether the coming days leave no hour."""
        return self.free is not None and self.free <= 0

    @cached_property
    def rank(self) -> tuple:
        """Who has hours free before who has none, then the emptiest book."""
        return self.is_busy, self.load.share, self.load.clients, self.staff.pk

    def nearness(self, client) -> Reason:
        """At the client's outlet, at the centre that serves it, or elsewhere in the branch."""
        unit = self.posting.unit_id
        if unit == client.outlet_id:
            return Reason.OUTLET
        return Reason.CENTRE if unit == client.outlet.served_by_id else Reason.BRANCH


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
    grades = {posting.staff_id: posting.grade for posting in postings}
    found = loads(grades, on=on, grades=grades)
    away = set(Absence.objects.on(on).filter(staff__in=found).values_list("staff", flat=True))
    return [Candidate(p.staff, p, found[p.staff_id], p.staff_id in away) for p in postings]


def suggest(
    clients, *, on: date, met=None, candidates=None, elsewhere=False, licensed_only=False
) -> dict[int, Suggestion]:
    """A suggestion for each client in turn, by its id; each counts in the load for the next.

    Who has `met` the client (client id to staff id) comes first, then the RM of the household, then
    who speaks the client's language, then the lowest load; each among those who have the licences
    for what the client holds. Who has no hour free in the coming days comes behind who has, and of
    books that are equally full the nearest is taken. With `elsewhere` people of other outlets may
    take the client too, behind those of the client's own. With `licensed_only` nobody else is
    suggested; without it a client for whom nobody is licensed goes to whoever suits, and the head
    is asked for the reason.
    Costs the same few queries for any number of clients, which come with their outlets.
    """
    clients = list(clients)
    if candidates is None:
        candidates = team({client.outlet for client in clients}, on=on)
    shelf = _Shelf(candidates, on, elsewhere, licensed_only)
    choose = _chooser(shelf, clients, met)
    return {client.pk: choose(client) for client in clients}


def ranking(client, candidates, *, on: date, met=None) -> list[Suggestion]:
    """Who is suggested for a client, then who would be without those in front, and so on.

    Everybody who can take the client stands there once; where nobody can, one row says why. Costs
    the same few queries for any number of candidates.
    """
    shelf = _Shelf(candidates, on, elsewhere=False, licensed_only=False)
    choose, found = _chooser(shelf, [client], met), []
    while (best := choose(client)).staff is not None:
        found.append(best)
        shelf.leave_out(best.staff.pk)
    return found or [best]


def _chooser(shelf, clients, met):
    """What chooses for each of these clients from the shelf."""
    licensed = _Licences(clients, shelf.books, on=shelf.on)
    known = {
        Reason.MET: {pk: {staff} for pk, staff in (met or {}).items()},
        Reason.HOUSEHOLD: _household_owners(clients),
        Reason.LANGUAGE: _speakers(clients, shelf.books),
    }
    return lambda client: shelf.choose(client, known, licensed.among)


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


def _fullness(candidate) -> tuple[bool, int]:
    return candidate.is_busy, candidate.load.percent


class _Shelf:
    """The books of those who are here, the emptiest in front while clients are given out."""

    def __init__(self, candidates, on, elsewhere, licensed_only):
        self.on, self.elsewhere, self.licensed_only = on, elsewhere, licensed_only
        self.books = {c.staff.pk: c for c in candidates if not c.is_away}
        self.ranked = sorted(c.rank for c in self.books.values())
        self._known = {}

    def choose(self, client, known, licensed) -> Suggestion:
        """Who gets the client, which then counts in that book."""
        here, able = self._able(client)
        if not here:
            return Suggestion(Reason.NOBODY)
        if not able:
            return Suggestion(Reason.NO_GRADE)
        apart = [Reason.GRADE] if len(able) < len(here) else []
        fit = licensed(client, able)
        if not fit and self.licensed_only:
            return Suggestion(Reason.NO_LICENCE)
        if fit and len(fit) < len(able):
            able, apart = fit, [*apart, Reason.LICENCE]
        wishes = {reason: staff_of.get(client.pk, ()) for reason, staff_of in known.items()}
        for reason, wished in (*wishes.items(), (None, self._near(client, able)), (None, able)):
            taker = self._first(client, wanted := able.intersection(wished))
            if taker:
                speak = [r for r, staff in wishes.items() if taker in staff]
                speak += self._nearest(client, taker, able) + apart
                reason = reason or self._base(taker, wanted, able, speak)
                return self._give(client, taker, reason, tuple(r for r in speak if r != reason))
        return Suggestion(Reason.NO_ROOM)

    def leave_out(self, pk) -> None:
        """Go on without this book."""
        del self.books[pk]
        self.ranked = [rank for rank in self.ranked if rank[-1] != pk]
        self._known.clear()

    def _base(self, taker, wanted, able, speak) -> Reason:
        """What decided where nobody knows the client: nearness, hours, licence, grade or load."""
        if self.elsewhere and speak and speak[0] in NEARNESS:
            return speak[0]
        if not self.books[taker].is_busy and any(self.books[pk].is_busy for pk in wanted):
            return Reason.HOURS
        apart = [reason for reason in speak if reason in BESIDE]
        return apart[-1] if apart else Reason.LOAD

    def _nearest(self, client, taker, able) -> list[Reason]:
        """How near the RM is, where the able ones are not all equally near."""
        near = {self.books[pk].nearness(client) for pk in able}
        return [self.books[taker].nearness(client)] if len(near) > 1 else []

    def _able(self, client) -> tuple[set[int], set[int]]:
        """Whose post serves the client, and who of them has the grade; the same for many."""
        kind = (client.outlet_id, client.tier, client.state == State.PROSPECT)
        if kind not in self._known:
            here = {pk for pk, c in self.books.items() if self._is_here(c, client)}
            able = {
                pk
                for pk in here
                if rules.grade_fits(self.books[pk].posting, client.tier, on=self.on)
            }
            self._known[kind] = here, able
        return self._known[kind]

    def _is_here(self, candidate, client) -> bool:
        if not self.elsewhere:
            return _serves(candidate, client)
        is_outlet = candidate.posting.unit.kind == UnitKind.OUTLET
        takes = rules.takes_clients(candidate.posting, client)
        return takes and (is_outlet or rules.serves_outlet(candidate.posting, client))

    def _near(self, client, able) -> set[int]:
        if not self.elsewhere:
            return set()
        return {pk for pk in able if rules.serves_outlet(self.books[pk].posting, client)}

    def _first(self, client, wanted) -> int | None:
        """The emptiest of these books that has room, of equally full ones the nearest.

        It is never the client's own.
        """
        fit = (self.books[pk] for *_rank, pk in self.ranked if self._has_room(pk, client, wanted))
        best = next(fit, None)
        if best is None:
            return None
        equal = takewhile(lambda one: _fullness(one) == _fullness(best), fit)
        return min((best, *equal), key=lambda one: NEARNESS.index(one.nearness(client))).staff.pk

    def _has_room(self, pk, client, wanted) -> bool:
        return pk in wanted and pk != client.person_id and self.books[pk].load.holds(client.tier)

    def _give(self, client, pk, reason, also) -> Suggestion:
        was = self.books[pk]
        now = self.books[pk] = replace(was, load=was.load.plus(client.tier))
        del self.ranked[bisect_left(self.ranked, was.rank)]
        insort(self.ranked, now.rank)
        then = now.load.percent
        return Suggestion(reason, was.staff, was.load.percent, then, also, was.free)


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
