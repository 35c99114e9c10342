"""What a head sees of the outlets: clients without an RM, the RMs' load, and what is stuck."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Min, Q

from clients.book.models import Client, Ownership, State, Tier
from clients.book.reasons import Suggestion
from clients.book.suggestions import Candidate, suggest, team
from clients.desk.effects import effects
from clients.followups.models import FollowUp
from clients.followups.queries import last_spoken
from clients.handover.models import Handover
from clients.lobby.models import Referral
from clients.planning.weather import Weather, weather, with_hours
from crm import bank
from crm.lib import clock
from crm.workdays import work_calendar
from managers.people import scope
from managers.people.models import Absence, OrgUnit, UnitKind
from managers.people.scope import Right

TOP_TIERS = (Tier.DIAMOND, Tier.PRIVATE)
AHEAD = timedelta(days=30)  # how far a leave is announced beside a name
SHOWN = 8  # rows of a side card; its page has them all
_FULL = 100  # percent of a book


@dataclass(frozen=True)
class Row:
    """A client of the pool: the wait in working days, where they came from, and who suits."""

    client: Client
    waited: int
    allowed: int
    cause: str
    suggestion: Suggestion

    @property
    def tone(self) -> str:
        """Red on the last day and after, amber on the day before it (rules E9)."""
        left = self.allowed - self.waited
        return "late" if left <= 1 else "soon" if left == 2 else ""


@dataclass(frozen=True)
class Member:
    """A wealth RM of the team; `then` is the load once the suggestions shown are followed.

    `hours` are those that the book asks for in the coming days, against those that there are.
    """

    candidate: Candidate
    then: int
    leave: Absence | None
    overdue: int
    oldest: date | None
    hours: Weather

    @property
    def staff(self):
        return self.candidate.staff

    @property
    def percent(self) -> int:
        return self.candidate.load.percent

    @property
    def tone(self) -> str:
        return "late" if self.percent > _FULL else ""

    @property
    def hours_tone(self) -> str:
        return "late" if self.hours.free < 0 else ""

    @property
    def hours_short(self) -> int:
        """Hours that are asked for and not there."""
        return max(-self.hours.free, 0)

    @property
    def tiers(self) -> list[tuple[str, int]]:
        """Clients of the tiers that fill a book, the highest first."""
        counts = self.candidate.load.counts
        return [(tier.label, counts[tier]) for tier in reversed(Tier) if counts.get(tier)]


@dataclass(frozen=True)
class Team:
    """The RMs who serve a head's outlets, the fullest book first."""

    members: list[Member] = field(default_factory=list)

    @property
    def over(self) -> int:
        """How many books are fuller than they may be."""
        return sum(member.percent > _FULL for member in self.members)

    @property
    def overdue(self) -> int:
        """Overdue follow-ups of all of them."""
        return sum(member.overdue for member in self.members)


def page(person, clients, *, at) -> dict:
    """The context of the board around these clients of the pool."""
    on, outlets = clock.local(at).date(), _outlets_of(person)
    candidates = team(outlets, on=on)
    hours = weather([one.staff.pk for one in candidates], on=on)
    candidates = with_hours(candidates, on=on, hours=hours)
    rows = rows_of(clients, candidates, on=on)
    suggested = [(row.client, row.suggestion.staff.pk) for row in rows if row.suggestion.staff]
    stuck = stuck_handovers(person, at=at)
    people = team_of(candidates, rows, outlets, hours, at=at)
    return {
        "rows": rows,
        "candidates": candidates,
        "counts": counts(pool(person)),
        "team": people,
        "effects": effects(suggested, candidates, on=on, hours=hours),
        "outlets": outlets if len(outlets) > 1 else [],
        "stuck": list(stuck[:SHOWN]),
        "stuck_count": stuck.count(),
        "referrals": list(waiting_referrals(person)[:SHOWN]),
    }


def pool(person):
    """Clients who wait for an owner in a head's outlets; referred ones wait for an answer."""
    rows = Client.objects.visible_to(person).pooled().exclude(state=State.REFERRED)
    return rows.for_list()


