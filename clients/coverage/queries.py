"""Coverage of the contact standard, counted by the database in a fixed number of queries (F13)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf

from clients.assets.models import StateChange, TierChange
from clients.book.models import Client, Ownership, State, Tier
from clients.coverage import rules
from clients.followups.models import Contact
from clients.followups.standards import PLANNED
from crm.lib import clock
from managers.people import scope
from managers.people.models import OrgUnit, Posting, Staff
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
    """Of the clients owned on a day by the person, or in a head's outlets; as of that day."""
    lines = list(_lines(person, on))
    people = Staff.objects.in_bulk({line["owner"] for line in lines})
    units = OrgUnit.objects.in_bulk({line["outlet_then"] for line in lines})
    tiers = {code: place for place, code in enumerate(Tier.values)}
    return Coverage(
        whole=_sum("", lines),
        by_owner=_shares(lines, "owner", people.get),
        by_outlet=_shares(lines, "outlet_then", units.get),
        by_tier=sorted(
            _shares(lines, "tier_then", Tier), key=lambda share: -tiers[share.key.value]
        ),
    )


def trend(person, *, on: date) -> list[tuple[date, Share]]:
    """The whole share at the ends of the last months and on the day; one query each."""
    days = rules.last_days(on, MONTHS)
    return [(day, _sum("", list(_lines(person, day)))) for day in days]


def measured(clients, *, on: date):
    """The stretches of a day of these clients, each with `is_covered` and `last_then`.

    One row a client, with owner, outlet, tier and state of then beside the client of today.
    """
    last = Contact.objects.filter(
        client=OuterRef("client"), is_valid=True, happened_at__lte=clock.end_of_day(on)
    ).order_by("-happened_at")
    return (
        stretches(on)
        .filter(client__in=clients)
        .annotate(last_then=Coalesce(Subquery(last.values("happened_at")[:1]), clock.NEVER))
        .select_related("owner")
        .prefetch_related(Prefetch("client", clients.for_list()))
    )


def name_outlets(rows) -> None:
    """Give each row `unit_then`, the outlet of its day; one query."""
    units = OrgUnit.objects.in_bulk({row.outlet_then for row in rows})
    for row in rows:
        row.unit_then = units[row.outlet_then]


def uncovered(person, *, on: date):
    """Of a day's clients those without a valid contact in time, as far as the person sees them."""
    rows = measured(Client.objects.visible_to(person), on=on)
    return rows.filter(_looked_after(person), is_covered=False)


def out_of_sight(person, *, on: date):
    """Of a day's clients without a contact those who are by now beyond the person's reach."""
    rows = stretches(on).filter(_looked_after(person), is_covered=False)
    return rows.exclude(client__in=Client.objects.visible_to(person))


def _looked_after(person) -> Q:
    """Own clients, for heads those of their outlets, as it was on the day."""
    if scope.reach(person, Right.FOLLOW_UP) == Reach.OWN:
        return Q(owner=person)
    return Q(outlet_then__in=scope.units(person, Right.FOLLOW_UP))


def _lines(person, day: date):
    """Owner, outlet and tier with how many clients, and how many of them were covered.

    Heads count what their outlets looked after on the day, wherever the clients are now: it is
    figures alone, and the list behind them shows whom the person may see.
    """
    return (
        stretches(day)
        .filter(_looked_after(person))
        .order_by()
        .values("owner", "outlet_then", "tier_then")
        .annotate(clients=Count("pk"), covered=Count("pk", filter=Q(is_covered=True)))
    )


def stretches(day: date):
    """The ownerships of a day whose clients were measured, with `is_covered`.

    `outlet_then`, `state_then` and `tier_then` are of the day: the dated changes after it are
    taken back, so that what comes later moves no month that is over (rules F13).
    """
    end = clock.end_of_day(day)
    owned = Ownership.objects.filter(
        Q(until__isnull=True) | Q(until__gt=end), since__lte=end, owner__isnull=False
    )
    rows = owned.annotate(
        outlet_then=_outlet(day), state_then=_state(end), tier_then=_tier(day)
    ).filter(state_then__in=PLANNED, client__do_not_contact=False)
    rows = rows.exclude(state_then=State.PROSPECT, client__given_up_at__lte=end)
    rows = rows.annotate(covered_since=rules.since(day, state="state_then", tier="tier_then"))
    spoken = Contact.objects.filter(
        client=OuterRef("client"),
        is_valid=True,
        happened_at__gte=OuterRef("covered_since"),
        happened_at__lte=end,
    )
    return rows.filter(covered_since__isnull=False).annotate(is_covered=Exists(spoken))


def _outlet(day: date) -> Case:
    """Where the client was looked after; of old rows, where the owner worked on the day."""
    posted = Subquery(Posting.objects.on(day).filter(staff=OuterRef("owner")).values("unit")[:1])
    id_, own = BigIntegerField(), F("client__outlet")
    ended = Coalesce("outlet", posted, own, output_field=id_)
    return Case(When(until__isnull=True, then=own), default=ended, output_field=id_)


def _state(end: datetime) -> Coalesce:
    """What the next change within the stretch began with, else what the stretch ended with."""
    later = StateChange.objects.filter(
        client=OuterRef("client"), at__gt=end, at__lte=Coalesce(OuterRef("until"), clock.SOMEDAY)
    )
    first = later.order_by("at", "pk").values("was")[:1]
    return Coalesce(
        Subquery(first), NullIf("state", Value("")), "client__state", output_field=CharField()
    )


def _tier(day: date) -> Coalesce:
    """What the next change of the tier began with, else the tier that the client has."""
    later = TierChange.objects.filter(client=OuterRef("client"), effective_on__gt=day)
    first = later.order_by("effective_on", "pk").values("was")[:1]
    return Coalesce(Subquery(first), "client__tier", output_field=CharField())


def _shares(lines, name: str, told: Callable) -> list[Share]:
    keys = dict.fromkeys(line[name] for line in lines)
    found = [_sum(told(key), [line for line in lines if line[name] == key]) for key in keys]
    return sorted(found, key=lambda share: (share.percent, -share.clients))


def _sum(key, lines) -> Share:
    return Share(key, sum(row["covered"] for row in lines), sum(row["clients"] for row in lines))
