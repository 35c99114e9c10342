"""Whether everybody has somebody: what the nightly check looks for, and proves (rules E9).

Reads only, and trusts no action: it asks the database what is so, however it came to be.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from clients.book.models import Client, Ownership
from crm import bank
from crm.lib import clock
from crm.workdays import work_calendar
from managers.people import scope
from managers.people.models import Absence, Posting
from managers.people.scope import Right


class Fault(models.TextChoices):
    """Why a client has nobody, worst first."""

    UNKNOWN = "unknown", _("the history names another RM, or none")
    GONE = "gone", _("the RM does not work here any more")
    UNCOVERED = "uncovered", _("the RM is away and nobody covers")
    WAITING = "waiting", _("waits in the pool for longer than allowed")


@dataclass(frozen=True)
class Finding:
    """So many clients of an outlet with the same fault."""

    outlet: int
    fault: str
    clients: int


def faulty(*, on: date):
    """Active clients with nobody, each with a `fault`: the first that holds."""
    history = Ownership.objects.filter(client=OuterRef("pk"), until__isnull=True)
    told = Exists(history.filter(Q(owner=OuterRef("owner")) | Q(pool=OuterRef("pool"))))
    posted = Exists(Posting.objects.on(on).filter(staff=OuterRef("owner")))
    away = Absence.objects.on(on).filter(staff=OuterRef("owner"))
    covered = Exists(away.filter(deputy__is_active=True))
    owned = Q(owner__isnull=False)
    fault = Case(
        When(~Q(told), then=Value(Fault.UNKNOWN)),
        When(owned & (Q(owner__is_active=False) | ~Q(posted)), then=Value(Fault.GONE)),
        When(owned & Q(Exists(away)) & ~Q(covered), then=Value(Fault.UNCOVERED)),
        When(pool__isnull=False, responsible_since__lt=_too_long(on), then=Value(Fault.WAITING)),
        default=Value(""),
        output_field=models.CharField(),
    )
    return Client.objects.active().in_use().annotate(fault=fault).exclude(fault="")


def findings(*, on: date) -> list[Finding]:
    """What the night found, by outlet and fault; one query."""
    rows = faulty(on=on).order_by("outlet", "fault").values_list("outlet", "fault")
    counted = rows.annotate(number=models.Count("pk"))
    return [Finding(outlet, fault, number) for outlet, fault, number in counted]


def of_head(person, *, on: date):
    """The clients with nobody at the outlets for which a head assigns."""
    seen = Client.objects.visible_to(person).filter(outlet__in=scope.units(person, Right.ASSIGN))
    rows = faulty(on=on).filter(pk__in=seen.values("pk")).for_list()
    return rows.order_by(F("fault"), "responsible_since", "pk")


def _too_long(on: date):
    """Whoever has been in a pool since before this moment waits too long (rules E9)."""
    allowed, calendar = bank.read("pool.working_days", on=on), work_calendar()
    day = on
    while calendar.working_days_between(day, on) <= allowed:
        day -= timedelta(days=1)
    return clock.start_of_day(day + timedelta(days=1))
