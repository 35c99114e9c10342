"""The mail that says what a notification says."""

from django.conf import settings
from django.urls import reverse

from managers.inbox.kinds import tell
from managers.inbox.models import Notification
from managers.outbox.letters import register


def notification(letter) -> dict | None:
    """Content of the mail; None once the person has read it in the product."""
    row = Notification.objects.unread().filter(pk=letter.context["notification"]).first()
    if row is None:
        return None
    [(_row, told)] = tell([row], to=letter.recipient)
    return {"told": told, "url": settings.SITE_URL + (told.url or reverse("inbox"))}


register("notification", notification)
