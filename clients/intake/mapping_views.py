"""Pages of the mappings that are kept."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from clients.intake import rules
from clients.intake.actions import mappings
from clients.intake.forms import NameForm
from clients.intake.models import SavedMapping
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.people import scope
from managers.people.scope import Right


@require_GET
def mapping_list(request):
    """Mappings that are kept, one's own to rename and drop."""
    scope.require(request.user, Right.IMPORT)
    found = rules.mappings_for(request.user).select_related("owner", "unit")
    return render(request, "clients/intake/mappings.html", {"mappings": found})


@require_POST
def mapping_rename(request, pk):
    """Another name."""
    form = NameForm(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    return _change(request, pk, mappings.rename, name=name) if name else redirect("mapping-list")


@require_POST
def mapping_drop(request, pk):
    """Forget a mapping."""
    return _change(request, pk, mappings.drop)


def _change(request, pk, action, **given):
    scope.require(request.user, Right.IMPORT)
    saved = get_object_or_404(SavedMapping.objects.visible_to(request.user), pk=pk)
    try:
        action(saved, **given, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    return redirect("mapping-list")
