"""What the inbox says about visits, masked."""

from datetime import date
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clients.appointments.ics import masked_summary
from clients.appointments.models import Appointment
from clients.followups.models import Channel
from crm import words
from managers.inbox.kinds import Told, register
from managers.people.models import OrgUnit


def _tell(title, notifications) -> dict[int, Told]:
    """Each with its kind, the client's mask and the hour; gone once it does not take place."""
    ids = [int(row.about_id) for row in notifications]
    rows = Appointment.objects.visible_to(notifications[0].to).coming()
    found = rows.for_list().in_bulk(ids)
    return {
        row.pk: Told(
            title=str(title) % _when(found[int(row.about_id)]),
            text=masked_summary(found[int(row.about_id)]),
            url=reverse("appointment", args=[row.about_id]),
            icon="calendar-event",
        )
        for row in notifications
        if int(row.about_id) in found
    }


def _closed(notifications) -> dict[int, Told]:
    """To the head of an outlet that is closed for good: how much still lies planned there."""
    outlets = OrgUnit.objects.in_bulk([int(row.about_id) for row in notifications])
    told = {}
    for row in notifications:
        outlet, number = outlets[int(row.about_id)], row.facts["number"]
        since = words.day(date.fromisoformat(row.facts["since"]))
        title = ngettext(
            "%(outlet)s is closed for good from %(day)s: %(number)d meeting is planned there",
            "%(outlet)s is closed for good from %(day)s: %(number)d meetings are planned there",
            number,
        )
        title %= {"outlet": words.unit_name(outlet), "day": since, "number": number}
        text = str(_("Each colleague was told to agree another place with the client."))
        url = f"{reverse('follow-up-list')}?channel={Channel.VISIT.value}"
        told[row.pk] = Told(title, text, url, icon="calendar-off")
    return told


def _when(visit) -> dict[str, str]:
    return {"day": words.day(visit.starts_at), "hour": words.hour(visit.starts_at)}


register("outlet-closed", _closed)
register(
    "visit-outside-hours",
    partial(
        _tell,
        _("The outlet is closed then; agree another time or place: a visit on %(day)s at %(hour)s"),
    ),
)
register("appointment-tomorrow", partial(_tell, _("A visit tomorrow at %(hour)s")))
register("appointment-soon", partial(_tell, _("A visit soon, at %(hour)s")), at_once=True)
