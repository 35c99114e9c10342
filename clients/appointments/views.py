"""Pages of visits: one visit with its steps, booking it, moving it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.appointments import actions, rules
from clients.appointments.forms import (
    KIND_ICONS,
    BookingForm,
    CancelForm,
    HoldForm,
    MoveForm,
    first_values,
)
from clients.appointments.models import Appointment
from clients.appointments.queries import (
    call_after,
    free_starts,
    open_days,
    open_files,
    told_in_full,
)
from clients.book.models import Client
from clients.book.reading import seen
from clients.followups.hours import closed
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import status_of

DAYS_AHEAD = 5  # open days that are one click away


@require_http_methods(["GET", "POST"])
def appointment_new(request, pk):
    """Book a visit of a client: kind, day, one of the free times, room."""
    rows = Client.objects.visible_to(request.user).select_related("owner", "outlet")
    client = get_object_or_404(rows, pk=pk)
    seen(request, client)
    at, today = clock.now(), clock.today()
    initial = request.GET.dict()
    form = BookingForm(request.POST or None, initial=initial, client=client, on=today)
    if request.method == "POST" and form.is_valid():
        visit = form.save(client, by=request.user, at=at)
        if visit:
            messages.success(request, _("The appointment is booked."))
            return redirect("appointment", visit.pk)
    host = client.owner or request.user
    context = {"client": client, "form": form, "icons": KIND_ICONS, **times(form, [host], at=at)}
    return render(request, "clients/appointments/new.html", context, status=status_of(form))


@require_GET
def appointment(request, pk):
    """One visit: who, when, where, the four steps, and what may be done."""
    return _page(request, _found(request, pk))


@require_POST
def appointment_confirm(request, pk):
    """The client has agreed."""
    return _act(request, pk, actions.confirm, _("Confirmed."))


@require_POST
def appointment_tick(request, pk):
    """The next step of the visit has happened; back to the list it was ticked in."""
    then = "visits" if request.POST.get("then") == "visits" else None
    step = request.POST.get("step", "")
    return _act(request, pk, actions.tick, _("Ticked."), then=then, step=step)


@require_POST
def appointment_no_show(request, pk):
    """The client did not come."""
    answer = _act(request, pk, actions.no_show, _("Noted."))
    if call := call_after(pk):
        told = {"day": words.day(call.due_on)}
        messages.success(request, _("A call on %(day)s is booked.") % told)
    return answer


@require_POST
def appointment_hold(request, pk):
    """The visit took place."""
    visit, form = _found(request, pk), HoldForm(request.POST)
    if form.is_valid() and form.save(visit, by=request.user, at=clock.now()):
        messages.success(request, _("Recorded as a contact with the client."))
        return redirect("appointment", pk)
    return _page(request, visit, hold=form)


@require_POST
def appointment_cancel(request, pk):
    """The visit is called off."""
    visit, form = _found(request, pk), CancelForm(request.POST)
    if form.is_valid() and form.save(visit, by=request.user, at=clock.now()):
        messages.success(request, _("Called off. Time and room are free again."))
        return redirect("appointment", pk)
    return _page(request, visit, cancel=form)


@require_http_methods(["GET", "POST"])
def appointment_move(request, pk):
    """Another time or place."""
    visit, at = _found(request, pk), clock.now()
    if "move" not in rules.allowed_actions(request.user, visit, at=at):
        messages.error(request, _("This appointment cannot be moved now."))
        return redirect("appointment", pk)
    seen(request, visit.client)
    initial = first_values(visit) | request.GET.dict()
    form = MoveForm(request.POST or None, initial=initial, client=visit.client)
    sent = request.method == "POST" and form.is_valid()
    if sent and form.save(visit, by=request.user, at=at):
        messages.success(request, _("Moved. Please ask the client to agree."))
        return redirect("appointment", pk)
    context = {"visit": visit, "form": form, **times(form, visit.staff, at=at, without=visit)}
    return render(request, "clients/appointments/move.html", context, status=status_of(form))


def times(form, people, *, at, without=None) -> dict:
    """For a `WhenForm`: free times for the day, length and room so far, and days to choose.

    Without a day so far it is the next one on which the place of the visit is open.
    """
    today, unit = clock.local(at).date(), form.unit()
    days = open_days(unit, after=today, count=DAYS_AHEAD)
    form.initial.setdefault("day", next(iter(days), today))
    day, minutes = form.wanted("day"), form.wanted("minutes")
    day = day if hasattr(day, "isoformat") else today
    minutes = int(minutes) if str(minutes).isdecimal() else 60
    shut = closed(unit, day) if unit else ""
    where = {"room": form.room() if unit else None, "unit": unit}
    free = [] if shut else free_starts(people, day, minutes, at=at, **where, without=without)
    start = form.wanted("start")
    return {
        "starts": [clock.local(moment).time() for moment in free],
        "chosen": start if hasattr(start, "hour") else None,
        "chosen_day": day,
        "closed": shut,
        "days": days,
    }


def _act(request, pk, action, done, *, then=None, **what):
    try:
        action(_found(request, pk), by=request.user, at=clock.now(), **what)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, done)
    return redirect(then) if then else redirect("appointment", pk)


def _found(request, pk):
    rows = Appointment.objects.visible_to(request.user).for_list()
    return get_object_or_404(rows, pk=pk)


def _closed(visit) -> str:
    return closed(visit.unit, clock.local(visit.starts_at).date()) if visit.unit else ""


def _page(request, visit, **bound):
    """The page, with the one form that was sent and fresh ones beside it."""
    seen(request, visit.client)
    at, person = clock.now(), request.user
    verbs = rules.allowed_actions(person, visit, at=at)
    version = {"version": visit.version}
    context = {
        "visit": visit,
        "is_readable": visit.client_id in open_files(person, [visit]),
        "in_full": visit.pk in told_in_full(person, [visit]),
        "closed": _closed(visit) if visit.is_coming else "",
        "may": dict.fromkeys([verb.replace("-", "_") for verb in verbs], True),
        "hold": HoldForm(initial=version),
        "cancel": CancelForm(initial=version),
        **bound,
    }
    status = max((status_of(form) for form in bound.values()), default=200)
    return render(request, "clients/appointments/appointment.html", context, status=status)
