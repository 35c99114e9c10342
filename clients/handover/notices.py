"""What the inbox says about handovers, masked."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.handover.models import Handover
from crm import words
from managers.inbox.kinds import Told, register


def _tell(sentence, notifications) -> dict[int, Told]:
    """Each with its sentence, the other side's name and the client's mask."""
    rows = Handover.objects.visible_to(notifications[0].to).for_list()
    found = rows.in_bulk([int(row.about_id) for row in notifications])
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


def _to_decide(handover) -> str:
    name = words.plain_name(handover.to_staff)
    return _("%(name)s has returned a file again: please decide how it goes on") % {"name": name}


def _decided(handover) -> str:
    state = handover.get_state_display()
    return _("The head has decided about your handover: %(state)s") % {"state": state}


def _asked_to_waive(handover) -> str:
    name = words.plain_name(handover.from_staff)
    return _("%(name)s asks you to waive an item of a file") % {"name": name}


def _waiver_decided(handover) -> str:
    return _("Your head has answered what you asked to waive")


def _late(handover) -> str:
    return _("A handover is late: %(state)s, due on %(day)s") % {
        "state": handover.get_state_display(),
        "day": words.day(handover.due) if handover.due else "",
    }


def _due(notifications) -> dict[int, Told]:
    """A qualified prospect whom nobody hands over yet."""
    rows = Client.objects.visible_to(notifications[0].to).for_list()
    clients = rows.in_bulk([int(row.about_id) for row in notifications])
    return {
        row.pk: Told(
            title=_("A qualified prospect waits to be handed over"),
            text=words.masked_name(clients[int(row.about_id)]),
            url=reverse("handover-new", query={"client": row.about_id}),
            icon="transfer",
        )
        for row in notifications
        if int(row.about_id) in clients
    }


register("handover-submitted", partial(_tell, _submitted))
register("handover-accepted", partial(_tell, _accepted))
register("handover-returned", partial(_tell, _returned))
register("handover-to-decide", partial(_tell, _to_decide))
register("handover-decided", partial(_tell, _decided))
register("waiver-asked", partial(_tell, _asked_to_waive))
register("waiver-decided", partial(_tell, _waiver_decided))
register("handover-late", partial(_tell, _late))
register("handover-due", _due)
