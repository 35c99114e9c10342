"""Tags of a client, and filters kept under a name."""

from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.book.list_actions import drop_view, save_view, tag_many, untag
from clients.book.models import Client, SavedView, Tag
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.people import scope
from managers.people.scope import Right


@require_POST
def client_tags(request, pk):
    """Put a tag on a client, or take one off."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    act = {"by": request.user, "at": clock.now()}
    if remove := request.POST.get("remove"):
        tags = Tag.objects.visible_to(request.user)
        if not remove.isdecimal() or not (tag := tags.filter(pk=int(remove)).first()):
            raise Http404
        untag(client, tag, **act)
        return redirect("client", pk)
    try:
        tag_many([pk], name=request.POST.get("name", ""), shared="shared" in request.POST, **act)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    return redirect("client", pk)


@require_POST
def view_new(request):
    """Keep the filters of the list's address under a name."""
    scope.require(request.user, Right.VIEW_FILE)
    name, shared = request.POST.get("name", ""), "shared" in request.POST
    asked = QueryDict(request.POST.get("asked", ""))
    try:
        view = save_view(name=name, asked=asked, shared=shared, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("client-list")
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return redirect(f"{reverse('client-list')}?{view.query}")


@require_POST
def view_drop(request, pk):
    """Forget a view."""
    scope.require(request.user, Right.VIEW_FILE)
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    try:
        drop_view(view, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    return redirect("client-list")
