"""Head office: open cycles, look at what they propose, and try other thresholds."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from crm.lib import clock
from crm.pages import status_of
from managers.grades import queries, words
from managers.grades.forms import CycleForm, TrialForm, trial_of
from managers.grades.models import Cycle
from managers.grades.proposing import WAYS
from managers.people import scope
from managers.people.scope import Right

SHOWN = 100  # people whom a trial names


@require_http_methods(["GET", "POST"])
def cycle_list(request):
    """All cycles; another one is opened here, or by the clock."""
    scope.require(request.user, Right.DECIDE_GRADE)
    form = CycleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opened = form.save(by=request.user, at=clock.now())
        if opened:
            messages.success(request, _("Opened; the proposals stand here within a minute."))
            return redirect("cycle", opened.pk)
    context = {"form": form, "cycles": Cycle.objects.visible_to(request.user)}
    return render(request, "managers/grades/cycles.html", context, status=status_of(form))


@require_GET
def cycle(request, pk):
    """What a cycle proposes, and what it would under other thresholds."""
    scope.require(request.user, Right.DECIDE_GRADE)
    found = get_object_or_404(Cycle.objects.visible_to(request.user), pk=pk)
    form = TrialForm(request.GET if "up" in request.GET else trial_of(found), cycle=found)
    trial = None
    if form.is_valid():
        trial = queries.simulate(found, form.thresholds(found), asked=form.asked())
    context = {
        "cycle": found,
        "form": form,
        "trial": trial,
        "moves": [
            (words.move(way), trial.before.get(way, 0), trial.then.get(way, 0)) for way in WAYS
        ]
        if trial
        else [],
        "differing": [
            (one, words.place(*one.evidence["proposed"]), words.place(tried.grade, tried.step))
            for one, tried in (trial.differing[:SHOWN] if trial else [])
        ],
        "more": max(len(trial.differing) - SHOWN, 0) if trial else 0,
    }
    return render(request, "managers/grades/cycle.html", context, status=status_of(form))
