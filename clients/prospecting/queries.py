"""The pipeline with its counts and ages, lists of leads, and the way to today's visits."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Count, F, Min, Q, Value
from django.db.models.functions import Coalesce

from clients.appointments.models import Appointment
from clients.book.models import Client, State
from clients.prospecting.models import FirstVisit, Lead, LeadList, Stage
from crm.lib import clock
from managers.people.models import Post, Staff

MOST = 200  # prospects of a page


@dataclass(frozen=True)
class Row:
    """A prospect: since when in this stage, and whether a next step is dated."""

    client: Client
    lead: Lead | None
    days: int

    @property
    def next_due(self) -> datetime | None:
        """When the next step is due, or None where somebody forgot it."""
        return self.client.next_due


@dataclass(frozen=True)
class Column:
    """A stage: how many prospects, the days of the oldest, how many without a next step.

    `rows` are the first of them, the oldest in front.
    """

    stage: Stage
    count: int = 0
    oldest: int = 0
    without_step: int = 0
    rows: list[Row] = field(default_factory=list)


def prospects_of(person):
    """The prospects whose files a person may open, with `stage` and `stage_since` (rules E10)."""
    rows = Client.objects.visible_to(person).filter(state=State.PROSPECT)
    return (
        rows.for_list()
        .select_related("lead", "owner", "outlet", "pool")
        .annotate(
            stage=Coalesce("lead__stage", Value(Stage.NEW.value)),
            stage_since=Coalesce("lead__since", "responsible_since"),
        )
    )


def stages(prospects, *, on) -> list[Column]:
    """The pipeline of these prospects in figures, every stage in working order; one query."""
    counted = (
        prospects.order_by()
        .values("stage")
        .annotate(
            count=Count("pk"),
            since=Min("stage_since"),
            forgotten=Count("pk", Q(next_due_at__gte=clock.SOMEDAY)),
        )
    )
    found = {row["stage"]: row for row in counted}
    return [
        Column(
            stage=stage,
            count=found[stage]["count"],
            oldest=_days(found[stage]["since"], on),
            without_step=0 if stage == Stage.LOST else found[stage]["forgotten"],
        )
        if stage in found
        else Column(stage)
        for stage in Stage
    ]


def pipeline(person, *, at) -> list[Column]:
    """The stages with their prospects, so many as a page shows; three queries."""
    on, prospects = clock.local(at).date(), prospects_of(person)
    found: dict[str, list[Row]] = {stage: [] for stage in Stage.values}
    for client in prospects.order_by("stage_since", "pk")[:MOST]:
        lead = getattr(client, "lead", None)
        found[client.stage].append(Row(client, lead, _days(client.stage_since, on)))
    return [replace(column, rows=found[column.stage]) for column in stages(prospects, on=on)]


def _days(since, on) -> int:
    return (on - clock.local(since).date()).days


def lists_of(person, *, on):
    """Lists of leads that a person works or has given, the next due day first."""
    return LeadList.objects.visible_to(person).with_progress().filter(due_on__gte=on)


def visits_outside(person):
    """Visits that a person may know of which are made elsewhere than at an outlet."""
    return Appointment.objects.visible_to(person).exclude(place="")


def record_of(person, visit) -> FirstVisit | None:
    """What the visit's client told on the first visit, for who may open the file."""
    readable = Client.objects.visible_to(person).filter(pk=visit.client_id)
    return FirstVisit.objects.filter(client__in=readable).first()


def route(person, *, day, by_place=False):
    """The visits outside that a person makes on a day (rules E10).

    In the order that the person gave them, what was not given one by time behind; or by place to
    save ways.
    """
    rows = visits_outside(person).on(day).coming()
    mine = rows.filter(slots__staff=person).annotate(stop=F("slots__stop"))
    first = "place" if by_place else F("stop").asc(nulls_last=True)
    return mine.for_list().order_by(first, "starts_at", "pk")


def marketing_rms(units, *, on):
    """The marketing RMs of these units."""
    return Staff.objects.posted(on, Post.MARKETING_RM).in_units(units, on).order_by("employee_no")


def first_words(client) -> dict[str, str]:
    """What the first visit told, by the names of the handover's items (rules E3)."""
    visit = FirstVisit.objects.filter(client=client).first()
    if visit is None:
        return {}
    return {name: text for name in FirstVisit.WORDS if (text := getattr(visit, name))}
