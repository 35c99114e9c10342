"""What the inbox says about visits, masked."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.appointments.ics import masked_summary
from clients.appointments.models import Appointment
from crm import words
from managers.inbox.kinds import Told, register


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


def _when(visit) -> dict[str, str]:
    return {"day": words.day(visit.starts_at), "hour": words.hour(visit.starts_at)}


register(
    "visit-outside-hours",
    partial(_tell, _("The outlet is closed then: a visit on %(day)s at %(hour)s")),
)
register("appointment-tomorrow", partial(_tell, _("A visit tomorrow at %(hour)s")))
register("appointment-soon", partial(_tell, _("A visit soon, at %(hour)s")), at_once=True)
