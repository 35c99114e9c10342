"""Whether the contact standard is kept: the shares with their trend, and whom nobody spoke to."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from clients.book.models import State, Tier
from clients.coverage import rules
from clients.coverage.filters import UncoveredFilter
from clients.coverage.queries import coverage, name_outlets, out_of_sight, trend, uncovered
from crm import words
from crm.lib import clock
from crm.pages import page_of
from managers.people import scope
from managers.people.scope import Reach, Right


@require_GET
def coverage_page(request):
    """Coverage by RM, outlet, tier and month, of the clients whom the person looks after."""
    context = _of_the_month(request)
    months = trend(request.user, on=clock.today())
    days = [day for day, _share in months]
    chart = {
        "percents": [share.percent for _day, share in months],
        "labels": [words.month_short(day) for day in days],
        "now": days.index(context["on"]) if context["on"] in days else None,
    }
    context |= {"coverage": coverage(request.user, on=context["on"]), "trend": months}
    return render(request, "clients/coverage/coverage.html", context | {"chart": chart})


@require_GET
def uncovered_page(request):
    """The clients whom nobody spoke to in time, the longest silence first."""
    context = _of_the_month(request)
    seen, hidden = (
        UncoveredFilter(request.GET, found(request.user, on=context["on"]))
        for found in (uncovered, out_of_sight)
    )
    page = page_of(request, seen.qs, order=("last_then", "pk"))
    context |= {"page": page, "hidden": hidden.qs.count(), "never": clock.NEVER}
    context["narrowed"] = _in_words(seen.form.cleaned_data, page.rows)
    return render(request, "clients/coverage/uncovered.html", context)


def _in_words(asked: dict, rows) -> str:
    """Of which line of the coverage the rows are; only what they themselves show is named."""
    first = rows[0] if rows else None
    told = [Tier(asked["tier"]).label] if asked.get("tier") else []
    told += [State(asked["state"]).label] if asked.get("state") else []
    if first and asked.get("owner"):
        told.append(words.plain_name(first.owner))
    if first and asked.get("outlet"):
        name_outlets(rows[:1])
        told.append(words.unit_name(first.unit_then))
    return " · ".join(str(one) for one in told)


def _of_the_month(request) -> dict:
    """The day that a page is about: the end of the month that its address names, or today."""
    scope.require(request.user, Right.FOLLOW_UP)
    today = clock.today()
    on = rules.last_day(request.GET.get("month", ""), today=today)
    return {
        "on": on,
        "month": "" if on == today else f"{on:%Y-%m}",
        "is_head": scope.reach(request.user, Right.FOLLOW_UP) == Reach.TREE,
    }
