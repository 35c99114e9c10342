"""What the mail about a handover says: masked, and only while the answer is still awaited."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from clients.handover.models import Handover
from managers.outbox.letters import register


def handover_submitted(letter) -> dict | None:
    """Content of the mail to the receiving RM; None once the handover has moved on."""
    submitted = Handover.objects.filter(state=Handover.State.SUBMITTED).for_list()
    handover = submitted.filter(pk=letter.context["handover"], to_staff=letter.recipient_id).first()
    if handover is None:
        return None
    url = settings.SITE_URL + reverse("handover", args=[handover.pk])
    return {"handover": handover, "client": handover.client, "url": url}


register("handover-submitted", handover_submitted, name=gettext_lazy("File of a handover"))
