"""The Today page: the call list, with the outcome of each call recorded in place."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.appointments.queries import open_files, visits_on
from clients.book.details import masked_detail
from clients.book.models import asked_once
from clients.book.reading import seen
from clients.book.reveal_views import AS_PLANNED
from clients.book.rules import may_reveal
from clients.desk import today as desk
from clients.desk import waiting
from clients.desk.fitting import fit_my_day
from clients.desk.request_events import asked_by, promises_of
from clients.desk.today import OVERDUE
from clients.followups import actions
from clients.followups.forms import OUTCOME_ICONS, OutcomeForm
from clients.followups.models import Channel, FollowUp, Outcome, Trigger
from clients.followups.proposal_views import proposed
from clients.followups.proposals import by_outcome
from clients.followups.queries import answered_too, briefing
from clients.followups.rules import RETRY
from clients.followups.views import say_recorded
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import status_of
from managers.competition.queries import standing_of
from managers.people import scope
from managers.people.scope import Right

NONE_OPEN = "none"


@require_GET
def today(request):
    """The day's list; `?open=` names the row that is open, the first one unless told."""
    scope.require(request.user, Right.FOLLOW_UP)
    with asked_once(request.user):
        return _page(request, opened=request.GET.get("open", ""))


@require_http_methods(["GET", "POST"])
def today_call(request, pk):
    """Record what came of one row, and go on with the next."""
    scope.require(request.user, Right.FOLLOW_UP)
    if request.method == "GET":
        return redirect(_address(request, pk))
    item = get_object_or_404(FollowUp.objects.visible_to(request.user), pk=pk)
    at = clock.now()
    then = desk.following(request.user, pk, at=at, **_narrowed(request))
    if "quick" in request.POST:
        return _unanswered(request, item, then, at=at)
    others = answered_too(item, request.user, on=clock.local(at).date())
    form = OutcomeForm(request.POST, others=others, initial={"version": item.version})
    contact = form.is_valid() and form.save(item, by=request.user, at=at)
    if not contact:
        return _page(request, opened=str(pk), form=form)
    say_recorded(request, contact)
    goes_on = request.POST.get("then") == "next"
    return redirect(_address(request, then if goes_on else None))


def _unanswered(request, item, then, *, at):
    """One click: nobody answered, the next attempt is booked."""
    version = request.POST.get("version", "")
    seen = int(version) if version.isdecimal() else None
    try:
        actions.unanswered(item, version=seen, by=request.user, at=at)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect(_address(request, item.pk))
    name = {"client": words.plain_name(item.client)}
    messages.success(request, _("No answer noted for %(client)s; the next try is booked.") % name)
    return redirect(_address(request, then))


def _page(request, *, opened, form=None):
    at, narrowed = clock.now(), _narrowed(request)
    limit = desk.MOST if "all" in request.GET else desk.SHOWN
    day = desk.read_day(request.user, at=at, limit=limit, **narrowed)
    row = _opened(day, opened)
    if row is None and opened.isdecimal():
        return redirect("follow-up", int(opened))
    promises = promises_of(request.user, at=at)
    waits = waiting.waiting_for(request.user, at=at)
    week = waiting.this_week(request.user, at=at)
    visits = list(visits_on(request.user, clock.local(at).date()))
    items = [item for call in day.calls for item in (call.item, *call.also)]
    counts = desk.contact_counts(request.user, at=at)
    context = {
        "day": day,
        "proposed": proposed(request),
        "lead": desk.lead(day, promises, at=at),
        "promises": promises,
        "overdue": day.counts.get(OVERDUE, 0) + sum(one.is_late for one in promises),
        "waits": waits,
        "urgent": [wait for wait in waits if wait.minutes_left is not None],
        "week": week,
        "visits": visits,
        "fitted": None if any(narrowed.values()) else fit_my_day(items, visits, at=at),
        "readable": open_files(request.user, visits),
        "maturing": waiting.maturing_total(week),
        "counts": counts,
        "done": desk.done_today(request.user, at=at),
        "place": standing_of(request.user, on=clock.local(at).date()),
        "links": f"{reverse('today')}?{_query(request)}",
        "suffix": f"?{_query(request)}",
        "is_part": _wants_part(request),
        **(_open_row(request, row, form, at=at) if row else {}),
    }
    template = "clients/desk/today.html" + ("#day" if context["is_part"] else "")
    response = render(request, template, context, status=status_of(form) if form else 200)
    patch_vary_headers(response, ["HX-Request"])
    patch_cache_control(response, no_store=True)  # a number may be shown in the open row
    return response


def _open_row(request, row, form, *, at) -> dict:
    """The row that is open: what to know, and the form for what came of it."""
    seen(request, row.client)
    chosen = request.GET.get("outcome", "")
    others = answered_too(row.item, request.user, on=clock.local(at).date())
    return {
        "open_pk": row.item.pk,
        "was_asked": "open" in request.GET,
        "chosen": chosen if chosen in Outcome.values else "",
        "phone": masked_detail(row.client, "phone"),
        "can_reveal": may_reveal(request.user, row.client),
        "purpose": AS_PLANNED if row.item.channel == Channel.CALL else "",
        "briefing": briefing(row.client, at=at),
        "asked": [item for item in asked_by(row.client) if item.is_open],
        "form": form or OutcomeForm(others=others, initial=_initial(row.item, chosen, at=at)),
        "icons": OUTCOME_ICONS,
    }


def _initial(item, outcome, *, at) -> dict:
    """An attempt that reached nobody is repeated on the next working day unless told."""
    initial = {"version": item.version, "outcome": outcome}
    if outcome in RETRY:
        step = by_outcome(item.client, outcome, on=clock.local(at).date())
        initial |= {"channel": step.channel, "due_on": step.due_on}
    return initial


def _opened(day, asked: str):
    if asked == NONE_OPEN or not day.calls:
        return None
    if not asked.isdecimal():
        return day.calls[0]
    return next((call for call in day.calls if call.is_about(int(asked))), None)


def _narrowed(request) -> dict:
    """The filter of the address; a word without meaning narrows nothing."""
    trigger = request.GET.get("why", "")
    return {
        "tier": "top" if request.GET.get("tier") == "top" else "",
        "trigger": trigger if trigger in Trigger.values else "",
    }


def _query(request) -> str:
    """The beginning of a query that keeps the filter through the links and forms of the rows."""
    kept = {name: request.GET[name] for name in ("tier", "why", "all") if name in request.GET}
    return f"{urlencode(kept)}&" if kept else ""


def _address(request, pk) -> str:
    return f"{reverse('today')}?{_query(request)}open={pk or NONE_OPEN}"


def _wants_part(request) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request
