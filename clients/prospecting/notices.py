"""What the inbox says about lists of leads."""

from django.urls import reverse
from django.utils.translation import ngettext

from clients.prospecting.models import LeadList
from crm import words
from managers.inbox.kinds import Told, register


def _tell(notifications) -> dict[int, Told]:
    found = LeadList.objects.select_related("given_by").in_bulk(
        [int(row.about_id) for row in notifications]
    )
    return {
        row.pk: _told(found[int(row.about_id)])
        for row in notifications
        if int(row.about_id) in found
    }


def _told(row) -> Told:
    title = ngettext(
        "%(name)s asks you for %(quota)d prospect by %(day)s",
        "%(name)s asks you for %(quota)d prospects by %(day)s",
        row.quota,
    )
    told = {
        "name": words.plain_name(row.given_by),
        "quota": row.quota,
        "day": words.day(row.due_on),
    }
    return Told(title=title % told, url=reverse("prospects"), icon="list-check")


register("leads-given", _tell)
