"""The page of one client, a note on it, and corrections to the file."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.book import rules
from clients.book.details import masked_details
from clients.book.forms import ClientForm
from clients.book.models import Client, Tag
from clients.book.queries import file_of_merged
from clients.book.reading import seen
from clients.desk import client_page
from clients.desk.actions import edit_client
from clients.desk.forms import NoteForm
from clients.desk.timeline import KINDS, moment_of, timeline
from clients.followups.actions import log_contact
from clients.followups.proposal_views import proposed
from clients.followups.queries import answered_by_talk
from clients.followups.views import say_recorded
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from crm.pages import add_refusal, status_of


@cache_control(no_store=True)  # a detail that was shown must not come back with the page
@require_GET
def client(request, pk):
    """Everything that happened with a client, and what is known and promised."""
    try:
        return _page(request, pk)
    except Http404:
        if kept := file_of_merged(request.user, pk):
            messages.info(request, _("Two files were merged; this is the one that stands."))
            return redirect("client", kept.pk)
        raise


@require_POST
def client_note(request, pk):
    """Record a contact that was not planned."""
    found = _found(request, pk)
    form = NoteForm(request.POST, due=answered_by_talk(pk, request.user, on=clock.today()))
    if form.is_valid():
        try:
            contact = log_contact(found, **form.cleaned_data, by=request.user, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            say_recorded(request, contact)
            return redirect("client", pk)
    return _page(request, pk, form)


@require_http_methods(["GET", "POST"])
def client_edit(request, pk):
    """Correct the file; who saved meanwhile is shown beside what was typed."""
    found = _found(request, pk)
    if not rules.may_edit(request.user, found):
        raise PermissionDenied(_("Only the owner edits this file."))
    form = ClientForm(request.POST or None, client=found)
    theirs = {}
    if request.method == "POST" and form.is_valid():
        try:
            edit_client(found, **form.cleaned_data, by=request.user, at=clock.now())
        except Stale as broken:
            form, theirs = _typed_again(request, broken, pk)
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            messages.success(request, _("Saved."))
            return redirect("client", pk)
    context = {"client": found, "form": form, "theirs": theirs}
    return render(request, "clients/desk/client_edit.html", context, status=status_of(form))


def _found(request, pk) -> Client:
    found = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    seen(request, found)
    return found


def _page(request, pk, form=None):
    rows = client_page.with_lines(Client.objects.visible_to(request.user))
    found = get_object_or_404(rows, pk=pk)
    seen(request, found)
    kind = request.GET.get("kind", "")
    history = timeline(
        found,
        on=clock.today(),
        kind=kind if kind in KINDS else "",
        before=moment_of(request.GET.get("before", "")),
    )
    form = form or NoteForm(due=answered_by_talk(pk, request.user, on=clock.today()))
    context = client_page.page(found, request.user, at=clock.now())
    context["brief"] = context["brief"].reaching(history.anchors)
    tags = Tag.objects.visible_to(request.user).filter(taggings__client=found)
    context |= {"timeline": history, "form": form, "tags": tags}
    context["proposed"] = proposed(request)
    return render(request, "clients/desk/client.html", context, status=status_of(form))


def _typed_again(request, broken, pk) -> tuple[ClientForm, dict]:
    """The same text over the newer version, and what that version says where it differs."""
    now = _found(request, pk)
    form = ClientForm({**request.POST.dict(), "version": now.version}, client=now)
    form.is_valid()
    form.add_error(None, str(broken))
    typed = form.cleaned_data
    theirs = {field: shown for field, shown in masked_details(now).items() if typed.get(field)}
    if typed.get("name") != now.name:
        theirs["name"] = now.name
    if typed.get("identity_until") != now.identity_until:
        theirs["identity_until"] = words.day(now.identity_until) if now.identity_until else "–"
    if typed.get("do_not_contact") != now.do_not_contact:
        theirs["do_not_contact"] = _("yes") if now.do_not_contact else _("no")
    return form, theirs
