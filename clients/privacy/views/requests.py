"""Requests of clients about their data: take them down, and answer them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.book.lookup import lookup, masked
from clients.book.models import Client
from clients.lobby.queries import pick, picked_id
from clients.privacy import actions, queries
from clients.privacy.forms import AnswerForm, RefuseForm, RequestForm
from clients.privacy.models import PrivacyRequest
from clients.privacy.rules import requests as rules
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal, address_of, page_of, status_of
from managers.people import scope
from managers.people.scope import Right


@require_GET
def request_list(request):
    """What waits for an answer, the most pressing first; `?show=all` adds what was answered."""
    rows = PrivacyRequest.objects.visible_to(request.user)
    wanted = rows if request.GET.get("show") == "all" else rows.open()
    page = page_of(request, wanted.for_list(), order=("due_on", "pk"))
    context = {
        "page": page,
        "may_look_up": scope.may(request.user, Right.LOOK_UP),
        "guards": scope.may(request.user, Right.READ_RETENTION),
    }
    return render(request, "clients/privacy/list.html", context)


@require_http_methods(["GET", "POST"])
def request_new(request):
    """Take down what a client asks; `client` is the mark of a row that this person was shown."""
    scope.require(request.user, Right.LOOK_UP)
    client = _marked(request)
    if client is None:
        return _look_up(request)
    form = RequestForm(request.POST or None, initial={"received_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        made = form.save(client, by=request.user, at=clock.now())
        if made:
            messages.success(request, _("Taken down. The protection officer has it."))
            return redirect("privacy-request", made.pk)
    context = {"form": form, "client": masked(client)}
    return render(request, "clients/privacy/new.html", context, status=status_of(form))


@require_GET
def request_page(request, pk):
    """One request: what is asked, until when, and the answer."""
    return _page(request, _found(request, pk))


@require_POST
def request_take(request, pk):
    """Begin to work on it."""
    found = _found(request, pk)
    try:
        actions.take(found, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    return redirect("privacy-request", pk)


@require_POST
def request_answer(request, pk):
    """Do what is asked, and say so."""
    found, form = _found(request, pk), AnswerForm(request.POST)
    return _end(request, found, actions.answer, form, {"answering": form})


@require_POST
def request_refuse(request, pk):
    """Say why not."""
    found, form = _found(request, pk), RefuseForm(request.POST)
    return _end(request, found, actions.refuse, form, {"refusing": form})


def _end(request, found, act, form, forms):
    if form.is_valid():
        try:
            done = act(found, **form.cleaned_data, by=request.user, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            messages.success(request, done.get_state_display())
            return redirect("privacy-request", found.pk)
    return _page(request, found, **forms)


def _page(request, found, answering=None, refusing=None):
    context = {
        "asked": found,
        "acts": rules.allowed_actions(request.user, found),
        "answering": answering or AnswerForm(),
        "refusing": refusing or RefuseForm(),
        "why_kept": queries.why_kept(found, on=clock.today()),
        "opens": Client.objects.visible_to(request.user).filter(pk=found.client_id).exists(),
        "purposes": queries.purposes_in_words(found),
    }
    failed = status_of(answering or refusing or AnswerForm())
    return render(request, "clients/privacy/request.html", context, status=failed)


def _found(request, pk) -> PrivacyRequest:
    rows = PrivacyRequest.objects.visible_to(request.user).for_list()
    return get_object_or_404(rows, pk=pk)


def _marked(request) -> Client | None:
    pk = picked_id(request.user, request.GET.get("client", ""))
    found = Client.objects.in_use().select_related("owner").filter(pk=pk).first()
    return found if found and rules.may_take_down(request.user, found) else None


def _look_up(request):
    # This page posts what is typed, to keep names out of addresses.
    text, rows, refusal = request.POST.get("q", "").strip(), [], ""
    try:
        rows = lookup(request.user, text, at=clock.now(), address=address_of(request))
    except RuleBroken as broken:
        refusal = str(broken)
    found = [(row, pick(request.user, row.id)) for row in rows]
    context = {"text": text, "found": found, "refusal": refusal}
    return render(request, "clients/privacy/look_up.html", context)
