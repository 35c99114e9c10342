"""A masked detail, the question what it is needed for, and the detail for a minute."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from clients.book import rules
from clients.book.details import masked_detail
from clients.book.models import Client
from clients.book.reading import seen
from clients.book.reveal import LONGEST, Detail, reveal
from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal, address_of, status_of

# Each as long as a purpose must be, in both languages.
AS_PLANNED = gettext_lazy("Call the client as planned")
USUAL = [
    AS_PLANNED,
    gettext_lazy("Return a call of the client"),
    gettext_lazy("Send papers the client asked for"),
    gettext_lazy("Check identity for a transaction"),
]


class PurposeForm(forms.Form):
    """What somebody needs a detail for."""

    purpose = forms.CharField(
        label=gettext_lazy("What for?"),
        max_length=LONGEST,
        help_text=gettext_lazy("Kept in the audit with your name."),
        widget=forms.TextInput(
            attrs={"list": "usual-purposes", "autocomplete": "off", "autofocus": True}
        ),
    )


@cache_control(no_store=True)
@require_http_methods(["GET", "POST"])
def client_reveal(request, pk):
    """Ask for the purpose, then show the one detail; `?hide` shows its mask again."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    field = _asked_for(request)
    if not rules.may_reveal(request.user, client):
        raise PermissionDenied(_("Only the client's RM and head see this unmasked."))
    form = PurposeForm(request.POST or None)
    context = {"client": client, "field": field, "label": Detail(field).label, "form": form}
    if request.method == "GET":
        seen(request, client)
    if "hide" in request.GET:
        return _masked(request, context)
    if request.method == "POST" and form.is_valid():
        try:
            value = reveal(
                client,
                field,
                **form.cleaned_data,
                by=request.user,
                at=clock.now(),
                address=address_of(request),
            )
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            return _shown(request, context | {"value": value})
    context |= {"masked": masked_detail(client, field), "usual": USUAL}
    return render(request, "clients/book/reveal.html", context, status=status_of(form))


def _asked_for(request) -> str:
    field = request.POST.get("field") or request.GET.get("field", "")
    if field not in Detail.values:
        raise Http404
    return field


def _masked(request, context):
    client, field = context["client"], context["field"]
    if not request.htmx:
        return redirect("client", client.pk)
    context |= {"masked": masked_detail(client, field), "can_reveal": True}
    return render(request, "clients/book/detail.html", context)


def _shown(request, context):
    """Without scripts the browser itself leaves the page once the time is over."""
    seconds = bank.read("reveal.seconds", on=clock.today())
    answer = render(request, "clients/book/reveal.html", context | {"seconds": seconds})
    answer["Refresh"] = f"{seconds}; url={reverse('client', args=[context['client'].pk])}"
    return answer
