"""What the mail about a referral says: masked, and only while the answer is still awaited."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from clients.lobby.models import Referral
from managers.outbox.letters import register


def referral_new(letter) -> dict | None:
    """Content of the mail to who is asked; None once somebody has answered, or it has gone on."""
    waiting = Referral.objects.waiting().for_list().filter(target=letter.recipient_id)
    referral = waiting.filter(pk=letter.context["referral"]).first()
    if referral is None:
        return None
    url = settings.SITE_URL + reverse("referral", args=[referral.pk])
    return {"referral": referral, "client": referral.client, "url": url}


register("referral-new", referral_new, name=gettext_lazy("New referral"))
