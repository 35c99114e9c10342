"""The page of one client's programmes: what goes on, what comes, and what was."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.book.models import Client
from clients.book.reading import seen
from clients.followups import actions, rules, standards
from clients.followups.models import FollowUp, ProgrammeRun
from clients.followups.programme_forms import BeginForm, MoveForm
from clients.followups.programmes import in_force
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import status_of


@require_http_methods(["GET", "POST"])
def programmes(request, pk):
    """The programmes of a client, and the beginning of another."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    form = BeginForm(request.POST or None, programmes=_offered())
    if request.method == "POST" and form.is_valid():
        begun = form.save(client, by=request.user, at=clock.now())
        if begun:
            messages.success(request, _("The programme has begun."))
            return redirect("programmes", pk)
    return _page(request, client, begin=form)


@require_POST
def programme_call_off(request, pk):
    """End a programme; the standard plans from now on."""
    run = _found(request, pk)
    try:
        actions.call_off(run, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("The programme is called off."))
    return redirect("programmes", run.client_id)


@require_POST
def programme_move(request, pk):
    """Move a step of a programme."""
    run = _found(request, pk)
    form = MoveForm(request.POST, steps=_movable(run))
    if form.is_valid() and form.save(by=request.user, at=clock.now()):
        messages.success(request, _("The step is moved."))
        return redirect("programmes", run.client_id)
    return _page(request, run.client, move=form)


def _found(request, pk) -> ProgrammeRun:
    rows = ProgrammeRun.objects.visible_to(request.user).select_related("client")
    return get_object_or_404(rows, pk=pk)


def _offered() -> list:
    return [row for row in in_force(clock.today()).values() if row.is_on]


def _movable(run) -> list:
    """Steps still to come, but for the one that stands among the follow-ups."""
    booked = FollowUp.objects.open().filter(client=run.client_id, step__run=run)
    return list(run.steps.ahead().exclude(pk__in=booked.values("step")).select_related("run"))


def _page(request, client, **bound):
    """The page, with the one form that was sent and fresh ones beside it."""
    seen(request, client)
    runs = list(ProgrammeRun.objects.filter(client=client).prefetch_related("steps"))
    items = FollowUp.objects.filter(client=client, step__run__in=runs).order_by("pk")
    booked = {item.step_id: item for item in items}
    running = next((run for run in runs if run.state == ProgrammeRun.State.RUNNING), None)
    steps = _movable(running) if running else []
    may_book = rules.may_book(request.user, client, on=clock.today())
    context = {
        "client": client,
        "runs": [(run, [(step, booked.get(step.pk)) for step in run.steps.all()]) for run in runs],
        "running": running,
        "may_book": may_book,
        "may_begin": may_book and running is None and standards.is_planned(client),
        "begin": BeginForm(programmes=_offered()),
        "move": MoveForm(steps=steps) if steps else None,
        **bound,
    }
    status = max((status_of(form) for form in bound.values()), default=200)
    return render(request, "clients/followups/programmes.html", context, status=status)