def counts(rows) -> dict[str, int]:
    """How many wait in all, and how many of them are diamond and above."""
    return rows.order_by().aggregate(all=Count("pk"), top=Count("pk", Q(tier__in=TOP_TIERS)))


def rows_of(clients, candidates, *, on: date) -> list[Row]:
    """Clients of the pool with wait, origin and suggestion; four queries for any number."""
    causes = dict(
        Ownership.objects.filter(client__in=clients, until__isnull=True).values_list(
            "client", "cause"
        )
    )
    suggested = suggest(clients, on=on, met=last_spoken(clients), candidates=candidates)
    allowed = bank.read("pool.working_days", on=on)
    waits = _Waits(on)
    return [
        Row(
            client=client,
            waited=waits.of(client),
            allowed=allowed,
            cause=Ownership.Cause(causes[client.pk]).label if client.pk in causes else "",
            suggestion=suggested[client.pk],
        )
        for client in clients
    ]


def suggest_for(clients, candidates, *, on: date) -> dict[int, Suggestion]:
    """Suggestions alone, for many at once."""
    able = with_hours(candidates, on=on)
    return suggest(clients, on=on, met=last_spoken(clients), candidates=able)


def team_of(candidates, rows, outlets, hours, *, at) -> Team:
    """The team with what is overdue of these outlets' clients, and with its `hours`."""
    people = [candidate.staff.pk for candidate in candidates]
    late = {
        owner: (number, oldest)
        for owner, number, oldest in FollowUp.objects.open()
        .filter(owner__in=people, client__outlet__in=outlets, due_at__lt=at)
        .order_by()
        .values_list("owner")
        .annotate(Count("pk"), Min("due_on"))
    }
    today = clock.local(at).date()
    leaves = _leaves(people, on=today)
    then = {row.suggestion.staff.pk: row.suggestion.after for row in rows if row.suggestion.staff}
    members = [
        Member(
            candidate=candidate,
            then=then.get(candidate.staff.pk, candidate.load.percent),
            leave=leaves.get(candidate.staff.pk),
            overdue=late.get(candidate.staff.pk, (0, None))[0],
            oldest=late.get(candidate.staff.pk, (0, None))[1],
            hours=hours[candidate.staff.pk],
        )
        for candidate in candidates
    ]
    return Team(sorted(members, key=lambda member: (-member.percent, member.staff.pk)))


def stuck_handovers(person, *, at):
    """Handovers whose stage is late, or that were sent back twice (rules E4, E5)."""
    rows = Handover.objects.visible_to(person)
    twice = Q(state=Handover.State.RETURNED, returns__gte=2)
    late = Q(state__in=Handover.RUNNING, due_at__lt=at)
    return rows.filter(late | twice).for_list().order_by("due_at", "pk")


def waiting_referrals(person):
    """Referrals that nobody has answered, the shortest clock first."""
    return Referral.objects.visible_to(person).waiting().for_list().order_by("answer_by", "pk")


def candidates_for(clients, *, on: date) -> list[Candidate]:
    """The RMs who serve the outlets of these clients."""
    return team({client.outlet for client in clients}, on=on)


def _outlets_of(person) -> list[OrgUnit]:
    """The outlets for which a head assigns."""
    return list(scope.units(person, Right.ASSIGN).filter(kind=UnitKind.OUTLET))


class _Waits:
    """Working days of waiting, counted once for each day on which somebody came."""

    def __init__(self, on: date):
        self.on, self.known = on, {}

    def of(self, client) -> int:
        since = clock.local(client.responsible_since).date()
        if since not in self.known:
            self.known[since] = max(work_calendar().working_days_between(since, self.on), 0)
        return self.known[since]


def _leaves(people, *, on: date) -> dict[int, Absence]:
    """The present or next absence of each of these people."""
    rows = Absence.objects.filter(staff__in=people, last_day__gte=on, first_day__lte=on + AHEAD)
    found: dict[int, Absence] = {}
    for absence in rows.order_by("first_day"):
        found.setdefault(absence.staff_id, absence)
    return found
