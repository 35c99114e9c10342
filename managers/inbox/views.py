"""The inbox: what a person was told, and putting it aside."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from crm.lib import clock
from crm.pages import page_of
from managers.inbox import actions
from managers.inbox.kinds import tell
from managers.inbox.models import Notification


@require_GET
def inbox(request):
    """The newest first; `?show=unread` leaves out what was read."""
    mine = Notification.objects.visible_to(request.user)
    wanted = mine.unread() if request.GET.get("show") == "unread" else mine
    page = page_of(request, wanted, order=("-pk",))
    context = {"page": page, "told": tell(page.rows, to=request.user)}
    return render(request, "managers/inbox/inbox.html", context)


@require_POST
def read(request, pk):
    """Put one aside; `go` leads on to its matter."""
    row = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    [(_row, told)] = tell([row], to=request.user)
    actions.read(row, at=clock.now())
    return redirect(told.url if "go" in request.POST and told.url else _back(request))


@require_POST
def read_all(request):
    """Put all aside."""
    actions.read_all(by=request.user, at=clock.now())
    return redirect("inbox")


def _back(request) -> str:
    unread = "?show=unread" if request.POST.get("show") == "unread" else ""
    return reverse("inbox") + unread
