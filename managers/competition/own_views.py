"""A participant's side: the rules, appeals, the ranking as a file, the certificate."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from crm.lib import clock
from crm.pages import status_of
from managers.competition import papers, rules
from managers.competition.board import board
from managers.competition.divisions import Division, participants
from managers.competition.forms import AppealForm
from managers.competition.meanings import MEANINGS
from managers.competition.metrics import MONEY
from managers.competition.models import Competition, Metric
from managers.competition.set_up_forms import TIES
from managers.people import scope
from managers.people.ladder import Grade
from managers.people.models import Post
from managers.people.scope import Right

TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_GET
def competition_rules(request, pk):
    """Metrics, weights, targets and prizes, which never change once it runs.

    Of a draft only for those who may start it, who are to know what they start.
    """
    may_run = rules.may_run(request.user)
    found = get_object_or_404(Competition, pk=pk) if may_run else _announced(request, pk)
    book = found.rulebook
    goals = [
        (Post(post).label, [_told(goal) for goal in goals]) for post, goals in book.goals.items()
    ]
    costs = [(Metric(metric).label, points) for metric, points in book.deductions.items()]
    context = {
        "competition": found,
        "rules": book,
        "may_run": may_run,
        "goals": goals,
        "costs": costs,
        "grades": [(grade.label, book.grades[grade]) for grade in Grade],
        "gates": [(Metric(metric).label, least) for metric, least in book.gates.items()],
        "bands": [Division(next(iter(book.goals)), band).grades for band in book.bands],
        "ties": [TIES[name] for name in book.ties],
        "barring": [Metric(metric).label for metric in book.barring],
    }
    return render(request, "managers/competition/rules.html", context)


def _told(goal) -> tuple:
    """A metric, what is counted by it, whether it is CNY, and its goal."""
    metric = Metric(goal.metric)
    return metric, MEANINGS[metric], metric in MONEY, goal


@require_http_methods(["GET", "POST"])
def appeal_new(request, pk):
    """Hold something against one's own score; those made before stand below."""
    found = _announced(request, pk)
    people = participants(found, posts=found.rulebook.goals, staff=request.user)
    if not people:
        raise PermissionDenied(_("Only who takes part may appeal."))
    metrics = rules.appealable(found.rulebook, people[0].post)
    asked = {"metric": request.GET.get("metric")}
    form = AppealForm(request.POST or None, metrics=metrics, initial=asked)
    sent = request.method == "POST" and form.is_valid()
    if sent and form.save(found, by=request.user, at=clock.now()):
        messages.success(request, _("Your appeal is made; head office decides."))
        return redirect("appeal-new", pk)
    until, at = rules.appeals_until(found), clock.now()
    context = {
        "competition": found,
        "form": form,
        "until": until,
        "is_open": found.state == Competition.State.APPEAL and at <= until,
        "appeals": found.appeals.filter(staff=request.user),
    }
    return render(request, "managers/competition/appeal.html", context, status=status_of(form))


@require_GET
def ranking_pdf(request, pk):
    """The rows that the person sees, for print."""
    return _ranking(request, pk, "pdf", papers.ranking_pdf)


@require_GET
def ranking_xlsx(request, pk):
    """The rows that the person sees, with every metric, for a spreadsheet."""
    return _ranking(request, pk, "xlsx", papers.ranking_xlsx)


@require_GET
def certificate(request, pk):
    """One's own certificate, once the standings are frozen."""
    found = _announced(request, pk)
    row = board(found, today=clock.today()).of(request.user.pk)
    if not found.is_final or row is None or row.place is None:
        raise Http404
    return _file(papers.certificate(found, row), f"certificate-{found.pk}", "pdf")


def _ranking(request, pk, kind, write) -> HttpResponse:
    found = _announced(request, pk)
    rows = rules.visible_rows(request.user, board(found, today=clock.today()))
    content = write(found, rows, by=request.user, at=clock.now())
    return _file(content, f"competition-{found.pk}", kind)


def _announced(request, pk) -> Competition:
    scope.require(request.user, Right.SEE_STANDINGS)
    return get_object_or_404(Competition.objects.announced(), pk=pk)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer
