"""Pages of an import: upload, columns, first rows, check, run, result."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.book.reading import seen
from clients.intake import rules
from clients.intake.actions import mappings, runs
from clients.intake.bounds import bounds_of
from clients.intake.columns import columns_of
from clients.intake.forms import ColumnsForm, StartForm, UploadForm
from clients.intake.kinds import KINDS, parts_of
from clients.intake.mapping_page import Asked, retargeted, tables_named
from clients.intake.models import ImportRun, State
from clients.intake.reading import numbers_in, preview
from clients.intake.tasks import work_import
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.lib.tabular import TabularError
from crm.middleware import unattended
from crm.pages import add_refusal, page_of, status_of
from managers.audit.models import Access, Basis
from managers.people import scope
from managers.people.scope import Right


@require_GET
def import_list(request):
    """Imports of one's own, an administrator's of all, the newest first."""
    scope.require(request.user, Right.IMPORT)
    found = ImportRun.objects.visible_to(request.user).for_list()
    return render(
        request, "clients/intake/list.html", {"page": page_of(request, found, order=("-pk",))}
    )


@require_http_methods(["GET", "POST"])
def import_new(request):
    """Upload files; a mapping that is there already saves the choice of columns."""
    scope.require(request.user, Right.IMPORT)
    again = _again(request)
    form = UploadForm(request.POST or None, request.FILES or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        given, who = form.cleaned_data, {"by": request.user, "at": clock.now()}
        if again:
            return _upload_mended(request, form, again, **who)
        run = runs.upload(given["files"], kind=given["kind"], **who)
        found = tables_named(request.user, run.kind, given["using"])
        if not found:
            return redirect("import-map", run.pk)
        return _try_mapping(request, run, *found)
    return _show_upload(request, form, again)


def _upload_mended(request, form, again, **who):
    """Read the rejected rows of a run anew, in the places that they have in its files."""
    try:
        [content] = form.cleaned_data["files"].values()
        run = runs.upload_mended(again, content, **who)
    except RuleBroken as broken:
        add_refusal(form, broken)
    except ValueError:
        form.add_error("files", _("One file: the rejected rows that were mended."))
    else:
        return redirect("import-preview", run.pk)
    return _show_upload(request, form, again)


def _show_upload(request, form, again):
    context = {"form": form, "again": again}
    return render(request, "clients/intake/new.html", context, status=status_of(form))


def _again(request) -> ImportRun | None:
    """The run whose mended rows are uploaded, by `?again=`."""
    asked = request.GET.get("again", "")
    mine = ImportRun.objects.held_by(request.user).filter(emptied_at=None)
    return mine.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None


def _try_mapping(request, run, tables, title):
    """Read the files as a mapping says; where it does not fit, the page of columns says why."""
    try:
        tables = retargeted(run, tables)
        runs.map_columns(run, tables, title=title, by=request.user, at=clock.now())
    except (RuleBroken, TabularError) as refused:
        messages.error(request, str(refused))
        return redirect("import-map", run.pk)
    return redirect("import-preview", run.pk)


@require_GET
def import_run(request, pk):
    """Where an import stands, and what comes next."""
    run = _run(request, pk)
    form = StartForm(initial={"seen": run.version})
    return _show_run(request, run, form)


def _show_run(request, run, form):
    return render(
        request, "clients/intake/run.html", _context(request, run, form), status=status_of(form)
    )


def _context(request, run, form=None) -> dict:
    mine = run.created_by_id == request.user.pk
    return {
        "run": run,
        "kind": KINDS.get(run.kind),
        "parts": parts_of(run.counts),
        "mine": mine,
        "said": run.said if mine else {},
        "acts": rules.allowed_actions(request.user, run),
        "has_file": mine and run.rejected and not run.emptied_at,
        "form": form,
    }


@unattended
@require_GET
def import_progress(request, pk):
    """The part of the page that a running import renews; nobody has to be there."""
    run = _run(request, pk)
    answer = render(
        request,
        "clients/intake/run.html#state",
        _context(request, run, StartForm(initial={"seen": run.version})),
    )
    if not run.is_at_work:
        answer["HX-Refresh"] = "true"
    return answer


@require_http_methods(["GET", "POST"])
def import_map(request, pk):
    """How the file is written, and which column fills which field."""
    run = _own(request, pk)
    kind, asked = KINDS[run.kind], Asked(request, run)
    if asked.refusal or asked.found is None:
        return render(request, "clients/intake/map.html", _context(request, run) | {"asked": asked})
    form = ColumnsForm(
        request.POST or None,
        kind=kind,
        found=asked.found,
        chosen=asked.chosen,
        person=request.user,
        initial={"seen": run.version},
    )
    if request.method == "POST" and form.is_valid():
        tables = form.columns().tables(kind, name=asked.name, written=asked.written)
        try:
            _map(request, run, form, tables)
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            return redirect("import-preview", run.pk)
    context = _context(request, run) | {"asked": asked, "form": form}
    return render(request, "clients/intake/map.html", context, status=status_of(form))


def _map(request, run, form, tables) -> None:
    who, given = {"by": request.user, "at": clock.now()}, form.cleaned_data
    name = given["keep_as"]
    runs.map_columns(run, tables, title=name, seen=given["seen"], **who)
    if name:
        mappings.keep(tables, kind=run.kind, name=name, shared=given["shared"], **who)


@require_GET
def import_preview(request, pk):
    """The first rows as they would be read, with what is wrong beside the cell."""
    run = _own(request, pk)
    if run.state == State.UPLOADED:
        return redirect("import-map", run.pk)
    kind, who = KINDS[run.kind], {"by": request.user, "at": clock.now()}
    try:
        declared = runs.declared_of(run, run.mapping)
        shown = preview(kind, declared, **who)
    except (RuleBroken, TabularError) as refused:
        messages.error(request, str(refused))
        return redirect("import-map", run.pk)
    _log(request, shown.numbers)
    context = _context(request, run) | {
        "preview": shown,
        "is_choice": columns_of(kind, run.mapping) is not None,
    }
    return render(request, "clients/intake/preview.html", context)


@require_POST
def import_check(request, pk):
    """Look at every row in the background."""
    return _act(request, pk, runs.start_check)


@require_POST
def import_start(request, pk):
    """Import in the background."""
    run, form = _own(request, pk), StartForm(request.POST)
    if form.is_valid():
        try:
            runs.start(run, **form.cleaned_data, by=request.user, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            work_import.delay(run.pk)
            return redirect("import", run.pk)
    return _show_run(request, run, form)


@require_POST
def import_cancel(request, pk):
    """Stop; what is in stays in."""
    return _act(request, pk, runs.cancel)


def _act(request, pk, action):
    run = _own(request, pk)
    try:
        run = action(run, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        if run.is_at_work:
            work_import.delay(run.pk)
    return redirect("import", run.pk)


@require_GET
def import_rejected(request, pk):
    """The rows that nobody could use, with their reasons; reading them is recorded."""
    run = _own(request, pk)
    file = runs.hand_out_rejected(run, by=request.user, at=clock.now())
    if file is None:
        messages.error(request, _("There is no file of rejected rows."))
        return redirect("import", run.pk)
    log_rejected(request, run, file)
    return rejected_answer(run, file)


def log_rejected(request, run, file) -> None:
    """Whoever takes rejected rows along reads of the clients whom they name (rules J6)."""
    with suppress(RuleBroken, TabularError):  # a mapping that never fitted names nobody
        numbers = numbers_in(runs.declared_of(run, run.mapping), file.content)
        _log(request, numbers, verb=Access.DOWNLOADED)


def _log(request, numbers, verb=Access.VIEWED) -> None:
    known = bounds_of(request.user).clients().filter(number__in=numbers)
    seen(request, *known, verb=verb, ground=Basis.UPLOAD)


def rejected_answer(run, file) -> HttpResponse:
    """The file as a download that no cache keeps."""
    answer = HttpResponse(file.content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rejected-{run.pk}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _run(request, pk) -> ImportRun:
    scope.require(request.user, Right.IMPORT)
    found = ImportRun.objects.visible_to(request.user).select_related("created_by", "unit")
    return get_object_or_404(found, pk=pk)


def _own(request, pk) -> ImportRun:
    """A run whose content the person may see (security 8)."""
    scope.require(request.user, Right.IMPORT)
    return get_object_or_404(ImportRun.objects.held_by(request.user), pk=pk)
