"""Whether the contact standard is kept: the shares with their trend, and whom nobody spoke to."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from clients.book.models import Tier
from clients.coverage.queries import coverage, trend, uncovered
from crm.lib import clock
from crm.pages import page_of
from managers.people import scope
from managers.people.scope import Reach, Right


@require_GET
def coverage_page(request):
    """Coverage by RM, outlet, tier and month, of the clients whom the person sees."""
    scope.require(request.user, Right.FOLLOW_UP)
    today = clock.today()
    months = trend(request.user, on=today)
    context = {
        "coverage": coverage(request.user, on=today),
        "trend": months,
        "line": [share.percent for _day, share in months],
        "is_head": scope.reach(request.user, Right.FOLLOW_UP) == Reach.TREE,
    }
    return render(request, "clients/coverage/coverage.html", context)


@require_GET
def uncovered_page(request):
    """The clients whom nobody spoke to in time, the longest silence first."""
    scope.require(request.user, Right.FOLLOW_UP)
    rows = uncovered(request.user, on=clock.today()).for_list()
    owner, outlet, tier = (request.GET.get(name, "") for name in ("owner", "outlet", "tier"))
    if _is_id(owner):
        rows = rows.filter(owner=int(owner))
    if _is_id(outlet):
        rows = rows.filter(outlet=int(outlet))
    if tier in Tier.values:
        rows = rows.filter(tier=tier)
    context = {
        "page": page_of(request, rows, order=("last_contact_at", "pk")),
        "is_head": scope.reach(request.user, Right.FOLLOW_UP) == Reach.TREE,
    }
    return render(request, "clients/coverage/uncovered.html", context)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
