"""Pages of clients' requests: the list, taking one down, and one with its answer."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.book.models import Client
from clients.book.reading import seen
from clients.followups.rules import is_responsible, may_direct
from clients.requests import rules
from clients.requests.filters import RequestFilter
from clients.requests.forms import (
    RESULT_ICONS,
    TOLD_ICONS,
    AnswerForm,
    GiveForm,
    RequestForm,
)
from clients.requests.models import ClientRequest
from crm.lib import clock
from crm.pages import page_of, status_of
from crm.workdays import work_calendar
from managers.people import scope
from managers.people.scope import Reach, Right


@require_GET
def request_list(request):
    """What clients asked, the next promised moment first; open ones unless a state is named."""
    scope.require(request.user, Right.FOLLOW_UP)
    rows = ClientRequest.objects.visible_to(request.user).for_list()
    narrowed = RequestFilter(request.GET, queryset=rows, request=request)
    found = narrowed.qs if request.GET.get("state") else narrowed.qs.open()
    context = {
        "page": page_of(request, found, order=("due_at", "pk")),
        "filter": narrowed,
        "kept": {name: request.GET[name] for name in ("state", "overdue") if name in request.GET},
        "is_head": scope.reach(request.user, Right.FOLLOW_UP) == Reach.TREE,
        "State": ClientRequest.State,
    }
    return render(request, "clients/requests/list.html", context)


@require_http_methods(["GET", "POST"])
def request_new(request, pk):
    """Take a client's request; the form alone for a part of another page."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    seen(request, client)
    tomorrow = work_calendar().add_working_days(clock.today(), 1)
    form = RequestForm(request.POST or None, initial={"due_on": tomorrow})
    if request.method == "POST" and form.is_valid():
        taken = form.save(client, by=request.user, at=clock.now())
        if taken:
            messages.success(request, _("The request is taken down."))
            return redirect("client", client.pk)
    template = "clients/requests/new.html" + ("#form" if request.htmx else "")
    return render(request, template, {"client": client, "form": form}, status=status_of(form))


@require_http_methods(["GET", "POST"])
def request_page(request, pk):
    """One request: who is in charge, until when, the answer, and what came of it."""
    item = _found(request, pk)
    form = AnswerForm(request.POST or None, initial=_known(item))
    if request.method == "POST" and form.is_valid():
        closes = request.POST.get("then") != "keep"
        if form.save(item, close=closes, by=request.user, at=clock.now()):
            messages.success(request, _closed(item) if closes else _("Saved."))
            return redirect("client" if closes else "request", item.client_id if closes else pk)
    return _page(request, item, answer=form)


@require_POST
def request_reassign(request, pk):
    """Put a colleague in charge."""
    item, on = _found(request, pk), clock.today()
    form = GiveForm(request.POST, follow_up=item, on=on)
    if form.is_valid() and form.save(item, by=request.user, at=clock.now()):
        messages.success(request, _("A colleague is in charge now."))
        return redirect("request", pk)
    return _page(request, item, give=form)


def _closed(item) -> str:
    """That it is closed, and whether telling the client was a valid contact."""
    item.refresh_from_db()
    if item.contact and item.contact.is_valid:
        return _("The request is closed, and recorded as a valid contact.")
    return _("The request is closed.")


def _found(request, pk):
    rows = ClientRequest.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("client__owner", "owner", "taken_by"), pk=pk)


def _known(item) -> dict:
    return {"version": item.version, "answer": item.answer}


def _page(request, item, **bound):
    """The page, with the one form that was sent and fresh ones beside it."""
    seen(request, item.client)
    on, at = clock.today(), clock.now()
    context = {
        "item": item,
        "client": item.client,
        "is_late": rules.is_overdue(item, at=at),
        "may_work": item.is_open and is_responsible(request.user, item, on=on),
        "may_direct": item.is_open and may_direct(request.user, item.client),
        "told_icons": TOLD_ICONS,
        "result_icons": RESULT_ICONS,
        "answer": AnswerForm(initial=_known(item)),
        "give": GiveForm(initial={"version": item.version}, follow_up=item, on=on),
        **bound,
    }
    status = max(status_of(form) for form in bound.values())
    return render(request, "clients/requests/request.html", context, status=status)
