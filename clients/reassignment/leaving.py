"""What still ties somebody who leaves: clients and open work that colleagues must take (rules E9).

`managers` asks, without knowing of clients, before it ends anybody's access.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext

from clients.book.models import Client
from clients.followups.models import FollowUp
from clients.handover.models import Handover
from clients.lobby.models import Referral
from clients.requests.models import ClientRequest
from managers.access.rules import name_tie


@dataclass(frozen=True)
class Tie:
    """Some pieces of work of one kind, and the page on which a head gives them to others."""

    text: str
    url: str


def ties(staff) -> list[Tie]:
    """What a person has left, most important first; five queries."""
    clients = Client.objects.active().in_use().filter(owner=staff).count()
    follow_ups = FollowUp.objects.open().filter(owner=staff).count()
    requests = ClientRequest.objects.open().filter(owner=staff).count()
    asked = Q(to_staff=staff, state__in=(Handover.State.SUBMITTED, Handover.State.ACCEPTED))
    handovers = Handover.objects.pending().filter(Q(from_staff=staff) | asked).count()
    referrals = Referral.objects.waiting().filter(target=staff).count()
    found = (
        (
            clients,
            ngettext("%(number)d client", "%(number)d clients", clients),
            f"{reverse('plan-new')}?from={staff.pk}",
        ),
        (
            follow_ups,
            ngettext("%(number)d open follow-up", "%(number)d open follow-ups", follow_ups),
            f"{reverse('follow-up-list')}?owner={staff.pk}",
        ),
        (
            requests,
            ngettext("%(number)d open request", "%(number)d open requests", requests),
            f"{reverse('request-list')}?owner={staff.pk}",
        ),
        (
            handovers,
            ngettext("%(number)d handover", "%(number)d handovers", handovers),
            reverse("relay"),
        ),
        (
            referrals,
            ngettext("%(number)d referral to answer", "%(number)d referrals to answer", referrals),
            reverse("relay"),
        ),
    )
    return [Tie(text % {"number": number}, url) for number, text, url in found if number]


name_tie(lambda staff: [tie.text for tie in ties(staff)])
