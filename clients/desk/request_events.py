"""What a client asked, in the timeline and on Today."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.desk.events import Event
from clients.requests.models import ClientRequest, Told
from crm import words
from crm.lib import clock

MOST = 20  # promises of a day that Today shows; more are counted in the list of requests
KEPT_SHOWN = 3


@dataclass(frozen=True)
class Promise:
    """A promised answer that is due by today, when, and whether it is late."""

    item: ClientRequest
    due: str
    is_late: bool
    is_covered: bool


def promises_of(person, *, at) -> list[Promise]:
    """What the person and those whom they cover owe clients by today, the earliest moment first."""
    rows = ClientRequest.objects.visible_to(person).on_the_desk_of(person)
    due = rows.due_by(clock.local(at).date()).for_list().order_by("due_at", "pk")
    return [
        Promise(
            item=row,
            due=words.due_left(row, at),
            is_late=row.due_at < at,
            is_covered=row.owner_id != person.pk,
        )
        for row in due[:MOST]
    ]


def asked_by(client) -> list[ClientRequest]:
    """What the client asked: all that is open, then the few that were closed last."""
    rows = client.client_requests.all()
    closed = [row for row in rows if not row.is_open]
    closed.sort(key=lambda row: row.closed_at, reverse=True)
    return [row for row in rows if row.is_open] + closed[:KEPT_SHOWN]


def of_requests(client, before, limit) -> tuple[list[Event], int]:
    """What the client asked, and what the answer was."""
    found = [event for row in client.client_requests.all() for event in of_request(row)]
    recent = [event for event in found if event.at < before]
    return sorted(recent, key=lambda event: event.at, reverse=True)[:limit], len(found)


def of_request(row) -> list[Event]:
    until = {"moment": words.moment(row.due_at)}
    asked = Event(
        at=row.asked_at,
        title=_("Request"),
        icon="help-circle",
        text=row.asked,
        next_step=row.promised or _("answer until %(moment)s") % until,
        who=row.taken_by,
    )
    if row.is_open:
        return [asked]
    told = row.told != Told.NOT_TOLD
    closed = Event(
        at=row.closed_at,
        title=_("Request answered"),
        icon="circle-check" if told else "alert-circle",
        tone="good" if told else "",
        text="" if row.contact_id else row.answer,  # the contact beside it says it
        who=row.owner,
        chip=row.get_result_display() if told else row.get_told_display(),
        chip_tone="" if told else "amber",
    )
    return [closed, asked]
