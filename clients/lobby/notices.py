"""What the inbox says about referrals, masked."""

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.lobby.models import Referral
from crm import words
from managers.inbox.kinds import Told, register


def referral_new(notifications) -> dict[int, Told]:
    """To the RM who is asked."""
    found = Referral.objects.for_list().in_bulk([int(row.about_id) for row in notifications])
    return {
        row.pk: _told(found[int(row.about_id)])
        for row in notifications
        if int(row.about_id) in found
    }


def _told(referral) -> Told:
    client = {"client": words.masked_name(referral.client)}
    return Told(
        title=_("%(client)s is referred to you") % client,
        text=_("%(name)s asks for your answer by %(moment)s.")
        % {
            "name": words.plain_name(referral.referrer),
            "moment": words.moment(referral.answer_by),
        },
        url=reverse("referral", args=[referral.pk]),
        icon="transfer-in",
    )


register("referral-new", referral_new)
