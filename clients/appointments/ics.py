"""What other calendars read: invitations to visits and the feed of one person (RFC 5545, 5546).

Names of clients are masked, places outside and purposes stay in the product (rules J5).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import cache

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from clients.appointments.models import Appointment
from clients.followups.models import FollowUp
from crm import bank, words
from crm.lib import clock

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
_STATUS = {
    Appointment.State.PROPOSED: "TENTATIVE",
    Appointment.State.CANCELLED: "CANCELLED",
}


def invitation(visit, *, method: str, summary: str, guests: Iterable, at: datetime) -> str:
    """One visit for the calendars of its guests, (name, e-mail) each; `at` is when it is written.

    The UID stays with the visit, SEQUENCE rises with each change of its time, place or people.
    """
    event = _event(visit, summary=summary, at=at)
    if method == CANCEL:
        event["status"] = "CANCELLED"
    host = vCalAddress(f"mailto:{visit.host.email}")
    host.params["CN"] = vText(words.plain_name(visit.host))
    event["organizer"] = host
    for name, email in guests:
        guest = vCalAddress(f"mailto:{email}")
        guest.params["CN"] = vText(name)
        guest.params["RSVP"] = "TRUE"
        event.add("attendee", guest)
    return _calendar([event], method)


def feed(
    visits: Iterable[Appointment], follow_ups: Iterable[FollowUp] = (), *, at: datetime
) -> str:
    """The visits and follow-ups of one person, for a calendar that subscribes."""
    events = []
    for visit in visits:
        event = _event(visit, summary=masked_summary(visit), at=at)
        event.add("url", settings.SITE_URL + reverse("appointment", args=[visit.pk]))
        events.append(event)
    return _calendar([*events, *(_follow_up(item, at=at) for item in follow_ups)], PUBLISH)


def hours(spans: Iterable, *, url: str, at: datetime) -> str:
    """Hours that are proposed to one person, (begins, ends, summary) each; they block nothing."""
    events = []
    for begins, ends, summary in spans:
        event = Event()
        event.add("uid", f"hours-{begins:%Y%m%dT%H%M}@{_domain()}")
        event.add("dtstamp", at)
        event.add("dtstart", begins)
        event.add("dtend", ends)
        event.add("summary", summary)
        event.add("url", url)
        event.add("transp", "TRANSPARENT")
        events.append(event)
    return _calendar(events, PUBLISH)


def masked_summary(visit) -> str:
    """Kind and mask: Advice, Xu**."""
    told = {"kind": visit.get_kind_display(), "client": words.masked_name(visit.client)}
    return _("%(kind)s, %(client)s") % told


def _follow_up(item, *, at: datetime) -> Event:
    """A minute or a window that was agreed as such, all else for the whole day.

    Only what was promised for a minute takes the person's time; its purpose is left out.
    """
    told = {"reason": item.reason, "client": words.masked_name(item.client)}
    event = Event()
    event.add("uid", f"follow-up-{item.pk}@{_domain()}")
    event.add("sequence", item.version)
    event.add("dtstamp", at)
    event.add("summary", _("%(reason)s, %(client)s") % told)
    event.add("class", "CONFIDENTIAL")
    event.add("url", settings.SITE_URL + reverse("follow-up", args=[item.pk]))
    if item.from_time is None:
        event.add("dtstart", item.due_on)
        event.add("dtend", item.due_on + timedelta(days=1))
    else:
        begins = clock.at_time(item.due_on, item.from_time)
        event.add("dtstart", begins)
        event.add("dtend", _end(item, begins))
    event.add("transp", "OPAQUE" if item.from_time and not item.to_time else "TRANSPARENT")
    return event


def _end(item, begins: datetime) -> datetime:
    if item.to_time:
        return clock.at_time(item.due_on, item.to_time)
    return begins + timedelta(minutes=bank.read("day.call_minutes", on=item.due_on))


def _event(visit, *, summary: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"appointment-{visit.pk}@{_domain()}")
    event.add("sequence", visit.sequence)
    event.add("dtstamp", at)
    event.add("dtstart", clock.local(visit.starts_at))
    event.add("dtend", clock.local(visit.ends_at))
    event.add("summary", summary)
    event.add("location", _place(visit))
    event.add("status", _STATUS.get(visit.state, "CONFIRMED"))
    event.add("class", "CONFIDENTIAL")
    return event


def _place(visit) -> str:
    if visit.place:
        return _("Outside")
    outlet = words.unit_name(visit.unit)
    return f"{outlet}, {words.unit_name(visit.room)}" if visit.room else outlet


def _calendar(events, method: str) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Guibin//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    if calendar.get_missing_tzids():
        calendar.subcomponents.insert(0, _shanghai())
    return calendar.to_ical().decode()


@cache
def _shanghai() -> Timezone:
    """What Shanghai's clock showed and shows; worked out once, because it takes long."""
    return Timezone.from_tzinfo(clock.SHANGHAI)


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
