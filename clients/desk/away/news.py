"""What happened to a person's clients while somebody covered, client by client."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.appointments.models import Appointment
from clients.assets.models import StateChange, TierChange
from clients.book.models import Client, Ownership, Tier
from clients.desk import asset_events, events, request_events
from clients.desk.away.periods import Away
from clients.desk.events import Event
from clients.desk.today import MOST, agenda, describe
from clients.followups.models import Contact, FollowUp
from clients.requests.models import ClientRequest
from crm import words
from crm.lib import clock
from managers.people.models import Staff

_RANK = {tier: place for place, tier in enumerate(Tier.values)}


@dataclass(frozen=True)
class Promise:
    """What is open: `kind` names it without anything that somebody typed, `text` is what was."""

    kind: str
    when: str
    href: str
    text: str = ""
    tone: str = ""
    who: Staff | None = None


@dataclass
class News:
    """One client: what changed, what was promised meanwhile, what else is due by today."""

    client: Client
    changed: list[Event] = field(default_factory=list)
    promised: list[Promise] = field(default_factory=list)
    due: list[Promise] = field(default_factory=list)

    @property
    def is_late(self) -> bool:
        """Whether something of it should have happened."""
        return any(one.tone == "late" for one in (*self.promised, *self.due))


@dataclass(frozen=True)
class _Seen:
    """Whose clients, and between which moments."""

    person: Staff
    away: Away

    @property
    def span(self):
        return clock.start_of_day(self.away.first_day), clock.end_of_day(self.away.last_day)

    def rows(self, model, *moments):
        """Rows about the person's clients of whose moments one lies in these days."""
        within = Q(pk__in=[])
        for moment in moments:
            within |= Q(**{f"{moment}__range": self.span})
        return model.objects.filter(within, client__owner=self.person)

    def holds(self, moment) -> bool:
        begin, end = self.span
        return begin <= moment <= end


def news_since(person, away: Away, *, at) -> list[News]:
    """What each of the person's clients brings: late ones first, then promises, then by tier.

    Costs the same number of queries for any number of clients.
    """
    seen = _Seen(person, away)
    changed, promised, due = defaultdict(list), defaultdict(list), defaultdict(list)
    for client, event in _changes(seen):
        changed[client].append(event)
    for client, promise in _promises(seen, at):
        promised[client].append(promise)
    told = {one.href for promises in promised.values() for one in promises}
    for client, promise in _due(person, at):
        if promise.href not in told:
            due[client].append(promise)
    mine = Client.objects.visible_to(person).filter(owner=person)
    clients = mine.filter(pk__in={*changed, *promised, *due}).for_list()
    found = [
        News(
            client,
            sorted(changed[client.pk], key=lambda event: event.at, reverse=True),
            promised[client.pk],
            due[client.pk],
        )
        for client in clients
    ]
    return sorted(found, key=_place)


def _place(news: News):
    client = news.client
    return not news.is_late, not news.promised, -_RANK[client.tier], client.pk


def _changes(seen: _Seen) -> Iterator[tuple[int, Event]]:
    """What others did and what befell: contacts, answers, visits, tiers, states and owners."""
    others = ~Q(staff=seen.person)
    contacts = seen.rows(Contact, "happened_at").filter(others)
    for row in contacts.select_related("staff", "follow_up"):
        yield row.client_id, events.of_contact(row)
    gone = [Appointment.State.CANCELLED, Appointment.State.NO_SHOW]
    visits = seen.rows(Appointment, "closed_at").filter(state__in=gone)
    for row in visits.select_related("host"):
        yield row.client_id, events.of_visit(row)
    answered = seen.rows(ClientRequest, "closed_at").select_related("owner", "taken_by")
    for row in answered:
        for event in request_events.of_request(row):
            if seen.holds(event.at):
                yield row.client_id, event
    for row in seen.rows(StateChange, "at"):
        yield row.client_id, asset_events.of_state(row)
    days = (seen.away.first_day, seen.away.last_day)
    for row in TierChange.objects.filter(client__owner=seen.person, effective_on__range=days):
        yield row.client_id, asset_events.of_tier(row)
    owners = seen.rows(Ownership, "since").filter(owner=seen.person)
    for row in owners.select_related("owner", "decided_by"):
        yield row.client_id, events.of_ownership(row)


def _promises(seen: _Seen, at) -> Iterator[tuple[int, Promise]]:
    """What others agreed with the clients and is still open."""
    asked = seen.rows(ClientRequest, "asked_at").open().exclude(taken_by=seen.person)
    for row in asked.select_related("taken_by"):
        yield row.client_id, _of_request(row, at)
    booked = seen.rows(FollowUp, "created_at").open().filter(created_by__isnull=False)
    for row in booked.exclude(created_by=seen.person).select_related("created_by"):
        yield row.client_id, _of_follow_up(row, at)
    visits = seen.rows(Appointment, "booked_at").coming().filter(booked_by__isnull=False)
    for row in visits.exclude(booked_by=seen.person).select_related("booked_by"):
        yield row.client_id, _of_visit(row)


def _due(person, at) -> Iterator[tuple[int, Promise]]:
    """What of the person's own is open and due by today."""
    for item in agenda(person, at=at).filter(owner=person).select_related("client")[:MOST]:
        call = describe(item, person, at=at)
        yield item.client_id, _open_item(item, when=call.due, tone=call.tone)
    today = clock.local(at).date()
    requests = ClientRequest.objects.open().filter(owner=person, due_on__lte=today)
    for row in requests.select_related("taken_by")[:MOST]:
        yield row.client_id, _of_request(row, at)


def _of_request(row, at) -> Promise:
    return Promise(
        kind=_("Answer to a request"),
        when=words.lateness(row.due_on, at),
        href=reverse("request", args=[row.pk]),
        text=row.promised or row.asked,
        tone="late" if row.due_at < at else words.due_tone(row.due_on, at),
        who=row.taken_by,
    )


def _of_follow_up(row, at) -> Promise:
    tone = "late" if row.due_at < at else words.due_tone(row.due_on, at)
    when = words.lateness(row.due_on, at)
    return _open_item(row, when=_timed(when, row.from_time), tone=tone, who=row.created_by)


def _of_visit(row) -> Promise:
    starts = clock.local(row.starts_at)
    return Promise(
        kind=row.get_kind_display(),
        when=_timed(words.day(starts), starts),
        href=reverse("appointment", args=[row.pk]),
        text=row.purpose,
        who=row.booked_by,
    )


def _open_item(item, *, when, tone, who=None) -> Promise:
    return Promise(
        kind=item.reason,
        when=when,
        href=reverse("follow-up", args=[item.pk]),
        text=item.purpose,
        tone=tone,
        who=who,
    )


def _timed(day: str, hour) -> str:
    return _("%(day)s, %(hour)s") % {"day": day, "hour": f"{hour:%H:%M}"} if hour else day
