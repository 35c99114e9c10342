"""What the inbox says about follow-ups, masked."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.followups.models import FollowUp
from crm import words
from managers.inbox.kinds import Told, register


def _tell(sentence, icon, notifications) -> dict[int, Told]:
    rows = FollowUp.objects.visible_to(notifications[0].to).for_list()
    found = rows.in_bulk([int(row.about_id) for row in notifications])
    return {
        row.pk: Told(
            title=sentence(found[int(row.about_id)]),
            text=words.masked_name(found[int(row.about_id)].client),
            url=reverse("follow-up", args=[row.about_id]),
            icon=icon,
        )
        for row in notifications
        if int(row.about_id) in found
    }


def _outside_hours(follow_up) -> str:
    day = {"day": words.day(follow_up.due_on)}
    return _("The outlet is closed then; agree another day or place: a meeting on %(day)s") % day


def _missed(follow_up) -> str:
    told = {"name": words.plain_name(follow_up.owner), "hour": words.hour(follow_up.due_at)}
    return _("A call that %(name)s promised for %(hour)s was not made") % told


register("callback-missed", partial(_tell, _missed, "phone-off"))
register("meeting-outside-hours", partial(_tell, _outside_hours, "calendar-off"))
