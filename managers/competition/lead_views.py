"""Head office: set up and preview, lead through every step, look at fairness, decide appeals."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from statistics import median

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import status_of
from managers.competition import actions, fairness, rules, set_up_forms
from managers.competition.board import board
from managers.competition.divisions import Division
from managers.competition.forms import DecisionForm
from managers.competition.models import Appeal, Competition
from managers.competition.rulebook import Rulebook, usual
from managers.competition.set_up_forms import SetUpForm, quarter
from managers.competition.sums import late
from managers.people import scope
from managers.people.scope import Right

State = Competition.State
LATE = 50  # late entries on the page
STEPS = {
    State.RUNNING: (gettext_lazy("Start it"), actions.start),
    State.CLOSED: (gettext_lazy("Close it"), actions.close),
    State.PROVISIONAL: (gettext_lazy("Publish provisional standings"), actions.publish),
    State.APPEAL: (gettext_lazy("Open the time for appeals"), actions.open_appeals),
    State.FROZEN: (gettext_lazy("Freeze the standings"), actions.freeze),
    State.PAID: (gettext_lazy("Note the prizes as paid"), actions.pay),
}


@dataclass(frozen=True)
class Standing:
    """How a division stands, or would have stood under rules that are being drafted."""

    division: Division
    people: int
    ranked: int
    best: Decimal
    median: Decimal
    full: int  # people with 100 points or more


@require_GET
def competition_list(request):
    """All competitions, drafts included."""
    scope.require(request.user, Right.RUN_COMPETITIONS)
    return render(
        request, "managers/competition/list.html", {"competitions": Competition.objects.all()}
    )


@require_http_methods(["GET", "POST"])
def competition_new(request):
    """Set a competition up; it begins with the rules of the last one."""
    scope.require(request.user, Right.RUN_COMPETITIONS)
    last = Competition.objects.first()
    first, end = quarter(clock.today())
    initial = {"first": first, "last": end, "name": f"{first.year} Q{(first.month + 2) // 3}"}
    return _set_up(request, None, last.rulebook if last else usual(), initial)


@require_http_methods(["GET", "POST"])
def competition_edit(request, pk):
    """Change a draft; once it runs nobody can."""
    scope.require(request.user, Right.RUN_COMPETITIONS)
    found = get_object_or_404(Competition, pk=pk)
    if request.method == "GET" and found.state != State.DRAFT:
        return redirect("competition-lead", pk)
    told = {name: getattr(found, name) for name in ("name", "first", "last", "version")}
    return _set_up(request, found, found.rulebook, {**told, "units": found.units.all()})


@require_GET
def competition_lead(request, pk):
    """Where it stands, what comes next, and all that is to be looked at before."""
    scope.require(request.user, Right.RUN_COMPETITIONS)
    return _lead(request, get_object_or_404(Competition, pk=pk))


@require_POST
def competition_step(request, pk):
    """Bring it one step on, or call it off."""
    scope.require(request.user, Right.RUN_COMPETITIONS)
    found, at = get_object_or_404(Competition, pk=pk), clock.now()
    state = request.POST.get("state", "")
    try:
        if state == State.CANCELLED:
            actions.cancel(found, reason=request.POST.get("reason", ""), by=request.user, at=at)
        elif state in STEPS:
            _verb, step = STEPS[state]
            step(found, by=request.user, at=at)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Done; everybody who takes part is told."))
    return redirect("competition-lead", pk)


@require_POST
def appeal_decide(request, pk):
    """Answer an appeal."""
    found = get_object_or_404(Appeal.objects.visible_to(request.user), pk=pk)
    if not rules.may_run(request.user):
        raise PermissionDenied(_("Appeals are decided by head office."))
    form = DecisionForm(request.POST)
    if form.is_valid():
        uphold = request.POST.get("uphold") == "yes"
        try:
            actions.decide(
                found, uphold=uphold, **form.cleaned_data, by=request.user, at=clock.now()
            )
        except RuleBroken as broken:
            messages.error(request, str(broken))
        else:
            messages.success(request, _("Decided; who appealed is told."))
        return redirect("competition-lead", found.competition_id)
    return _lead(request, found.competition, form=form)


def _set_up(request, found, book: Rulebook, initial):
    """One step of the set-up; the draft is kept with each, wherever the person goes next."""
    codes = list(set_up_forms.STEPS)
    asked = request.POST.get("step") or request.GET.get("step")
    step = asked if found and asked in codes else codes[0]
    form = SetUpForm(request.POST or None, rules=book, step=step, initial=initial)
    if request.method == "POST":
        saved = form.save(found, by=request.user, at=clock.now())
        if saved:
            to = request.POST.get("to")
            to = to if to in codes else codes[min(codes.index(step) + 1, len(codes) - 1)]
            return redirect(f"{reverse('competition-edit', args=[saved.pk])}?step={to}")
    context = {
        "form": form,
        "competition": found,
        "step": step,
        "steps": set_up_forms.STEPS.items(),
        "before": codes[codes.index(step) - 1] if step != codes[0] else "",
        "divisions": _tried(book, initial["units"]) if step == "look" else None,
        "remarks": rules.remarks(found, today=clock.today()) if step == "look" else None,
    }
    return render(request, "managers/competition/set_up.html", context, status=status_of(form))


def _tried(book: Rulebook, units) -> list[Standing]:
    """Last quarter under these rules."""
    first, _end = quarter(clock.today())
    first, last = quarter(first - timedelta(days=1))
    trial = Competition(first=first, last=last, rules=book.dump())
    trial.chosen = list(units)
    return _standings(board(trial, today=last))


def _standings(table) -> list[Standing]:
    found = []
    for division in Division.all(table.rules.goals):
        scores = [row.score.total for row in table.ranked if row.division == division]
        if scores:
            full = sum(score >= 100 for score in scores)
            people = table.sizes[division]
            middle = Decimal(median(scores)).quantize(Decimal("0.01"))
            found.append(Standing(division, people, len(scores), max(scores), middle, full))
    return found


def _lead(request, found, form=None):
    at = clock.now()
    has_begun = found.state not in (State.DRAFT, State.CANCELLED)
    looked_at = found.state in (State.CLOSED, State.PROVISIONAL, State.APPEAL)
    steps = [
        (state, verb, rules.refusal(found, state, by=request.user, at=at))
        for state, (verb, _step) in STEPS.items()
        if found.state in rules.BEFORE[state]
    ]
    table = board(found, today=clock.today()) if has_begun else None
    context = {
        "competition": found,
        "divisions": _standings(table) if table else [],
        "path": [(step.state, step.get_state_display(), step) for step in found.steps.all()],
        "steps": steps,
        "may_cancel": rules.refusal(found, State.CANCELLED, by=request.user, at=at) is None,
        "findings": fairness.report(table) if looked_at else [],
        "looked_at": looked_at,
        "appeals": found.appeals.select_related("staff", "decided_by"),
        "appeals_until": rules.appeals_until(found),
        "provisional_until": rules.provisional_until(found),
        "late": late(found).select_related("staff")[:LATE],
        "decision": form or DecisionForm(),
    }
    return render(
        request, "managers/competition/lead.html", context, status=status_of(context["decision"])
    )
