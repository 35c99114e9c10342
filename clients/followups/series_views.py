"""The page of one recurring follow-up: its coming days, exceptions and its end."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.book.reading import seen
from clients.followups import actions, recurring, rules
from clients.followups.models import FollowUp, Series
from clients.followups.series_forms import ExceptionForm
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import status_of

AHEAD = 6  # coming days that are shown


@require_http_methods(["GET", "POST"])
def series(request, pk):
    """The days on which it comes, and leaving one out or moving it."""
    found, on = _found(request, pk), clock.today()
    seen(request, found.client)
    item = FollowUp.objects.open().filter(series=found, client=found.client).first()
    first = max(on, item.event_on + timedelta(days=1)) if item and item.event_on else on
    days = [] if found.ended_at else list(recurring.coming(found, first=first, number=AHEAD))
    form = ExceptionForm(request.POST or None, days=days)
    if request.method == "POST" and form.is_valid():
        changed = form.save(found, by=request.user, at=clock.now())
        if changed:
            messages.success(request, _("The day is changed."))
            return redirect("series", pk)
    context = {
        "series": found,
        "client": found.client,
        "item": item,
        "days": days,
        "form": form,
        "may_book": not found.ended_at and rules.may_book(request.user, found.client, on=on),
    }
    return render(request, "clients/followups/series.html", context, status=status_of(form))


@require_POST
def series_end(request, pk):
    """Nothing further comes."""
    found = _found(request, pk)
    try:
        actions.end(found, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("The recurring follow-up has ended."))
    return redirect("series", pk)


def _found(request, pk) -> Series:
    rows = Series.objects.visible_to(request.user).select_related("client")
    return get_object_or_404(rows, pk=pk)
