"""The branch board, and assigning from it."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.book.filters import ClientFilter
from clients.book.suggestions import fitting, suits
from clients.desk import branch as board
from clients.desk.actions import assign_pool_many
from clients.desk.effects import doubts, effects
from clients.desk.forms import MOST, PicksForm
from clients.followups import triggers
from clients.followups.models import FollowUp, Trigger
from crm import words
from crm.lib import clock
from crm.pages import page_of
from managers.people import scope
from managers.people.models import Staff
from managers.people.scope import Right

ORDER = ("responsible_since", "pk")
REFUSALS_TOLD = 5


@require_GET
def branch(request):
    """Who waits for an RM and who suits, how full the books are, what is late."""
    scope.require(request.user, Right.ASSIGN)
    found = ClientFilter(request.GET, queryset=board.pool(request.user))
    page = page_of(request, found.qs, order=ORDER)
    context = board.page(request.user, page.rows, at=clock.now())
    context |= {
        "page": page,
        "outlet": found.form.cleaned_data.get("org_unit"),
        "chosen": _chosen(request, context["rows"], context["candidates"]),
        "most": MOST,
        "top": ",".join(board.TOP_TIERS),
    }
    return render(request, "clients/desk/branch.html", context)


@require_http_methods(["GET", "POST"])
def assign(request):
    """Assign one, the selected or all; what reaches far asks on a page of its own."""
    scope.require(request.user, Right.ASSIGN)
    if request.method == "GET":
        return _choose(request, request.GET)
    act, data = request.POST.get("act"), request.POST.copy()
    if act == "all":
        return _confirm_all(request)
    if act == "choose":
        return _choose(request, data)
    if "one" in data:
        data.setlist("clients", [data["one"]])
    form = PicksForm(data, person=request.user)
    if not form.is_valid():
        return _back(request, [text for texts in form.errors.values() for text in texts])
    if act == "look":
        return _look(request, form.pairs())
    refused = _assign(request, form.pairs(), reason=form.cleaned_data["reason"])
    return _back(request, refused)


@require_POST
def assign_effect(request):
    """What the selected rows would do to the books: a part of the board, nothing is changed."""
    scope.require(request.user, Right.ASSIGN)
    form, found, today = PicksForm(request.POST, person=request.user), [], clock.today()
    if form.is_valid():
        pairs = form.pairs()
        candidates = board.candidates_for([client for client, _to in pairs], on=today)
        found = effects(pairs, candidates, on=today)
    return render(request, "clients/desk/branch_effect.html", {"effects": found})


def _chosen(request, rows, candidates) -> dict:
    """The row for which another RM is being chosen, with those who could take the client."""
    asked = request.GET.get("choose", "")
    for row in rows:
        if str(row.client.pk) == asked:
            able = fitting(row.client, candidates, on=clock.today())
            return {"pk": row.client.pk, "candidates": able}
    return {}


def _choose(request, data):
    """One RM for all selected clients: whom could each take, and how full would the book be?"""
    form, today = PicksForm(data, person=request.user), clock.today()
    if not form.is_valid():
        return _back(request, [text for texts in form.errors.values() for text in texts])
    clients = form.cleaned_data["clients"]
    options = [
        {
            "staff": candidate.staff,
            "takes": len(taken),
            "before": candidate.load.percent,
            "after": candidate.load.plus(*(client.tier for client in taken)).percent,
        }
        for candidate in board.candidates_for(clients, on=today)
        if not candidate.is_away
        and (taken := [client for client in clients if suits(candidate, client, on=today)])
    ]
    options.sort(key=lambda option: (-option["takes"], option["after"]))
    context = {"clients": clients, "options": options, "back": data.get("back", "")}
    return render(request, "clients/desk/branch_choose.html", context)


def _confirm_all(request):
    """All whom the list holds now, at most 200 at once, each as suggested."""
    back, today = QueryDict(request.POST.get("back", "")), clock.today()
    found = ClientFilter(back, queryset=board.pool(request.user))
    clients = list(found.qs.order_by(*ORDER)[:MOST])
    candidates = board.candidates_for(clients, on=today)
    suggested = board.suggest_for(clients, candidates, on=today)
    pairs = [(c, suggested[c.pk].staff.pk) for c in clients if suggested[c.pk].staff]
    context = {
        "pairs": pairs,
        "left": len(clients) - len(pairs),
        "effects": effects(pairs, candidates, on=today),
        "back": back.urlencode(),
        "call_days": _call_days(today),
    }
    return render(request, "clients/desk/branch_confirm.html", context)


def _look(request, pairs):
    """What these assignments would do to the books, and which rules are in the way; then do it."""
    today = clock.today()
    candidates = board.candidates_for([client for client, _to in pairs], on=today)
    context = {
        "pairs": pairs,
        "clients": [client for client, _to in pairs],
        "effects": effects(pairs, candidates, on=today),
        "doubts": doubts(pairs, candidates, on=today),
        "back": QueryDict(request.POST.get("back", "")).urlencode(),
        "call_days": _call_days(today),
    }
    return render(request, "clients/desk/branch_confirm.html", context)


def _call_days(today) -> int | None:
    """Within how many working days every new client is called; None where no rule says so."""
    rule = triggers.rule_of("new-client", on=today)
    return rule.offset if rule.is_on and rule.in_working_days and not rule.tiers else None


def _assign(request, pairs, *, reason) -> list[str]:
    """Assign what can be; says how many, and gives the refusals, each with whom it concerns."""
    clients = {client.pk: client for client, _to in pairs}
    people = Staff.objects.in_bulk({to for _client, to in pairs if to})
    able = [(client.pk, people[to]) for client, to in pairs if to in people]
    results = assign_pool_many(able, by=request.user, at=clock.now(), reason=reason)
    done = [pk for pk, refusal in results if not refusal]
    if done:
        _say_assigned(request, done, clients, dict(able))
    refused = [
        _("%(name)s: %(why)s") % {"name": words.plain_name(clients[pk]), "why": refusal}
        for pk, refusal in results
        if refusal
    ]
    left = [words.plain_name(client) for client, to in pairs if to not in people]
    return refused + [_("%(name)s: please choose an RM.") % {"name": name} for name in left]


def _say_assigned(request, done, clients, receivers) -> None:
    """Who has whom; first calls are promised where the rule for new clients books them."""
    calls = FollowUp.objects.open().filter(client__in=done, trigger=Trigger.NEW_CLIENT)
    are_called = calls.values("client").distinct().count() == len(done)
    if len(done) == 1:
        names = {
            "client": words.plain_name(clients[done[0]]),
            "rm": words.plain_name(receivers[done[0]]),
        }
        told = _("%(rm)s has %(client)s now; the first call is booked.")
        messages.success(request, (told if are_called else _("%(rm)s has %(client)s now.")) % names)
        return
    if are_called:
        text = ngettext(
            "%(number)d client assigned; the first call is booked.",
            "%(number)d clients assigned; their first calls are booked.",
            len(done),
        )
    else:
        text = ngettext("%(number)d client assigned.", "%(number)d clients assigned.", len(done))
    messages.success(request, text % {"number": len(done)})


def _back(request, refusals):
    """The board as it was left, with what could not be done."""
    for text in refusals[:REFUSALS_TOLD]:
        messages.error(request, text)
    if len(refusals) > REFUSALS_TOLD:
        more = len(refusals) - REFUSALS_TOLD
        text = ngettext("%(number)d more refusal.", "%(number)d more refusals.", more)
        messages.error(request, text % {"number": more})
    query = QueryDict(request.POST.get("back", "")).urlencode()
    return redirect(reverse("branch") + (f"?{query}" if query else ""))
