"""What mails about visits say: masked to colleagues, without any name to the client."""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.appointments import ics
from clients.appointments.actions import agreed_to_mail, remind
from clients.appointments.models import Appointment
from crm import words
from crm.lib import clock
from managers.models import Staff
from managers.outbox.letters import CalendarPart, planner, register


@planner
def plan_reminders(at) -> int:
    """Tell of visits that are near; returns how many people were told."""
    return remind(at=at)


def to_colleague(method, letter) -> dict | None:
    """The mail with the invitation or its end; None once the visit has changed again."""
    visit = _as_posted(letter, method)
    if visit is None:
        return None
    people = [(words.plain_name(one), one.email) for one in visit.staff if one.email]
    summary = ics.masked_summary(visit)
    url = settings.SITE_URL + reverse("appointment", args=[visit.pk])
    return {**_told(visit, method, summary, people), "url": url, "summary": summary}


def to_client(method, letter) -> dict | None:
    """The same for the client, who still agrees to it; their name is nowhere in it."""
    visit = _as_posted(letter, method)
    if visit is None or not agreed_to_mail(visit.client, at=clock.now()):
        return None
    address = visit.client.email.open()
    summary = _("Appointment at the bank")
    told = _told(visit, method, summary, [(address, address)])
    return {**told, "to": address, "is_outside": bool(visit.place)}


def _told(visit, method, summary, guests) -> dict:
    text = ics.invitation(visit, method=method, summary=summary, guests=guests, at=clock.now())
    return {"visit": visit, "calendar": CalendarPart(text, method)}


def _as_posted(letter, method) -> Appointment | None:
    rows = Appointment.objects.for_list().filter(pk=letter.context["visit"])
    visit = rows.filter(sequence=letter.context["sequence"]).first()
    return visit if visit and (visit.is_coming or method == ics.CANCEL) else None


_CLIENTS_READ = Staff.Language.CHINESE
register(
    "appointment-invitation",
    partial(to_colleague, ics.REQUEST),
    name=gettext_lazy("Invitation to a visit"),
)
register(
    "appointment-cancelled",
    partial(to_colleague, ics.CANCEL),
    name=gettext_lazy("Visit called off"),
)
register(
    "appointment-for-client",
    partial(to_client, ics.REQUEST),
    language=_CLIENTS_READ,
    name=gettext_lazy("Invitation of a client"),
)
register(
    "appointment-off-for-client",
    partial(to_client, ics.CANCEL),
    language=_CLIENTS_READ,
    name=gettext_lazy("A client’s visit called off"),
)
