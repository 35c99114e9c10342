"""What the inbox says about handovers, masked."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.handover.models import Handover
from crm import words
from managers.inbox.kinds import Told, register


def _tell(sentence, notifications) -> dict[int, Told]:
    """Each with its sentence, the other side's name and the client's mask."""
    found = Handover.objects.for_list().in_bulk([int(row.about_id) for row in notifications])
    return {
        row.pk: Told(
            title=sentence(found[int(row.about_id)]),
            text=words.masked_name(found[int(row.about_id)].client),
            url=reverse("handover", args=[row.about_id]),
            icon="transfer",
        )
        for row in notifications
        if int(row.about_id) in found
    }


def _submitted(handover) -> str:
    name = words.plain_name(handover.from_staff)
    return _("%(name)s hands a client over to you") % {"name": name}


def _accepted(handover) -> str:
    name = words.plain_name(handover.to_staff)
    return _("%(name)s has accepted your handover: introduce the client") % {"name": name}


def _returned(handover) -> str:
    name = words.plain_name(handover.to_staff)
    return _("%(name)s has returned your file") % {"name": name}


register("handover-submitted", partial(_tell, _submitted))
register("handover-accepted", partial(_tell, _accepted))
register("handover-returned", partial(_tell, _returned))
