"""Plans for the book of somebody who goes: make, preview, agree, carry out, undo."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.reassignment import actions, queries
from clients.reassignment.filters import MoveFilter, PlanFilter
from clients.reassignment.forms import MovesForm, PlanForm, SharesForm
from clients.reassignment.models import ReassignmentPlan
from clients.reassignment.tasks import work_plan
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.middleware import unattended
from crm.pages import page_of, status_of
from managers.people import scope
from managers.people.scope import Right

ACTS = {
    "submit": actions.submit,
    "approve": actions.approve,
    "refuse": actions.refuse,
    "cancel": actions.cancel,
    "execute": actions.execute,
    "undo": actions.undo,
}
WORKED = ("execute", "undo")  # what a worker is woken for


@require_GET
def plan_list(request):
    """The plans of a head's outlets."""
    scope.require(request.user, Right.ASSIGN)
    found = PlanFilter(request.GET, queryset=queries.plans_of(request.user))
    page = page_of(request, found.qs, order=("-pk",))
    return render(request, "clients/reassignment/list.html", {"page": page})


@require_http_methods(["GET", "POST"])
def plan_new(request):
    """Say who goes and why; each client then has a receiver to look at."""
    scope.require(request.user, Right.ASSIGN)
    asked = {"from_staff": request.GET.get("from"), "effective_on": clock.today()}
    asked["cause"] = request.GET.get("cause")
    form = PlanForm(request.POST or None, person=request.user, initial=asked)
    if request.method == "POST" and form.is_valid():
        plan = form.save(by=request.user, at=clock.now())
        if plan:
            return redirect("plan", plan.pk)
    return render(request, "clients/reassignment/new.html", {"form": form}, status=status_of(form))


@require_GET
def plan(request, pk):
    """Who gets whom, what it does to the books, and what became of it."""
    found = _found(request, pk)
    moves = MoveFilter(request.GET, queryset=queries.moves_of(found, request.user))
    page = page_of(request, moves.qs, order=("client", "pk"))
    context = queries.page(found, request.user, at=clock.now())
    context |= {"page": page, "rows": queries.rows_of(page.rows, request.user)}
    return render(request, "clients/reassignment/plan.html", context)


@unattended
@require_GET
def plan_progress(request, pk):
    """The part of the page that a running plan renews; nobody has to be there."""
    found = _found(request, pk)
    context = {"plan": found, "counts": queries.counts(found)}
    answer = render(request, "clients/reassignment/progress.html", context)
    if not found.is_at_work:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def plan_moves(request, pk):
    """Give the selected rows to one colleague, or to nobody."""
    found = _found(request, pk)
    form = MovesForm(request.POST, plan=found)
    if not form.is_valid():
        return _back(request, found, [t for texts in form.errors.values() for t in texts])
    given = form.cleaned_data
    picked = _pick(given, "to", "reason", "version")
    refused = _try(actions.choose, found, given["moves"], request=request, **picked)
    if not refused:
        messages.success(request, _chosen(given))
    return _back(request, found, refused)


@require_POST
def plan_shares(request, pk):
    """Share the clients out anew among the selected colleagues."""
    found = _found(request, pk)
    form = SharesForm(request.POST)
    if not form.is_valid():
        return _back(request, found, [t for texts in form.errors.values() for t in texts])
    given = _pick(form.cleaned_data, "elsewhere", "version")
    given["only"] = [person.pk for person in form.cleaned_data["only"]]
    return _back(request, found, _try(actions.rebalance, found, request=request, **given))


@require_POST
def plan_act(request, pk):
    """Submit, approve, refuse, give up, carry out or undo."""
    found, act = _found(request, pk), ACTS.get(request.POST.get("act", ""))
    if act is None:
        return redirect("plan", found.pk)
    version = request.POST.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else None
    refused = _try(act, found, request=request, version=seen)
    if not refused and request.POST["act"] in WORKED:
        work_plan.delay(found.pk)
    return _back(request, found, refused)


def _try(act, plan, *rows, request, **given) -> list[str]:
    """Why it was refused; [] if it was done."""
    try:
        act(plan, *rows, **given, by=request.user, at=clock.now())
    except RuleBroken as broken:
        return [str(broken)]
    return []


def _pick(given, *names) -> dict:
    return {name: given[name] for name in names}


def _chosen(given) -> str:
    number = len(given["moves"])
    if given["to"] is None:
        text = ngettext("%(number)d client stays.", "%(number)d clients stay.", number)
        return text % {"number": number}
    text = ngettext(
        "%(number)d client shall go to %(name)s.",
        "%(number)d clients shall go to %(name)s.",
        number,
    )
    return text % {"number": number, "name": words.plain_name(given["to"])}


def _back(request, plan, refusals):
    for text in refusals:
        messages.error(request, text)
    query = QueryDict(request.POST.get("back", "")).urlencode()
    return redirect(reverse("plan", args=[plan.pk]) + (f"?{query}" if query else ""))


def _found(request, pk) -> ReassignmentPlan:
    scope.require(request.user, Right.ASSIGN)
    return get_object_or_404(queries.plans_of(request.user), pk=pk)
