"""The relay page: what waits for me, and what became of all that I take part in."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clients.handover import inbox, rules
from clients.handover.filters import HandoverFilter
from clients.handover.models import Handover
from clients.lobby.filters import ReferralFilter
from clients.lobby.models import Referral
from clients.lobby.queries import totals
from crm.lib import clock
from crm.pages import page_of
from managers.people import scope
from managers.people.scope import Right


@require_GET
def relay(request):
    """Referrals and handovers: what waits for me, and what became of all that I take part in."""
    person, at = request.user, clock.now()
    if not (scope.may(person, Right.REFER) or scope.may(person, Right.ASSIGN)):
        raise PermissionDenied(_("Referrals and handovers are not part of your post."))
    waiting = inbox.waiting_for(person, at=at)
    late = inbox.late_in_outlets(person, at=at)
    shown = "handovers" if request.GET.get("list") == "handovers" else "referrals"
    rows = _LISTS[shown](request)
    may_refer = scope.may(person, Right.REFER)
    context = {
        "waiting": waiting,
        "late": late,
        "shown": shown,
        "page": rows,
        "readable": inbox.readable(person, [row.client for row in [*waiting, *late, *rows.rows]]),
        "may_refer": may_refer,
        "totals": totals(person, on=clock.today()) if may_refer else None,
        "may_hand_over": person.current_post in rules.SENDERS,
        "has_handovers": scope.may(person, Right.VIEW_FILE),
    }
    return render(request, "clients/relay/relay.html", context)


def _referrals(request):
    rows = Referral.objects.visible_to(request.user).for_list()
    found = ReferralFilter(request.GET, rows).qs
    return page_of(request, found, order=("-made_at", "-pk"))


def _handovers(request):
    rows = Handover.objects.visible_to(request.user).for_list()
    found = HandoverFilter(request.GET, rows).qs
    return page_of(request, found, order=("-created_at", "-pk"))


_LISTS = {"referrals": _referrals, "handovers": _handovers}
