"""The mail that says what a notification says."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from managers.inbox.kinds import can_wait, still_told
from managers.inbox.models import Notification
from managers.outbox.letters import register


def notification(letter) -> dict | None:
    """Content of the mail; None once the person has read it in the product, or it is settled."""
    row = _unread(letter)
    told = still_told(row, to=letter.recipient) if row else None
    if told is None:
        return None
    return {"told": told, "url": settings.SITE_URL + (told.url or reverse("inbox"))}


def _can_wait(letter) -> bool:
    row = _unread(letter)
    return row is None or can_wait(row.kind)


def _unread(letter) -> Notification | None:
    return Notification.objects.unread().filter(pk=letter.context["notification"]).first()


register("notification", notification, can_wait=_can_wait, name=gettext_lazy("Notification"))
