"""Refer a client, and answer a referral. The list of them all is the relay page, one layer up."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.book.lookup import lookup, masked
from clients.book.models import Client
from clients.book.reading import seen
from clients.lobby import actions, queries, rules, story
from clients.lobby.forms import DeclineForm, NewcomerForm, PlaceForm, ReferralForm
from clients.lobby.models import Referral
from clients.lobby.offering import offer
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.lib.marks import PARAMETER, text_of
from crm.pages import add_refusal, address_of, status_of
from managers.people import scope
from managers.people.models import UnitKind
from managers.people.scope import Right


@require_http_methods(["GET", "POST"])
def referral_new(request):
    """One page: look the client up or name a new one, say what was noticed, choose who answers."""
    scope.require(request.user, Right.REFER)
    client = queries.picked(request.user, request.GET.get("client", ""))
    if client is None and not (_is_new(request) and _has_pool(request.user)):
        return _look_up(request)
    form, why = _form(request, client)
    if request.method == "POST" and form.is_valid():
        try:
            referral = _refer(request, client, form.cleaned_data)
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            name = words.plain_name(referral.target)
            messages.success(request, _("%(name)s has your referral.") % {"name": name})
            return redirect("relay")
    return _referral_page(request, client, form, why)


@require_GET
def referral(request, pk):
    """One referral: what was noticed, the clock, and the answer."""
    return _answer_page(request, _found(request, pk))


@require_POST
def referral_accept(request, pk):
    """Take the client."""
    found = _found(request, pk)
    try:
        actions.accept(found, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("referral", pk)
    messages.success(request, _("Accepted. Go and meet the client, or call as agreed."))
    return redirect("client", found.client_id)


@require_POST
def referral_decline(request, pk):
    """Say no with a reason; while the client waits the next colleague is asked."""
    found, form = _found(request, pk), DeclineForm(request.POST)
    if form.is_valid():
        try:
            declined = actions.decline(found, **form.cleaned_data, by=request.user, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            messages.success(request, _what_follows(declined))
            return redirect("relay")
    return _answer_page(request, found, decline_form=form)


@require_POST
def referral_place(request, pk):
    """A head gives the client to an RM."""
    found = _found(request, pk)
    form = PlaceForm(request.POST, choices=_offered(found))
    if form.is_valid():
        try:
            placed = actions.place(found, **form.cleaned_data, by=request.user, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            name = words.plain_name(placed.target)
            messages.success(
                request, _("%(name)s has the client now and was told.") % {"name": name}
            )
            return redirect("relay")
    return _answer_page(request, found, place_form=form)


def _what_follows(referral) -> str:
    if referral.state == Referral.State.NEW:
        name = words.plain_name(referral.target)
        return _("Declined. %(name)s is asked now.") % {"name": name}
    return _("Declined. The head of the outlet sees it.")


def _found(request, pk):
    rows = Referral.objects.visible_to(request.user).for_list()
    return get_object_or_404(rows, pk=pk)


def _is_new(request) -> bool:
    return "new" in request.GET


def _has_pool(person) -> bool:
    """Newcomers go to the pool of an outlet; a branch or the head office has none."""
    return person.current_unit.kind in (UnitKind.OUTLET, UnitKind.WEALTH_CENTRE)


def _look_up(request):
    # This page posts what is typed; the search box leads here with a mark of it.
    marked = text_of(request.user, request.GET.get(PARAMETER, ""))
    text = request.POST.get("q", marked).strip()
    rows, refusal = [], ""
    try:
        rows = lookup(request.user, text, at=clock.now(), address=address_of(request))
    except RuleBroken as broken:
        refusal = str(broken)
    found = [(row, queries.pick(request.user, row.id)) for row in rows]
    context = {"text": text, "found": found, "refusal": refusal}
    context["may_open"] = _has_pool(request.user)
    return render(request, "clients/lobby/look_up.html", context)


def _form(request, client):
    """The form, and why the colleague in front is suggested."""
    found, best = offer(request.user, client, on=clock.today())
    kind = ReferralForm if client else NewcomerForm
    form = kind(
        request.POST or None,
        choices=found,
        own_source=rules.source_of(request.user),
        find=partial(_recommender, request),
    )
    return form, best.why if best else ""


def _recommender(request, text) -> Client | None:
    """The one client of the outlet whom a number means; looked up as any other, and counted."""
    found = lookup(request.user, text, at=clock.now(), address=address_of(request))
    if len(found) != 1 or not any(letter.isdigit() for letter in text):
        return None
    return Client.objects.get(pk=found[0].id)


def _refer(request, client, data) -> Referral:
    by, at = request.user, clock.now()
    if client is None:
        return actions.refer_newcomer(outlet=by.current_unit, by=by, at=at, **data)
    return actions.refer(client, by=by, at=at, **data)


def _referral_page(request, client, form, why):
    context = {"form": form, "choices": form.choices, "client": client and masked(client)}
    context |= {"chosen": _chosen(form), "why": why}
    return render(request, "clients/lobby/refer.html", context, status=status_of(form))


def _chosen(form) -> int:
    """Id of the colleague who is ticked: the one chosen before an error, else the first."""
    value = str(form["target"].value() or "")
    return int(value) if value.isdecimal() else 0


def _offered(referral):
    """Who could take the client: the owner and the deputy, else RMs with room."""
    client, today = referral.client, clock.today()
    if client.owner_id:
        return queries.answerers(client, on=today)
    return queries.choices(referral.outlet, tier=client.tier, on=today)


def _answer_page(request, found, *, decline_form=None, place_form=None):
    seen(request, found.client)
    at = clock.now()
    readable = Client.objects.visible_to(request.user).filter(pk=found.client_id).exists()
    used, allowed = queries.minutes_used(found, at=at)
    may = rules.allowed_actions(request.user, found)
    if "place" in may and place_form is None:
        place_form = PlaceForm(choices=_offered(found))
    context = {
        "referral": found,
        "story": story.told(found, at=at),
        "used": used,
        "allowed": allowed,
        "decline_form": decline_form or DeclineForm(),
        "place_form": place_form,
        "is_readable": readable,
        "may": dict.fromkeys(may, True),
        "goes_on": rules.is_still_here(found, at=at) and "place" not in may,
    }
    forms = [form for form in (decline_form, place_form) if form is not None]
    status = max((status_of(form) for form in forms), default=200)
    return render(request, "clients/lobby/referral.html", context, status=status)
