"""A sale, step by step."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clients.book.reading import seen
from clients.sales import actions, rules
from clients.sales.forms import CancelSaleForm, ConfirmForm, DiscloseForm
from clients.sales.models import Disclosure, SaleRecord
from clients.sales.queries import latest_disclosure
from clients.sales.views.files import require_adviser
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal, status_of


@require_GET
def sale(request, pk):
    """Where the sale stands, what to show the client, and the next step."""
    return _page(request, _found(request, pk))


@require_POST
def sale_disclose(request, pk):
    """The client was shown the disclosure."""
    found, form = _found(request, pk), DiscloseForm(request.POST)
    if form.is_valid():
        shown = Disclosure.objects.filter(pk=form.cleaned_data["shown"]).first()
        done = _attempt(request, found, form, actions.disclose, shown=shown)
        if done:
            messages.success(request, _("Noted. Now ask for the client's yes."))
            return redirect("sale", pk)
    return _page(request, found, disclose=form)


@require_POST
def sale_confirm(request, pk):
    """The client said yes."""
    found, form = _found(request, pk), ConfirmForm(request.POST)
    if form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("recording", "client_agrees")}
        if _attempt(request, found, form, actions.confirm, **typed):
            messages.success(request, _("Sold. The product is among the holdings."))
            return redirect("client", found.client_id)
    return _page(request, found, confirm=form)


@require_POST
def sale_cancel(request, pk):
    """The sale ends, before the yes or after it."""
    found, form = _found(request, pk), CancelSaleForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if _attempt(request, found, form, actions.cancel, reason=reason):
            messages.success(request, _("The sale is cancelled."))
            return redirect("client", found.client_id)
    return _page(request, found, cancel=form)


def _found(request, pk) -> SaleRecord:
    found = get_object_or_404(SaleRecord.objects.visible_to(request.user).for_list(), pk=pk)
    if request.method == "POST":
        require_adviser(request, found.client)
    return found


def _attempt(request, found, form, action, **what):
    """Call the action; None after a refusal, which then stands in the form."""
    version = form.cleaned_data["version"]
    try:
        return action(found, version=version, **what, by=request.user, at=clock.now())
    except RuleBroken as broken:
        add_refusal(form, broken)
        # What was typed may be sent once more, over what the sale is by now.
        found.refresh_from_db()
        form.data = form.data.copy()
        form.data["version"] = found.version
        return None


def _page(request, found, **bound):
    """The page, with the one form that was sent and fresh ones beside it."""
    seen(request, found.client)
    latest, version = latest_disclosure(found.product), {"version": found.version}
    context = {
        "sale": found,
        "client": found.client,
        "product": found.product,
        "disclosure": latest,
        "acts": rules.allowed_actions(request.user, found, on=clock.today()),
        "is_current": latest is not None and found.disclosure_id == latest.pk,
        "say_it_again": rules.needs_spoken_warning(found.product),
        "disclose": DiscloseForm(initial={**version, "shown": latest.pk if latest else None}),
        "confirm": ConfirmForm(initial=version),
        "cancel": CancelSaleForm(initial=version),
        **bound,
    }
    status = max((status_of(form) for form in bound.values()), default=200)
    return render(request, "clients/sales/sale.html", context, status=status)
