"""Coverage of the contact standard, counted by the database in a fixed number of queries (F13)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from clients.book.models import Client, Ownership, Tier
from clients.coverage import rules
from clients.followups.models import Contact
from crm.lib import clock
from managers.people import scope
from managers.people.models import OrgUnit, Staff
from managers.people.scope import Reach, Right

MONTHS = 6  # months of the trend


@dataclass(frozen=True)
class Share:
    """How many of the clients of one line had their contact in time."""

    key: object
    covered: int
    clients: int

    @property
    def missing(self) -> int:
        return self.clients - self.covered

    @property
    def percent(self) -> int:
        """Whole percent, down: 99.9 is not yet all."""
        return self.covered * 100 // self.clients if self.clients else 0


@dataclass(frozen=True)
class Coverage:
    """The share of a day, whole and by RM, outlet and tier, the least covered first."""

    whole: Share
    by_owner: list[Share]
    by_outlet: list[Share]
    by_tier: list[Share]


def coverage(person, *, on: date) -> Coverage:
    """Of the clients owned on a day whom the person sees; three queries."""
    lines = list(_lines(person, on))
    people = Staff.objects.in_bulk({line["owner"] for line in lines})
    units = OrgUnit.objects.in_bulk({line["client__outlet"] for line in lines})
    tiers = {code: place for place, code in enumerate(Tier.values)}
    return Coverage(
        whole=_sum("", lines),
        by_owner=_shares(lines, "owner", people.get),
        by_outlet=_shares(lines, "client__outlet", units.get),
        by_tier=sorted(
            _shares(lines, "client__tier", Tier), key=lambda share: -tiers[share.key.value]
        ),
    )


def trend(person, *, on: date) -> list[tuple[date, Share]]:
    """The whole share at the ends of the last months and on the day; one query each."""
    days = [on]
    while len(days) < MONTHS:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return [(day, _sum("", list(_lines(person, day)))) for day in reversed(days)]


def uncovered(person, *, on: date):
    """Clients whom the person sees, owned today, whose last valid contact is too long ago."""
    return judged(_seen(person), on=on).filter(is_covered=False)


def judged(clients, *, on: date):
    """Owned clients whom the standard is about, each with `is_covered` on a day."""
    return _with_cover(clients.filter(rules.measured(), owner__isnull=False), on)


def _seen(person):
    """Own clients, for heads those of their outlets."""
    clients = Client.objects.visible_to(person)
    if scope.reach(person, Right.FOLLOW_UP) == Reach.OWN:
        return clients.filter(owner=person)
    return clients.filter(outlet__in=scope.units(person, Right.FOLLOW_UP))


def _lines(person, day: date):
    """Owner, outlet and tier with how many clients, and how many of them were covered."""
    end = clock.end_of_day(day)
    owned = Ownership.objects.filter(
        Q(until__isnull=True) | Q(until__gt=end), since__lte=end, owner__isnull=False
    )
    clients = Client.objects.visible_to(person).filter(rules.measured())
    if scope.reach(person, Right.FOLLOW_UP) == Reach.OWN:
        owned = owned.filter(owner=person)
    else:
        clients = clients.filter(outlet__in=scope.units(person, Right.FOLLOW_UP))
    judged = _with_cover(clients, day)
    answer = judged.filter(pk=OuterRef("client")).values("is_covered")[:1]
    rows = owned.filter(client__in=judged.values("pk")).annotate(is_covered=Subquery(answer))
    return (
        rows.order_by()
        .values("owner", "client__outlet", "client__tier")
        .annotate(clients=Count("pk"), covered=Count("pk", filter=Q(is_covered=True)))
    )


def _with_cover(clients, day: date):
    spoken = Contact.objects.filter(
        client=OuterRef("pk"),
        is_valid=True,
        happened_at__gte=OuterRef("covered_since"),
        happened_at__lte=clock.end_of_day(day),
    )
    rows = clients.annotate(covered_since=rules.since(day)).filter(covered_since__isnull=False)
    return rows.annotate(is_covered=Exists(spoken))


def _shares(lines, name: str, told: Callable) -> list[Share]:
    keys = dict.fromkeys(line[name] for line in lines)
    found = [_sum(told(key), [line for line in lines if line[name] == key]) for key in keys]
    return sorted(found, key=lambda share: (share.percent, -share.clients))


def _sum(key, lines) -> Share:
    return Share(key, sum(row["covered"] for row in lines), sum(row["clients"] for row in lines))
