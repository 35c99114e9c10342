"""Who may know of a file at all: heads restrict it, and name the colleague whose own it is."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clients.book import rules
from clients.book.actions import protect
from clients.book.models import Client
from clients.book.reading import seen
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal, status_of
from managers.people.models import Staff


class ProtectionForm(forms.Form):
    """Restricted or not, and the staff number of the colleague who is this client."""

    restricted = forms.BooleanField(
        label=gettext_lazy("Restricted"),
        required=False,
        help_text=gettext_lazy("Only the RM and the heads see this file; nobody else finds it."),
    )
    person = forms.ModelChoiceField(
        Staff.objects.all(),
        label=gettext_lazy("Staff number, if the client works for the bank"),
        to_field_name="employee_no",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Nobody reads or edits a file about themselves."),
        error_messages={"invalid_choice": gettext_lazy("Nobody has this staff number.")},
    )


@require_http_methods(["GET", "POST"])
def client_protection(request, pk):
    """The two marks that keep a file from colleagues."""
    rows = Client.objects.visible_to(request.user).select_related("person")
    client = get_object_or_404(rows, pk=pk)
    if not rules.may_restrict(request.user, client):
        raise PermissionDenied(_("Only a head of the client's outlet restricts a file."))
    seen(request, client)
    number = client.person.employee_no if client.person else ""
    known = {"restricted": client.restricted, "person": number}
    form = ProtectionForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            protect(client, **form.cleaned_data, by=request.user, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            messages.success(request, _("Saved."))
            return _back(request, pk)
    context = {"client": client, "form": form}
    return render(request, "clients/book/protection.html", context, status=status_of(form))


def _back(request, pk):
    """To the client, or to the list for who has just said that the client is themselves."""
    visible = Client.objects.visible_to(request.user).filter(pk=pk).exists()
    return redirect("client", pk) if visible else redirect("client-list")
