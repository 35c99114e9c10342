"""Opening hours of an outlet, and who hears of them (rules F9)."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clients.appointments.models import Appointment
from clients.followups.hours import Hours
from clients.followups.models import Channel, FollowUp
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.inbox.actions import notify
from managers.people.models import OpeningHours


@transaction.atomic
def set_hours(row, *, by, at) -> OpeningHours:
    """Let an outlet open so from a day on, today at the earliest.

    Whoever is to meet a client there outside them is told; what the clock planned moves within the
    hour. Raises RuleBroken for a day that is over, and for a second row of one day.
    """
    if row.valid_from < clock.local(at).date():
        raise _wrong(_("This day is over already."))
    row.set_by, row.set_at = by, at
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        again = _("Something else is set for that day already; please choose another one.")
        raise _wrong(again) from None
    record("openinghours.set", row, by=by, at=at, valid_from=row.valid_from)
    _tell(row, at=at)
    return row


def _tell(row, *, at) -> None:
    hours, outlet = Hours(on=row.valid_from), row.unit_id
    opens = hours.opens(Channel.VISIT, outlet)
    begin = max(at, clock.start_of_day(row.valid_from))

    def is_outside(day, from_time, to_time) -> bool:
        first, last = hours.of(Channel.VISIT, outlet, day)
        is_early = from_time is not None and from_time < first
        return not opens(day) or is_early or (to_time is not None and to_time > last)

    visits = Appointment.objects.coming().filter(unit=outlet, starts_at__gte=begin)
    for visit in visits.select_related("host").order_by("pk"):
        first, last = clock.local(visit.starts_at), clock.local(visit.ends_at)
        if is_outside(first.date(), first.time(), last.time()):
            notify("visit-outside-hours", to=visit.host, about=visit, key=_key(visit, row), at=at)
    meetings = FollowUp.objects.open().filter(channel=Channel.VISIT, client__outlet=outlet)
    for item in meetings.filter(due_on__gte=row.valid_from).select_related("owner").order_by("pk"):
        by_clock = item.created_by_id is None and item.counted_from is not None
        if not by_clock and is_outside(item.due_on, item.from_time, item.to_time):
            notify("meeting-outside-hours", to=item.owner, about=item, key=_key(item, row), at=at)


def _key(about, row) -> str:
    return f"{about.pk}:{row.pk}"


def _wrong(sentence: str) -> RuleBroken:
    return RuleBroken(sentence, fields={"valid_from": sentence})
