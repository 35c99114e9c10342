"""Opening hours of an outlet, and who hears of them (rules F9)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clients.appointments.models import Appointment
from clients.followups.hours import Hours
from clients.followups.models import Channel, FollowUp
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.inbox.actions import notify
from managers.people.heads import head_of
from managers.people.models import OpeningHours, Post


@transaction.atomic
def set_hours(row, *, by, at) -> OpeningHours:
    """Let an outlet open so from a day on, today at the earliest.

    Whoever is to meet a client there outside them is told; what the clock planned moves within the
    hour. Raises RuleBroken for a day that is over, and with what the database refuses.
    """
    if row.valid_from < clock.local(at).date():
        sentence = _("This day is over already.")
        raise RuleBroken(sentence, fields={"valid_from": sentence})
    row.set_by, row.set_at = by, at
    _save(row)
    record("openinghours.set", row, by=by, at=at, valid_from=row.valid_from)
    meetings = _meetings(row).exclude(created_by=None, counted_from__isnull=False)
    _tell(row, _visits(row, at=at), meetings, at=at)
    return row


@transaction.atomic
def tell_of_closed(*, at) -> int:
    """Tell who has something planned at an outlet that is closed for good, each once (rules F9).

    The head hears once a day how much there is. Returns how much that is at all outlets.
    """
    rows = OpeningHours.objects.for_good().select_related("unit").order_by("pk")
    return sum(_tell_head(row, at=at) for row in rows)


def _save(row) -> None:
    """Save it, or say which constraint refuses it."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as refused:
        try:
            row.validate_constraints()
        except ValidationError as broken:
            raise RuleBroken(" ".join(broken.messages)) from refused
        raise


def _visits(row, *, at):
    begin = max(at, clock.start_of_day(row.valid_from))
    coming = Appointment.objects.coming().filter(unit=row.unit_id, starts_at__gte=begin)
    return coming.select_related("host").order_by("-starts_at", "pk")


def _meetings(row):
    meetings = FollowUp.objects.open().filter(channel=Channel.VISIT, client__outlet=row.unit_id)
    return (
        meetings.filter(due_on__gte=row.valid_from)
        .select_related("owner")
        .order_by("-due_on", "pk")
    )


def _tell_head(row, *, at) -> int:
    today = clock.local(at).date()
    number = _tell(row, _visits(row, at=at), _meetings(row), at=at)
    head = head_of(row.unit, on=today, first=Post.BRANCH_HEAD)
    if head and number:
        facts = {"since": row.valid_from, "number": number}
        notify("outlet-closed", to=head, about=row.unit, key=f"{row.pk}:{today}", at=at, **facts)
    return number


def _tell(row, visits, meetings, *, at) -> int:
    """Tell the host of each visit and the owner of each meeting outside the hours; how many.

    The nearest comes last, for the inbox has the newest on top.
    """
    hours, outlet = Hours(on=row.valid_from), row.unit_id
    opens = hours.opens(Channel.VISIT, outlet)

    def is_outside(day, from_time, to_time) -> bool:
        first, last = hours.of(Channel.VISIT, outlet, day)
        is_early = from_time is not None and from_time < first
        return not opens(day) or is_early or (to_time is not None and to_time > last)

    found = []
    for visit in visits:
        first, last = clock.local(visit.starts_at), clock.local(visit.ends_at)
        if is_outside(first.date(), first.time(), last.time()):
            found.append(("visit-outside-hours", visit.host, visit))
    for item in meetings:
        if is_outside(item.due_on, item.from_time, item.to_time):
            found.append(("meeting-outside-hours", item.owner, item))
    for kind, to, about in found:
        notify(kind, to=to, about=about, key=f"{about.pk}:{row.pk}", at=at)
    return len(found)
