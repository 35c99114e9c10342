"""Pages of the market: notes of the outlet, and reports with who has read them."""

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.market import actions, rules
from clients.market.forms import NoteForm, ReportForm
from clients.market.models import MarketNote, MarketReport, ReportReading
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import page_of, status_of
from managers.people import scope
from managers.people.scope import Right

REPORTS = 24  # of a page; older ones are reached by their address


@require_http_methods(["GET", "POST"])
def market(request):
    """Notes of the outlet, newest first, and the reports."""
    scope.require(request.user, Right.FOLLOW_UP)
    person = request.user
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_note(**form.cleaned_data, by=person, at=clock.now())
        except RuleBroken as broken:
            messages.error(request, str(broken))
        else:
            messages.success(request, _("Noted for the outlet."))
        return redirect("market")
    mine = ReportReading.objects.filter(report=OuterRef("pk"), staff=person)
    reports = MarketReport.objects.visible_to(person).select_related("author")
    notes = MarketNote.objects.visible_to(person).select_related("author")
    context = {
        "form": form,
        "writes": rules.may_note(person),
        "reports": reports.annotate(is_read=Exists(mine), readers=Count("readings"))[:REPORTS],
        "page": page_of(request, notes, order=("-written_at", "-pk")),
    }
    return render(request, "clients/market/market.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def market_report(request, pk):
    """One report: the author writes it, the outlet reads it."""
    rows = MarketReport.objects.visible_to(request.user).select_related("author")
    report = get_object_or_404(rows, pk=pk)
    initial = {"text": report.text, "tags": " ".join(report.tags), "version": report.version}
    form = ReportForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        hand_in = request.POST.get("then") == "hand_in"
        if form.save(report, hand_in=hand_in, by=request.user, at=clock.now()):
            messages.success(request, _("Handed in.") if hand_in else _("Saved."))
            return redirect("market-report", pk)
    allowed = rules.allowed_actions(request.user, report)
    context = {
        "report": report,
        "form": form,
        "writes": "update" in allowed,
        "readings": report.readings.select_related("staff"),
        "may_read": "read" in allowed,
    }
    return render(request, "clients/market/report.html", context, status=status_of(form))


@require_POST
def market_report_read(request, pk):
    """The person has read it."""
    report = get_object_or_404(MarketReport.objects.visible_to(request.user), pk=pk)
    try:
        actions.mark_read(report, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    return redirect("market-report", pk)
