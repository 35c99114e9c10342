"""The page of one recurring follow-up: its coming days, exceptions and its end."""

from datetime import date, timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.book.reading import seen
from clients.followups import actions, recurring, rules
from clients.followups.hours import Hours
from clients.followups.models import FollowUp, Series
from clients.followups.series_forms import ExceptionForm, RuleForm
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import status_of

AHEAD = 6  # coming days that are shown


@require_http_methods(["GET", "POST"])
def series(request, pk):
    """The days on which it comes, and leaving one out or moving it."""
    found = _found(request, pk)
    form = ExceptionForm(request.POST or None, days=_ahead(found)[1])
    valid = request.method == "POST" and form.is_valid()
    if valid and form.save(found, by=request.user, at=clock.now()):
        messages.success(request, _("The day is changed."))
        return redirect("series", pk)
    return _page(request, found, form=form)


@require_POST
def series_rule(request, pk):
    """Another rule from a day on."""
    found = _found(request, pk)
    rule = RuleForm(request.POST)
    if rule.is_valid() and rule.save(found, by=request.user, at=clock.now()):
        messages.success(request, _("It comes by the new rule from that day on."))
        return redirect("series", pk)
    return _page(request, found, rule=rule)


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


def _ahead(found) -> tuple[FollowUp | None, list]:
    """The occurrence that is open, and the days after it."""
    on = clock.today()
    item = FollowUp.objects.open().filter(series=found, client=found.client).first()
    first = max(on, item.event_on + timedelta(days=1)) if item and item.event_on else on
    days = [] if found.ended_at else list(recurring.coming(found, first=first, number=AHEAD))
    return item, days


def _left_out(found) -> list:
    """Days to come on which it does not come, the moved ones with their new day."""
    days = [(date.fromisoformat(day), to) for day, to in found.exceptions.items()]
    return [
        (day, date.fromisoformat(to) if to else None) for day, to in days if day >= clock.today()
    ]


def _with_due_days(found, days) -> list:
    """Each day with the working day on which it is due (rules F2)."""
    today = clock.today()
    how = {"today": today, "hours": Hours(on=today)}
    return [(day, recurring.due_day(found, found.client, day, **how)) for day in days]


def _page(request, found, **bound):
    """The page, with the one form that was sent and fresh ones beside it."""
    seen(request, found.client)
    item, days = _ahead(found)
    begins = days[0] if days else clock.today()
    context = {
        "series": found,
        "client": found.client,
        "item": item,
        "days": _with_due_days(found, days),
        "left_out": sorted(_left_out(found)),
        "form": ExceptionForm(days=days),
        "rule": RuleForm(initial={"every": found.every, "begins_on": begins}),
        "may_book": not found.ended_at
        and rules.may_book(request.user, found.client, on=clock.today()),
        **bound,
    }
    status = max(status_of(form) for form in bound.values())
    return render(request, "clients/followups/series.html", context, status=status)


def _found(request, pk) -> Series:
    rows = Series.objects.visible_to(request.user).select_related("client")
    return get_object_or_404(rows, pk=pk)
