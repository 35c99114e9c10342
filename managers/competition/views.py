"""The standings: places, the way to the next one, and the entries that made a score."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crm.lib import clock
from crm.pages import PAGE_SIZE
from managers.competition import queries, rules
from managers.competition.filters import Asked, EntryFilter
from managers.competition.models import Metric
from managers.competition.periods import Kind, Period
from managers.people import scope
from managers.people.models import RM_POSTS, Post
from managers.people.scope import Right

ENTRIES = 20  # of one metric; the rest is summed up in its line


@require_GET
def competition(request):
    """Who stands where in a month, quarter or year (rules H4 to H6, first form)."""
    scope.require(request.user, Right.SEE_STANDINGS)
    today, person = clock.today(), request.user
    asked = Asked.by(request.GET, today=today, post=person.current_post)
    table = queries.standings(asked.period, today=today, post=asked.division)
    rows = _visible(person, table.rows)
    own = table.of(person.pk)
    podium = rows[:3] if table.best > 0 else []
    context = {
        "table": table,
        "rows": rows,
        "own": own,
        "above": table.above(own) if own else None,
        "podium": podium,
        "pinned": own if own not in podium else None,
        "page": _page(request, rows[len(podium) :]),
        "why": _why(request, asked.period, rows, own),
        "days_left": asked.period.days_left(today),
        **_choices(asked, today),
    }
    return render(request, "managers/competition/competition.html", context)


def _visible(person, rows):
    units = rules.visible_units(person)
    return rows if units is None else [row for row in rows if row.unit.pk in units]


def _page(request, rows):
    cursors = {name: request.GET.get(name) for name in ("after", "before")}
    return queries.page(rows, **cursors, size=PAGE_SIZE)


def _why(request, period, rows, own) -> dict | None:
    """The explanation of one row: the person's own, the one asked for, or the first."""
    wanted = request.GET.get("why")
    if wanted:
        row = next((row for row in rows if str(row.staff.pk) == wanted), None)
        if row is None:
            raise Http404
    else:
        row = own or (rows[0] if rows else None)
    return row and _explained(request, period, row)


def _explained(request, period, row) -> dict:
    person, opened = request.user, request.GET.get("metric", "")
    shares = queries.shares(row.staff, period)
    is_open = rules.may_explain(person, row)
    entries = []
    if is_open and opened in Metric.values:
        found = EntryFilter({"metric": opened}, queries.entries(row.staff, period)).qs
        entries = list(found[:ENTRIES])
    return {
        "row": row,
        "is_mine": row.staff.pk == person.pk,
        "shares": shares,
        "most": max((share.points for share in shares), default=0),
        "is_open": is_open,
        "opened": opened,
        "entries": entries,
        "ways": rules.ways(row.post, row.to_next, on=clock.today()) if row.to_next else [],
    }


def _choices(asked, today) -> dict:
    """Switches for the kind of period and the division."""
    day = min(max(today, asked.period.first), asked.period.last)
    return {
        "asked": asked,
        "kinds": [
            (kind, kind == asked.period.kind, Period.around(kind, day).code) for kind in Kind
        ],
        "divisions": [(post.value, post.label) for post in Post if post in RM_POSTS],
    }
