"""The page on which a head ends a relationship, or takes its end back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.book.models import Client
from clients.book.reading import seen
from clients.privacy import actions
from clients.privacy.forms import ClosingForm
from clients.privacy.rules import closing as rules
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal, status_of


@require_http_methods(["GET", "POST"])
def client_closing(request, pk):
    """The day on which the relationship ended, and why; what follows stands beside it."""
    client = _found(request, pk)
    seen(request, client)
    form = ClosingForm(request.POST or None, initial={"ended_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.close(client, **form.cleaned_data, by=request.user, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            messages.success(request, _("The relationship is ended."))
            return redirect("client", pk)
    context = {"client": client, "form": form}
    return render(request, "clients/privacy/closing.html", context, status=status_of(form))


@require_POST
def client_reopen(request, pk):
    """It was a mistake, or the client stays."""
    client = _found(request, pk)
    try:
        actions.reopen(client, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("The client is back with whoever had them."))
    return redirect("client", pk)


def _found(request, pk) -> Client:
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    if not rules.may_close(request.user, client):
        raise PermissionDenied(_("Only a head of the client's outlet ends a relationship."))
    return client
