"""What the inbox says about referrals, masked."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.lobby.models import Hop, Referral
from clients.lobby.story import sentence
from crm import words
from managers.inbox.kinds import Told, register


def _tell(write, notifications) -> dict[int, Told]:
    """Each with its title and text, about the referrals that it names."""
    pks = [int(row.about_id) for row in notifications]
    rows = Referral.objects.visible_to(notifications[0].to).for_list()
    found = rows.prefetch_related("hops__asked").in_bulk(pks)
    return {
        row.pk: _told(write, row, found[int(row.about_id)])
        for row in notifications
        if int(row.about_id) in found
    }


def _told(write, row, referral) -> Told:
    title, text = write(row, referral)
    return Told(
        title=title % {"client": words.masked_name(referral.client)},
        text=text,
        url=reverse("referral", args=[referral.pk]),
        icon="transfer-in",
    )


def _new(row, referral) -> tuple[str, str]:
    """To whoever is asked."""
    text = _("%(name)s asks for your answer by %(moment)s.") % {
        "name": words.plain_name(referral.referrer),
        "moment": words.moment(referral.answer_by),
    }
    return _("%(client)s is referred to you"), text


def _placed(row, referral) -> tuple[str, str]:
    """To the RM to whom a head gave the client."""
    hop = next((hop for hop in referral.hops.all() if hop.outcome == Hop.Outcome.PLACED), None)
    text = sentence(hop, referral, at=row.at) if hop else ""
    return _("%(client)s is your client now: the head decided"), text


def _moved(row, referral) -> tuple[str, str]:
    """To the referrer: what came of the last question, and who is asked now."""
    upto = [hop for hop in referral.hops.all() if hop.pk <= int(row.key)][-2:]
    text = words.sentences(sentence(hop, referral, at=row.at) for hop in upto)
    return _("Your referral of %(client)s goes on"), text


def _answered(row, referral) -> tuple[str, str]:
    """To the referrer: the answer."""
    title = _("Your referral of %(client)s was accepted")
    if referral.state == Referral.State.DECLINED:
        title = _("Your referral of %(client)s was declined")
    hops = list(referral.hops.all())
    return title, sentence(hops[-1], referral, at=row.at) if hops else ""


def _converted(row, referral) -> tuple[str, str]:
    """To the referrer: it came to something."""
    text = _("%(name)s serves the client now.") % {"name": words.plain_name(referral.target)}
    return _("Your referral of %(client)s bore fruit"), text


for kind, write in {
    "referral-new": _new,
    "referral-placed": _placed,
    "referral-moved": _moved,
    "referral-answered": _answered,
    "referral-converted": _converted,
}.items():
    register(kind, partial(_tell, write))
