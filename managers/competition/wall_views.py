"""The wallboard: in the window of a person, or on a screen that has its own address."""

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.lib import clock
from crm.middleware import unattended
from crm.pages import status_of
from managers.competition import actions, queries, rules
from managers.competition.board import board, shared_teams
from managers.competition.divisions import Division, participants
from managers.competition.filters import Asked
from managers.competition.forms import DisplayForm
from managers.competition.models import Competition, Display
from managers.people import scope
from managers.people.scope import Right

WALL = 10  # places on the wallboard
_SALT = "managers.competition.display"


def token(display) -> str:
    """What the address of a screen carries: signed, and good until the screen is ended."""
    return signing.Signer(salt=_SALT).sign_object(display.pk)


@unattended
@require_GET
def wallboard(request, pk):
    """One division on a large screen; it asks for itself each half minute, and names no client."""
    scope.require(request.user, Right.SEE_STANDINGS)
    found = get_object_or_404(Competition.objects.announced(), pk=pk)
    book = found.rulebook
    own = participants(found, posts=book.goals, staff=request.user)
    asked = Asked.by(request.GET, rules=book, own=own[0].division if own else None)
    table = board(found, today=clock.today(), division=asked.division, shared=True)
    rows = rules.visible_rows(request.user, table)
    back = f"{reverse('competition-board', args=[found.pk])}?division={asked.division.code}"
    shown = _wall(table, rows, unit=request.user.current_unit)
    return _answer(request, {**shown, "back": back})


@unattended
@require_GET
def screen(request):
    """The wallboard for whoever has the address: what everybody may see of it, and nothing else.

    It shows the competition that runs, and goes on with the next one. A screen that was ended is
    told to load its page again, which is not found.
    """
    display = _display(request.GET.get("token", ""))
    if display is None:
        return _nothing(request)
    with translation.override(display.language):
        found = queries.current(on=clock.today())
        if found is None:
            return _answer(request, {"competition": None})
        asked = Asked.by({"division": display.division}, rules=found.rulebook, own=None)
        table = board(found, today=clock.today(), division=asked.division, shared=True)
        rows = rules.public_rows(table)
        return _answer(request, _wall(table, rows, unit=display.unit))


@require_http_methods(["GET", "POST"])
def screens(request):
    """The screens that hang, their addresses, and a form for one more."""
    scope.require(request.user, Right.RUN_COMPETITIONS)
    form = DisplayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save(by=request.user, at=clock.now())
        messages.success(request, _("Open this address on the screen; it refreshes by itself."))
        return redirect("screens")
    hanging = Display.objects.filter(ended_at=None).select_related("unit", "made_by")
    url = settings.SITE_URL + reverse("screen")
    context = {
        "form": form,
        "screens": [
            (one, Division.by_code(one.division), f"{url}?token={token(one)}") for one in hanging
        ],
    }
    return render(request, "managers/competition/screens.html", context, status=status_of(form))


@require_POST
def screen_end(request, pk):
    """End one; what it shows is gone within half a minute."""
    scope.require(request.user, Right.RUN_COMPETITIONS)
    actions.end_display(get_object_or_404(Display, pk=pk), by=request.user, at=clock.now())
    messages.success(request, _("This address shows nothing any more."))
    return redirect("screens")


def _display(text: str) -> Display | None:
    try:
        pk = signing.Signer(salt=_SALT).unsign_object(text)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Display.objects.filter(pk=pk, ended_at=None).select_related("unit").first()


def _nothing(request) -> HttpResponse:
    if not request.htmx:
        raise Http404
    return HttpResponse(status=404, headers={"HX-Refresh": "true"})


def _wall(table, rows, *, unit) -> dict:
    rows = [row for row in rows if row.place]
    climber = max(rows, key=lambda row: row.move or 0, default=None)
    ranked = shared_teams(table.competition, today=clock.today())
    return {
        "competition": table.competition,
        "division": table.division,
        "podium": rows[:3],
        "others": rows[3:WALL],
        "teams": ranked[:6],
        "best_team": ranked[0].mean if ranked else 0,
        "climber": climber if climber and (climber.move or 0) > 0 else None,
        "own_unit": unit,
        "days_left": table.competition.days_left(clock.today()),
    }


def _answer(request, context) -> HttpResponse:
    name = "wallboard.html#wall" if request.htmx else "wallboard.html"
    answer = render(request, f"managers/competition/{name}", context)
    answer["Cache-Control"] = "private, no-store"
    return answer
