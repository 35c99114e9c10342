"""What a person does with a selection of the list: the effect first, then an answer for each."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clients.book.filters import ClientFilter, asked_for
from clients.book.list_actions import tag_many
from clients.book.models import Client
from clients.desk.bulk import MOST, effects, follow_up_many
from clients.desk.bulk_forms import BulkFollowUpForm, BulkTagForm
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal, status_of
from managers.people import scope
from managers.people.scope import Right

FORMS = {"tag": BulkTagForm, "follow_up": BulkFollowUpForm}
REFUSALS_TOLD = 10


@require_POST
def selected(request):
    """Tag the selected clients, or book a follow-up with each: asks first, then does it."""
    scope.require(request.user, Right.VIEW_FILE)
    act = request.POST.get("act") or request.POST.get("all", "")
    clients = _chosen(request)
    if act not in FORMS or not clients:
        messages.error(request, _("Please select clients first."))
        return _back(request)
    form = FORMS[act](request.POST if "go" in request.POST else None)
    if form.is_bound and form.is_valid():
        try:
            results = _do(act, clients, form.cleaned_data, by=request.user, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            _say(request, results, clients)
            return _back(request)
    context = {
        "act": act,
        "form": form,
        "clients": clients,
        "effects": effects(act, clients),
        "back": request.POST.get("back", ""),
    }
    return render(request, "clients/desk/bulk.html", context, status=status_of(form))


def _chosen(request) -> list[Client]:
    """The ticked clients, or all whom the list holds, as far as the person may see them."""
    rows = Client.objects.visible_to(request.user).select_related("owner")
    if "all" in request.POST:
        asked = asked_for(request.user, QueryDict(request.POST.get("back", "")))
        rows = ClientFilter(asked, queryset=rows, request=request).qs
        rows = rows if asked.get("state") else rows.active()
    else:
        ticked = [pk for pk in request.POST.getlist("clients") if pk.isdecimal()][:MOST]
        rows = rows.filter(pk__in=[int(pk) for pk in ticked if len(pk) < 19])
    return list(rows.order_by("pk")[:MOST])


def _do(act, clients, data, *, by, at) -> list[tuple[int, str]]:
    pks = [client.pk for client in clients]
    if act == "tag":
        return tag_many(pks, **data, by=by, at=at)
    return follow_up_many(pks, **data, by=by, at=at)


def _say(request, results, clients) -> None:
    names = {client.pk: words.plain_name(client) for client in clients}
    done = sum(1 for _pk, refusal in results if not refusal)
    refused = [(names[pk], refusal) for pk, refusal in results if refusal]
    if done:
        text = ngettext("Done for %(number)d client.", "Done for %(number)d clients.", done)
        messages.success(request, text % {"number": done})
    for name, why in refused[:REFUSALS_TOLD]:
        messages.error(request, _("%(name)s: %(why)s") % {"name": name, "why": why})
    if (more := len(refused) - REFUSALS_TOLD) > 0:
        text = ngettext("%(number)d more refusal.", "%(number)d more refusals.", more)
        messages.error(request, text % {"number": more})


def _back(request):
    query = QueryDict(request.POST.get("back", "")).urlencode()
    return redirect(reverse("client-list") + (f"?{query}" if query else ""))
