"""The standings: places, the way to the next one, and the entries that made a score."""

from dataclasses import replace

from django.db.models.functions import Abs
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from crm.lib import clock
from crm.pages import PAGE_SIZE
from managers.competition import hand, queries, rules
from managers.competition.board import board, ranked_by, shared_teams
from managers.competition.divisions import Division, participants
from managers.competition.filters import Asked, EntryFilter
from managers.competition.models import Competition, Metric
from managers.competition.subjects import subjects
from managers.people import scope
from managers.people.scope import Right

LARGEST = ("-day", Abs("amount").desc(), "-pk")  # of a day first
ENTRIES = 20  # of one metric at first
MORE = 100  # with each press after that
PODIUM = 3


@require_GET
def competition(request, pk=None):
    """Who stands where in a competition; without a number in the one that runs (rules H4, H5)."""
    scope.require(request.user, Right.SEE_STANDINGS)
    found = _announced(pk) if pk else queries.current(on=clock.today())
    if found is None:
        return render(request, "managers/competition/none.html", _frame(request, None))
    book = found.rulebook
    own = participants(found, posts=book.goals, staff=request.user)
    asked = Asked.by(request.GET, rules=book, own=own[0].division if own else None)
    today = clock.today()
    if asked.is_teams:
        return _teams(request, found, asked)
    if asked.is_own and rules.leads(request.user):
        return _own_people(request, found, asked)
    table = board(found, today=today, division=asked.division, shared=True)
    visible = rules.visible_rows(request.user, table)
    rows = _by_metric(table, visible, asked.metric) if asked.metric else visible
    mine = table.of(request.user.pk)
    # Who sees some of the people alone may see nobody of the first three.
    best = [row for row in rows if row.place and row.place <= PODIUM][:PODIUM]
    podium = best if table.has_scores else []
    days_left = found.days_left(today) if found.state == Competition.State.RUNNING else 0
    shows_moves = not asked.metric and any(row.move is not None for row in rows)
    context = {
        "table": table,
        "rows": rows,
        "own": mine,
        "own_shown": next((row for row in rows if row.staff == request.user), None),
        "sees_all": len(visible) == len(table.rows),
        "above": table.above(mine) if mine else None,
        "podium": podium,
        "shows_moves": shows_moves,
        "pinned": mine if mine and mine.staff not in [row.staff for row in podium] else None,
        "page": _page(request, rows[len(podium) :]),
        "why": _why(request, table, visible, mine, goes_on=bool(days_left)),
        "days_left": days_left,
        "has_appealed": found.is_final and found.appeals.filter(staff=request.user).exists(),
        **_frame(request, found),
        **_choices(request, table, asked),
    }
    return render(request, "managers/competition/competition.html", context)


def _by_metric(table, visible, metric) -> list:
    shown = {row.staff.pk for row in visible}
    ranked = ranked_by(table.rows, metric)
    return [replace(row, metric=metric) for row in ranked if row.staff.pk in shown]


def _announced(pk) -> Competition:
    return get_object_or_404(Competition.objects.announced(), pk=pk)


def _frame(request, found) -> dict:
    others = Competition.objects.announced()[:12]
    return {
        "competition": found,
        "others": [one for one in others if one != found],
        "may_run": rules.may_run(request.user),
    }


def _teams(request, found, asked):
    table = board(found, today=clock.today(), division=asked.division, shared=True)
    ranked = shared_teams(found, today=clock.today())
    context = {
        "table": table,
        "heading": _("Teams"),
        "nobody": _("No outlet has enough ranked people"),
        "rows": ranked,
        "best_team": ranked[0].mean if ranked else 0,
        "own_unit": request.user.current_unit,
        **_frame(request, found),
        **_choices(request, table, asked),
    }
    return render(request, "managers/competition/teams.html", context)


def _own_people(request, found, asked):
    """All people of the own units, each with the place in the own division."""
    table = board(found, today=clock.today(), shared=True)
    context = {
        "table": table,
        "heading": _("My people"),
        "nobody": _("Nobody of your units takes part"),
        "rows": [
            (row, table.sizes[row.division]) for row in rules.visible_rows(request.user, table)
        ],
        **_frame(request, found),
        **_choices(request, table, asked),
    }
    return render(request, "managers/competition/people.html", context)


def _page(request, rows):
    cursors = {name: request.GET.get(name) for name in ("after", "before")}
    return queries.page(rows, **cursors, size=PAGE_SIZE)


def _why(request, table, rows, own, *, goes_on) -> dict | None:
    """The explanation of one row: the person's own, the one asked for, or the first."""
    wanted = request.GET.get("why")
    if wanted:
        row = next((row for row in rows if str(row.staff.pk) == wanted), None)
        if row is None:
            raise Http404
    else:
        row = own or (rows[0] if rows else None)
    return row and _explained(request, table, row, goes_on=goes_on)


def _explained(request, table, row, *, goes_on) -> dict:
    opened = request.GET.get("open", "")
    is_open = rules.may_explain(request.user, row)
    entries, more = [], None
    if is_open and opened in Metric.values:
        entries, more = _entries(request, table, row, opened)
    is_mine = row.staff.pk == request.user.pk
    history = queries.history(table, row) if is_open else []
    worst = min(row.score.lines, key=lambda line: line.score - line.weight)
    return {
        "row": row,
        "is_mine": is_mine,
        "worst": worst if worst.score < worst.weight else None,
        "missing": worst.weight - worst.score,
        "is_open": is_open,
        "opened": opened,
        "entries": entries,
        "more": more,
        "ways": _ways(table, row) if is_mine and goes_on else [],
        "forecast": queries.forecast(table, row),
        "history": history,
        "scores": [points for _day, points in history],
    }


def _entries(request, table, row, metric) -> tuple[list, int | None]:
    """Entries with what they are about, and how many to show at the next press, if there is one."""
    asked = request.GET.get("shown", "")
    size = int(asked) if asked.isdecimal() and len(asked) < 6 else ENTRIES
    found = EntryFilter({"metric": metric}, queries.entries(table.competition, row.staff)).qs
    some = list(found.select_related("reverses").order_by(*LARGEST)[: size + 1])
    return subjects(request.user, some[:size]), size + MORE if len(some) > size else None


def _ways(table, row) -> list:
    """What takes somebody to the next place, with what there is at hand for it."""
    if not table.above(row):
        return []
    metrics = [line.metric for line in row.score.lines]
    return queries.ways(table, row, hand.at_hand(row.staff, metrics, at=clock.now()))


def _choices(request, table, asked) -> dict:
    """Switches between people and teams, divisions, and metrics."""
    posts = table.rules.goals
    divisions = [one for one in Division.all([asked.division.post]) if table.sizes.get(one)]
    return {
        "asked": asked,
        "leads": rules.leads(request.user),
        "posts": [Division(post, asked.division.band) for post in posts],
        "divisions": [(one, table.sizes[one]) for one in divisions],
        "goals": [(g.metric, Metric(g.metric).label) for g in posts[asked.division.post]],
    }
