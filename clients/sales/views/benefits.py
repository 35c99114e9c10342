"""The benefits of a client: what is left, bookings, and a booking taken back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.book.models import Client
from clients.followups.rules import may_book
from clients.sales import actions
from clients.sales.forms import UseForm
from clients.sales.models import BenefitGrant, BenefitUse
from clients.sales.views.files import file_of
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal, status_of


@require_http_methods(["GET", "POST"])
def client_benefits(request, pk):
    """What the client has this year, and what was booked."""
    client, today = file_of(request, pk), clock.today()
    form = UseForm(request.POST or None, client=client, on=today, initial={"day": today})
    if request.method == "POST":
        _require_booker(request, client)
        if form.is_valid() and _booked(request, form):
            messages.success(request, _("The benefit is booked."))
            return redirect("client-benefits", pk)
    uses = BenefitUse.objects.filter(grant__client=client)
    context = {
        "client": client,
        "grants": BenefitGrant.objects.filter(client=client, year=today.year).for_list(),
        "uses": uses.select_related("grant__benefit", "booked_by")[:30],
        "form": form,
        "can_book": may_book(request.user, client, on=today),
    }
    return render(request, "clients/sales/client_benefits.html", context, status=status_of(form))


@require_POST
def take_back(request, pk):
    """The client does not use it after all."""
    mine = BenefitUse.objects.filter(grant__client__in=Client.objects.visible_to(request.user))
    used = get_object_or_404(mine.select_related("grant__client"), pk=pk)
    _require_booker(request, used.grant.client)
    try:
        actions.take_back(used, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("The booking is taken back."))
    return redirect("client-benefits", used.grant.client_id)


def _require_booker(request, client) -> None:
    if not may_book(request.user, client, on=clock.today()):
        raise PermissionDenied(_("Only who looks after the client books their benefits."))


def _booked(request, form) -> BenefitUse | None:
    data = form.cleaned_data
    typed = {"day": data["day"], "note": data["note"]}
    try:
        return actions.use(data["grant"], **typed, by=request.user, at=clock.now())
    except RuleBroken as broken:
        add_refusal(form, broken)
        return None
