"""What the inbox says of clients' requests; clients are masked."""

from collections.abc import Callable
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.privacy.models import PrivacyRequest
from crm import words
from managers.inbox.kinds import Told, register


def _tell(title: Callable[[], str], notifications, *, is_over=False) -> dict[int, Told]:
    ids = [int(row.about_id) for row in notifications]
    found = PrivacyRequest.objects.for_list().in_bulk(ids)
    return {
        row.pk: Told(
            title=title(),
            text=_what(found[int(row.about_id)], is_over),
            url=reverse("privacy-request", args=[row.about_id]),
            icon="shield-lock",
        )
        for row in notifications
        if int(row.about_id) in found
    }


def _what(request, is_over) -> str:
    text = _("%(kind)s, %(client)s") if is_over else _("%(kind)s, %(client)s: answer by %(day)s.")
    return text % {
        "kind": request.get_kind_display(),
        "client": words.masked_name(request.client),
        "day": words.day(request.due_on),
    }


register("privacy-request", partial(_tell, lambda: _("A client asks about their data")))
register("privacy-correction", partial(_tell, lambda: _("Your client asks for a correction")))
register("privacy-soon", partial(_tell, lambda: _("A client's request is due soon")))
register("privacy-late", partial(_tell, lambda: _("A client's request is late")))
register("privacy-answered", partial(_tell, lambda: _("The request was answered"), is_over=True))
