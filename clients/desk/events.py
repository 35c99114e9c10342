"""What each record of a client looks like in the timeline.

Every function takes a client, a moment and a limit, and gives its newest events before the moment
with the number of all its events.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from clients.appointments.models import Appointment
from clients.book.models import Ownership
from clients.book.rules import Obstacle
from clients.followups.models import Channel, Contact, FollowUp, Outcome, Trigger
from clients.handover.models import Handover
from clients.lobby.models import Cue, Referral
from crm import words
from crm.lib import clock
from managers.people.models import Staff

_CHANNEL_ICONS = {
    Channel.CALL: "phone",
    Channel.VISIT: "building-bank",
    Channel.OUTSIDE: "map-pin",
    Channel.MESSAGE: "message",
}
_FIRST_CAUSES = (Ownership.Cause.OPENED, Ownership.Cause.IMPORTED)
_REACHED_NOBODY = (Outcome.NO_ANSWER, Outcome.CALL_LATER, Outcome.WRONG_NUMBER)


@dataclass(frozen=True)
class Event:
    """One line of the timeline. Slim ones are what only needs to be known; `tone` is the icon's.

    What holds from a day on, and not from a moment, `is_all_day`. The brief leads to `anchor`s,
    the title to `href`.
    """

    at: datetime
    title: str
    icon: str = ""
    tone: str = ""
    text: str = ""
    next_step: str = ""
    who: Staff | None = None
    chip: str = ""
    chip_tone: str = ""
    is_slim: bool = False
    is_all_day: bool = False
    anchor: str = ""
    href: str = ""


def of_contacts(client, before, limit) -> tuple[list[Event], int]:
    """Calls, visits and messages, with what was said."""
    rows = Contact.objects.filter(client=client)
    recent = rows.filter(happened_at__lt=before).select_related("staff", "follow_up")[:limit]
    return [of_contact(row) for row in recent], _all(rows, recent, before, limit)


def of_promises(client, before, limit) -> tuple[list[Event], int]:
    """Follow-ups that came to nothing; those that were done are contacts."""
    rows = FollowUp.objects.filter(
        client=client, state__in=[FollowUp.State.MISSED, FollowUp.State.CANCELLED]
    )
    recent = rows.filter(closed_at__lt=before).select_related("owner").order_by("-closed_at")
    recent = recent[:limit]
    return [_promise(row) for row in recent], _all(rows, recent, before, limit)


def of_visits(client, before, limit) -> tuple[list[Event], int]:
    """Visits that were called off or not kept; those that were held are contacts."""
    state = Appointment.State
    rows = Appointment.objects.filter(client=client, state__in=[state.CANCELLED, state.NO_SHOW])
    recent = rows.filter(closed_at__lt=before).select_related("host").order_by("-closed_at")
    recent = recent[:limit]
    return [of_visit(row) for row in recent], _all(rows, recent, before, limit)


def of_relay(client, before, limit) -> tuple[list[Event], int]:
    """Referrals and handovers: one client has few."""
    referrals = Referral.objects.filter(client=client).select_related("referrer", "target")
    handovers = Handover.objects.filter(client=client).select_related("from_staff", "to_staff")
    found = [event for row in referrals for event in _referral(row)]
    found += [event for row in handovers for event in _handover(row)]
    return _before(found, before, limit), len(found)


def of_owners(client, before, limit) -> tuple[list[Event], int]:
    """Who was responsible, one after another."""
    found = [of_ownership(row) for row in client.ownerships.all()]
    return _before(found, before, limit), len(found)


def of_consents(client, before, limit) -> tuple[list[Event], int]:
    """What the client allowed, and took back."""
    found = [event for row in client.consents.all() for event in _consent(row)]
    return _before(found, before, limit), len(found)


def _all(rows, recent, before, limit) -> int:
    """How many rows there are; asked for only where the newest are not all of them."""
    if before == clock.SOMEDAY and len(recent) < limit:
        return len(recent)
    return rows.count()


def _before(found, moment, limit) -> list[Event]:
    found = [event for event in found if event.at < moment]
    return sorted(found, key=lambda event: event.at, reverse=True)[:limit]


def of_contact(row) -> Event:
    nobody, refused = row.outcome in _REACHED_NOBODY, row.outcome == Outcome.REFUSED
    icon = "phone-off" if nobody or refused else _CHANNEL_ICONS[row.channel]
    chip, tone = (_("Valid contact"), "green") if row.is_valid else ("", "")
    if not chip and row.follow_up and row.follow_up.trigger != Trigger.MANUAL:
        chip = row.follow_up.get_trigger_display()
    return Event(
        at=row.happened_at,
        title=_what_came(row),
        icon=icon,
        tone="red" if refused else "quiet" if nobody else "",
        text=row.notes,
        next_step=row.next_step,
        who=row.staff,
        chip=chip,
        chip_tone=tone,
        anchor=f"contact-{row.pk}",
    )


def _what_came(row) -> str:
    """Channel and outcome; a visit that took place and a reply need no second word."""
    channel, outcome = row.get_channel_display(), row.get_outcome_display()
    if row.outcome == Outcome.VISITED:
        return channel
    if row.outcome == Outcome.MESSAGE_REPLIED:
        return outcome
    ending = outcome[:1].lower() + outcome[1:]
    return _("%(channel)s, %(outcome)s") % {"channel": channel, "outcome": ending}


def _promise(row) -> Event:
    about = row.purpose or row.get_trigger_display()
    missed = row.state == FollowUp.State.MISSED
    title = _("Missed: %(about)s") if missed else _("Cancelled: %(about)s")
    return Event(
        at=row.closed_at,
        title=title % {"about": about},
        text=row.cancel_reason,
        who=row.owner,
        is_slim=True,
    )


def of_visit(row) -> Event:
    told = {"kind": row.get_kind_display(), "day": words.day(row.starts_at)}
    missed = row.state == Appointment.State.NO_SHOW
    title = _("Did not come: %(kind)s, %(day)s") if missed else _("Called off: %(kind)s, %(day)s")
    return Event(
        at=row.closed_at, title=title % told, text=row.cancel_reason, who=row.host, is_slim=True
    )


def _referral(row) -> list[Event]:
    noticed = [str(Cue(cue).label) for cue in row.cues]
    made = Event(
        at=row.made_at,
        title=_("Referred to %(name)s") % {"name": words.plain_name(row.target)},
        icon="door-enter",
        text=" · ".join([*noticed, row.note] if row.note else noticed),
        who=row.referrer,
        chip=row.get_source_display(),
    )
    titles = {
        Referral.State.ACCEPTED: _("Referral accepted"),
        Referral.State.CONVERTED: _("Referral accepted"),
        Referral.State.DECLINED: _("Referral declined"),
    }
    if row.answered_at is None or row.state not in titles:
        return [made]
    answer = Event(
        at=row.answered_at,
        title=titles[row.state],
        text=row.decline_reason,
        who=row.target,
        is_slim=True,
    )
    return [made, answer]


def _handover(row) -> list[Event]:
    """Its steps; the introduction itself is the change of owner."""
    receiver = {"name": words.plain_name(row.to_staff)}
    steps = [
        (row.submitted_at, _("Handover file sent to %(name)s") % receiver, row.from_staff),
        (row.accepted_at, _("Handover accepted"), row.to_staff),
        (row.closed_at, _("Handover closed"), row.to_staff),
    ]
    return [Event(at=at, title=title, who=who, is_slim=True) for at, title, who in steps if at]


def _consent(row) -> list[Event]:
    about = {"purpose": row.get_purpose_display()}
    steps = [
        (row.given_on, _("Agreed: %(purpose)s"), row.evidence),
        (row.withdrawn_on, _("No longer agreed: %(purpose)s"), ""),
    ]
    return [
        Event(
            at=clock.start_of_day(day),
            title=title % about,
            text=text,
            who=row.recorded_by,
            is_slim=True,
            is_all_day=True,
        )
        for day, title, text in steps
        if day
    ]


def of_ownership(row) -> Event:
    if row.owner is None:
        outlet = {"outlet": words.unit_name(row.pool)}
        title = _("In the pool of %(outlet)s")
        if row.cause == Ownership.Cause.IMPORTED:
            title = _("Imported to the pool of %(outlet)s")
        return Event(at=row.since, title=title % outlet, who=row.decided_by, is_slim=True)
    titles = {
        Ownership.Cause.OPENED: _("File opened by %(name)s"),
        Ownership.Cause.IMPORTED: _("Imported to the book of %(name)s"),
        Ownership.Cause.ASSIGNED: _("Assigned to %(name)s"),
        Ownership.Cause.REFERRAL: _("%(name)s took the referral"),
        Ownership.Cause.HANDOVER: _("Introduced to %(name)s"),
        Ownership.Cause.REASSIGNED: _("Reassigned to %(name)s"),
        Ownership.Cause.GIVEN_BACK: _("Given back to %(name)s"),
    }
    aside = [Obstacle(code).label for code in row.set_aside.split(",") if code]
    name = {"name": words.plain_name(row.owner)}
    text = row.reason
    if aside:
        told = words.listed(sentence % name for sentence in aside)
        text = _("%(rules)s Assigned all the same: %(reason)s") % {"rules": told, "reason": text}
    return Event(
        at=row.since,
        title=titles[row.cause] % name,
        icon="transfer-in",
        text=text,
        who=row.decided_by,
        chip="" if row.cause in _FIRST_CAUSES else _("Owner changed"),
    )
