"""Workload weather: the hours that books ask of their RMs in the coming days (rules F1, C10).

The one place that computes it. Whatever is asked for, an outlet or a plan of thousands of clients,
it costs the same few queries: `workload` groups by the owner or by the client.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import ceil

from dateutil.relativedelta import relativedelta
from django.db.models import Count, OuterRef, Q, Subquery

from clients.appointments.models import Appointment
from clients.book.models import Client, Holding, State
from clients.followups.models import FollowUp
from clients.followups.standards import contacted, in_force
from clients.sales.models import PortfolioReview
from crm import bank
from crm.lib import clock
from crm.workdays import work_calendar
from managers.people.models import Absence

_QUIET = (State.CLOSED, State.LOST, State.DORMANT)


@dataclass
class Hours:
    """Minutes of the coming days by kind: call, visit, cadence, maturity, review and so on."""

    minutes: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __add__(self, other: "Hours") -> "Hours":
        summed = Hours()
        for part in (self, other):
            for kind, minutes in part.minutes.items():
                summed.minutes[kind] += minutes
        return summed

    @property
    def in_minutes(self) -> int:
        """All of them together."""
        return sum(self.minutes.values())

    @property
    def total(self) -> int:
        """Hours in all, begun ones counted whole."""
        return ceil(self.in_minutes / 60)


@dataclass(frozen=True)
class Weather:
    """The hours of the coming days that a book asks for, against those that there are."""

    minutes: int
    there: int

    @property
    def needed(self) -> int:
        """Hours, begun ones counted whole."""
        return ceil(self.minutes / 60)

    @property
    def free(self) -> int:
        """Hours left; negative where more are asked for than there are."""
        return self.there - self.needed


def weather(staff_ids, *, on: date) -> dict[int, Weather]:
    """Hours needed and there for each of these people; seven queries for any number."""
    asked = workload(Client.objects.filter(owner__in=staff_ids), on=on)
    there = capacity(staff_ids, on=on)
    return {pk: Weather(asked[pk].in_minutes, there[pk]) for pk in staff_ids}


def with_hours(candidates, *, on: date, hours=None) -> list:
    """Candidates of `book.suggestions` who also know their free hours (rules E12).

    `hours` is the weather of everybody, where it is known.
    """
    if hours is None:
        hours = weather([one.staff.pk for one in candidates], on=on)
    return [replace(one, free=hours[one.staff.pk].free) for one in candidates]


def workload(clients, *, on: date, by: str = "owner") -> dict[int, Hours]:
    """The hours that these clients ask for, by owner, or with `by="pk"` by client; five queries.

    Counted are open follow-ups that are due until then, contacts that the cadence asks for where
    none is booked, maturities, portfolio reviews and visits. `clients` is a queryset.
    """
    until = on + timedelta(days=bank.read("workload.days", on=on))
    clients = clients.exclude(state__in=_QUIET).order_by()
    found: dict[int, Hours] = defaultdict(Hours)
    each = bank.read("workload.minutes", on=on)
    key = "client__owner" if by == "owner" else "client"
    parts = (
        _follow_ups(clients, key, until=until),
        _cadence(clients, by, on=on, until=until),
        _maturities(clients, key, on=on, until=until),
        _reviews(clients, by, on=on, until=until),
        _visits(clients, key, on=on, until=until),
    )
    for rows in parts:
        for whose, kind, number in rows:
            if whose and number:
                found[whose].minutes[kind] += number * each[kind]
    return found


def capacity(staff_ids, *, on: date) -> dict[int, int]:
    """The hours that each person has for clients in the coming days, absences left out."""
    span, calendar = bank.read("workload.days", on=on), work_calendar()
    ahead = [on + timedelta(days=passed) for passed in range(span)]
    days, last = [day for day in ahead if calendar.is_workday(day)], ahead[-1]
    away: dict[int, set[date]] = defaultdict(set)
    absences = Absence.objects.filter(staff__in=staff_ids, first_day__lte=last, last_day__gte=on)
    for staff, first, end in absences.values_list("staff", "first_day", "last_day"):
        away[staff] |= {day for day in days if first <= day <= end}
    each = bank.read("workload.hours_a_day", on=on)
    return {pk: each * (len(days) - len(away[pk])) for pk in staff_ids}


def _follow_ups(clients, key, *, until):
    """Promises by channel, those that are overdue included."""
    rows = FollowUp.objects.open().filter(client__in=clients, due_on__lte=until).order_by()
    return rows.values_list(key, "channel").annotate(Count("pk"))


def _cadence(clients, by, *, on, until):
    """Contacts that the cadence asks for, of clients with whom nothing is booked until then."""
    force, end = in_force(on), clock.end_of_day(until)
    kinds = [Q(asked_by=row.code) for row in force.rows if row.gap_days]
    gaps = [row.gap_days for row in force.rows if row.gap_days]
    numbers = {
        f"kind_{place}_{nth}": Count("pk", of_kind & Q(last_contact_at__lte=end - nth * gap))
        for place, of_kind in enumerate(kinds)
        for nth, gap in _times(gaps[place], (until - on).days)
    }
    free = clients.filter(contacted(), next_due_at__gt=end).annotate(asked_by=force.code())
    for whose, *counts in free.values_list(by).annotate(**numbers):
        yield whose, "cadence", sum(counts)


def _times(days: int, span: int):
    """The first contact that the cadence asks for within the span, the second, and so on."""
    gap = timedelta(days=days)
    return [(nth, gap) for nth in range(1, span // days + 2)]


def _maturities(clients, key, *, on, until):
    held = Holding.objects.filter(client__in=clients, is_open=True, matures_on__range=(on, until))
    for whose, number in held.order_by().values_list(key).annotate(Count("pk")):
        yield whose, "maturity", number


def _reviews(clients, by, *, until, on):
    """Portfolios whose next review falls due until then (rules C10)."""
    due = Q()
    for tier, months in bank.read("review.months", on=on).items():
        since = until - relativedelta(months=months)
        never = Q(last__isnull=True, responsible_since__lte=clock.end_of_day(since))
        due |= Q(tier=tier) & (Q(last__lte=since) | never)
    held = PortfolioReview.objects.filter(client=OuterRef("pk")).order_by("-held_on")
    rows = clients.annotate(last=Subquery(held.values("held_on")[:1])).filter(due)
    for whose, number in rows.values_list(by).annotate(Count("pk")):
        yield whose, "review", number


def _visits(clients, key, *, on, until):
    """Appointments that are booked until then."""
    span = (clock.start_of_day(on), clock.end_of_day(until))
    rows = Appointment.objects.coming().filter(client__in=clients, starts_at__range=span)
    for whose, number in rows.order_by().values_list(key).annotate(Count("pk")):
        yield whose, "appointment", number
