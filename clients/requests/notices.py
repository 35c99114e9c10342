"""What the inbox says about requests of clients, masked."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.requests.models import ClientRequest
from crm import words
from managers.inbox.kinds import Told, register


def _tell(sentence, notifications) -> dict[int, Told]:
    reader = notifications[0].to
    rows = ClientRequest.objects.visible_to(reader).for_list()
    found = rows.in_bulk([int(row.about_id) for row in notifications])
    return {
        row.pk: Told(
            title=sentence(found[int(row.about_id)], reader),
            text=words.masked_name(found[int(row.about_id)].client),
            url=reverse("request", args=[row.about_id]),
            icon="help-circle",
        )
        for row in notifications
        if int(row.about_id) in found
    }


def _overdue(request, reader) -> str:
    told = {"name": words.plain_name(request.owner), "moment": words.moment(request.due_at)}
    if request.owner == reader:
        return _("Your promise to a client has passed: %(moment)s") % told
    return _("A promise of %(name)s to a client has passed: %(moment)s") % told


def _given(request, _reader) -> str:
    told = {"moment": words.moment(request.due_at)}
    return _("You are in charge of a client's request, promised until %(moment)s") % told


register("request-overdue", partial(_tell, _overdue))
register("request-given", partial(_tell, _given))
