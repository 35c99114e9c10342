"""Exports: ask, decide, and fetch the file while it lives."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.exports import actions, rules
from clients.exports.forms import AskForm
from clients.exports.models import Export
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import page_of, status_of

TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.ZIP: "application/zip",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_GET
def export_list(request):
    """What I asked for, and what waits for my decision."""
    at = clock.now()
    page = page_of(request, Export.objects.visible_to(request.user).for_list(), order=("-pk",))
    rows = [(one, rules.allowed_actions(request.user, one, at=at)) for one in page.rows]
    context = {"page": page, "rows": rows, "may_ask": bool(rules.kinds_for(request.user))}
    return render(request, "clients/exports/list.html", context)


@require_http_methods(["GET", "POST"])
def export_new(request):
    """Ask for a file."""
    if not rules.kinds_for(request.user):
        raise PermissionDenied(_("Your post does not export this."))
    wanted = {name: request.GET.get(name, "") for name in ("kind", "month")}
    form = AskForm(request.POST or None, person=request.user, initial=wanted)
    if request.method == "POST" and form.is_valid():
        asked = form.save(by=request.user, at=clock.now())
        if asked:
            messages.success(request, _said(asked))
            return redirect("export-list")
    return render(request, "clients/exports/new.html", {"form": form}, status=status_of(form))


@require_POST
def export_approve(request, pk):
    """Agree."""
    return _decide(request, pk, approve=True)


@require_POST
def export_refuse(request, pk):
    """Refuse."""
    return _decide(request, pk, approve=False)


@require_POST
def export_download(request, pk):
    """The file itself; by POST, because the audit keeps every download."""
    export = _found(request, pk)
    try:
        content = actions.download(export, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("export-list")
    return file_response(export, content)


def file_response(export, content) -> HttpResponse:
    """The content as a download that no cache keeps."""
    answer = HttpResponse(content, content_type=TYPES[export.format])
    answer["Content-Disposition"] = f'attachment; filename="{export.filename}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _decide(request, pk, *, approve):
    export = _found(request, pk)
    try:
        actions.decide(export, approve=approve, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Decided; who asked is told."))
    return redirect("export-list")


def _found(request, pk) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user).for_list(), pk=pk)


def _said(export) -> str:
    if export.state == Export.State.WAITING:
        return _("Asked. A second person must agree, because it is more than a few rows.")
    return _("Asked. The file is being built; you are told when it is ready.")
