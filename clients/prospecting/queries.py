"""The pipeline with its counts and ages, lists of leads, and the way to today's visits."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

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
    """A stage with its prospects, the oldest first."""

    stage: Stage
    rows: list[Row]

    @property
    def oldest(self) -> int:
        """Days of the prospect who has been in this stage the longest."""
        return max((row.days for row in self.rows), default=0)

    @property
    def without_step(self) -> int:
        """How many have no next step."""
        return sum(row.next_due is None for row in self.rows)


def pipeline(person, *, at) -> list[Column]:
    """The prospects whose files a person may open, by stage; two queries."""
    rows = Client.objects.visible_to(person).filter(state=State.PROSPECT)
    clients = rows.for_list().select_related("lead", "owner", "outlet", "pool")
    found: dict[str, list[Row]] = {stage: [] for stage in Stage.values}
    for client in clients.order_by("responsible_since", "pk")[:MOST]:
        lead = getattr(client, "lead", None)
        since = lead.since if lead else client.responsible_since
        days = (clock.local(at).date() - clock.local(since).date()).days
        found[lead.stage if lead else Stage.NEW].append(Row(client, lead, days))
    return [
        Column(Stage(code), sorted(rows, key=lambda row: -row.days)) for code, rows in found.items()
    ]


def lists_of(person, *, on):
    """Lists of leads that a person works or has given, the next due day first."""
    return LeadList.objects.visible_to(person).with_progress().filter(due_on__gte=on)


def route(person, *, day, by_place=False):
    """The visits outside that a person makes on a day (rules E10).

    In the order that the person gave them, what was not given one by time behind; or by place to
    save ways.
    """
    rows = Appointment.objects.visible_to(person).on(day).coming()
    mine = rows.filter(slots__staff=person).exclude(place="").annotate(stop=F("slots__stop"))
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
