"""The board of callbacks, which looks again by itself."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from clients.followups.board import Urgency, board
from crm.lib import clock
from crm.middleware import unattended
from managers.people import scope
from managers.people.scope import Reach, Right


@require_GET
def callbacks(request):
    """Calls by their promised minute: one's own, for heads those of the outlets."""
    return _page(request, "clients/followups/callbacks.html")


@unattended
@require_GET
def callbacks_board(request):
    """The board alone, as the page asks for it by itself."""
    return _page(request, "clients/followups/callbacks.html#board")


def _page(request, template):
    scope.require(request.user, Right.FOLLOW_UP)
    context = {
        "board": (made := board(request.user, at=clock.now())),
        "counts": [
            (code, made.count(code)) for code in (Urgency.MISSED, Urgency.DUE, Urgency.SOON)
        ],
        "is_head": scope.reach(request.user, Right.FOLLOW_UP) == Reach.TREE,
    }
    return render(request, template, context)
