"""Head office: set up and preview, lead through every step, look at fairness, decide appeals."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm import bank
from crm.lib import clock, money
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal, status_of
from managers.competition import actions, fairness, rules, set_up_forms
from managers.competition.board import board
from managers.competition.divisions import participants
from managers.competition.forms import DecisionForm
from managers.competition.models import Appeal, Competition
from managers.competition.notices import KINDS
from managers.competition.overview import Overview
from managers.competition.rulebook import Rulebook, usual
from managers.competition.set_up_forms import SetUpForm
from managers.competition.sums import late
from managers.people import scope
from managers.people.scope import Right

State = Competition.State
LATE = 50  # late entries on the page
STEPS = {  # by state: what its button says, what it does, and what follows from it
    State.RUNNING: (
        gettext_lazy("Start it"),
        actions.start,
        gettext_lazy("Rules, period and units never change from then on. People told: %(people)d."),
    ),
    State.CLOSED: (
        gettext_lazy("Close it"),
        actions.close,
        gettext_lazy("Late results still count until the freeze."),
    ),
    State.PROVISIONAL: (
        gettext_lazy("Publish provisional standings"),
        actions.publish,
        gettext_lazy("Everybody who takes part is asked to look. People told: %(people)d."),
    ),
    State.APPEAL: (
        gettext_lazy("Open the time for appeals"),
        actions.open_appeals,
        gettext_lazy("Appeals can be made for %(days)d working days. People told: %(people)d."),
    ),
    State.FROZEN: (
        gettext_lazy("Freeze the standings"),
        actions.freeze,
        gettext_lazy("Nobody can take this back: what comes later counts nothing here."),
    ),
    State.PAID: (
        gettext_lazy("Note the prizes as paid"),
        actions.pay,
        gettext_lazy("Prizes: %(prizes)s in all. Winners: %(winners)d."),
    ),
}


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
    first, end = _next_quarter(clock.today())
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
            _verb, step, _effect = STEPS[state]
            step(found, by=request.user, at=at)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        is_told = state in KINDS and found.is_announced
        messages.success(
            request, _("Done; everybody who takes part is told.") if is_told else _("Done.")
        )
    return redirect("competition-lead", pk)


@require_POST
def appeal_decide(request, pk):
    """Answer an appeal."""
    found = get_object_or_404(Appeal.objects.visible_to(request.user), pk=pk)
    if not rules.may_run(request.user):
        raise PermissionDenied(_("Appeals are decided by head office."))
    form = _decision(found, request.POST)
    if form.is_valid():
        uphold = request.POST.get("uphold") == "yes"
        try:
            actions.decide(
                found, uphold=uphold, **form.cleaned_data, by=request.user, at=clock.now()
            )
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            messages.success(request, _("Decided; who appealed is told."))
            return redirect("competition-lead", found.competition_id)
    return _lead(request, found.competition, typed={found.pk: form})


def _decision(appeal, typed=None) -> DecisionForm:
    """The form of one appeal among several on the page."""
    return DecisionForm(typed, auto_id=f"id_%s_{appeal.pk}")


def _next_quarter(today):
    """First and last day of the first quarter for which nothing is set up."""
    known = Competition.objects.exclude(state=State.CANCELLED).aggregate(last=Max("last"))["last"]
    return clock.quarter_of(max(today, known + timedelta(days=1)) if known else today)


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
        **(_preview(found) if step == "look" else {}),
    }
    return render(request, "managers/competition/set_up.html", context, status=status_of(form))


def _preview(draft) -> dict:
    """What the rules of a draft would have led to, and what to know before its start."""
    today = clock.today()
    return {
        "overview": Overview.tried(draft, today=today),
        "remarks": rules.remarks(draft, today=today),
    }


def _lead(request, found, typed=None):
    at, typed = clock.now(), typed or {}
    has_begun = found.state not in (State.DRAFT, State.CANCELLED)
    looked_at = found.state in (State.CLOSED, State.PROVISIONAL, State.APPEAL)
    table = board(found, today=clock.today()) if has_begun else None
    overview = Overview.of(table) if table else None
    context = {
        "competition": found,
        "overview": overview,
        **(_preview(found) if found.state == State.DRAFT else {}),
        "path": [(step.state, step.get_state_display(), step) for step in found.steps.all()],
        "steps": _steps(found, overview, by=request.user, at=at),
        "may_cancel": rules.refusal(found, State.CANCELLED, by=request.user, at=at) is None,
        "findings": fairness.report(table) if looked_at else [],
        "looked_at": looked_at,
        "appeals": _appeals(found, table, typed),
        "appeals_until": rules.appeals_until(found),
        "provisional_until": rules.provisional_until(found),
        "late": late(found).select_related("staff")[:LATE],
    }
    status = max(map(status_of, typed.values()), default=200)
    return render(request, "managers/competition/lead.html", context, status=status)


def _steps(found, overview, *, by, at) -> list[tuple]:
    """The next steps: state, button, what follows, and why this person may not take it."""
    told = {"days": bank.read("competition.appeal_days", on=clock.local(at).date())}
    if overview:
        told |= {"people": overview.people, "winners": overview.winners}
        told["prizes"] = money.exact(overview.prizes)
    else:
        told["people"] = len(participants(found, posts=found.rulebook.goals))
    return [
        (state, verb, effect % told, rules.refusal(found, state, by=by, at=at))
        for state, (verb, _step, effect) in STEPS.items()
        if found.state in rules.BEFORE[state]
    ]


def _appeals(found, table, typed) -> list[tuple]:
    """Each appeal with the row of who made it, and the form of what waits for a decision."""

    def form(one):
        waits = one.state == Appeal.State.OPEN and found.state == State.APPEAL
        return typed.get(one.pk) or (_decision(one) if waits else None)

    appeals = found.appeals.select_related("staff", "decided_by")
    return [(one, table and table.of(one.staff_id), form(one)) for one in appeals]
