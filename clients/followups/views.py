"""Pages of follow-ups: the list, one follow-up with its outcome, and booking a new one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.book.details import masked_detail
from clients.book.models import Client
from clients.book.reading import seen
from clients.book.reveal_views import AS_PLANNED
from clients.book.rules import may_reveal
from clients.followups import proposals, rules
from clients.followups.filters import FollowUpFilter
from clients.followups.forms import (
    OUTCOME_ICONS,
    BookingForm,
    CancelForm,
    OutcomeForm,
    ReassignForm,
    SnoozeForm,
)
from clients.followups.hours import closed
from clients.followups.models import Channel, FollowUp, Outcome
from clients.followups.proposal_views import contact_before, remember, say_counted
from clients.followups.queries import answered_too, briefing
from crm import bank, words
from crm.lib import clock
from crm.pages import page_of, status_of
from crm.workdays import work_calendar
from managers.people import scope
from managers.people.scope import Reach, Right

ORDERS = {
    "due": ("due_at", "pk"),
    "-due": ("-due_at", "-pk"),
    "client": ("client__joined_pinyin", "pk"),
    "-client": ("-client__joined_pinyin", "-pk"),
}
KEPT = ("state", "overdue", "sort", "client")  # what the toolbar's form has no field for


@require_GET
def follow_up_list(request):
    """Own follow-ups; heads see those of their outlets. Open ones unless a state is asked for."""
    scope.require(request.user, Right.FOLLOW_UP)
    asked = request.GET.copy()
    asked.setdefault("state", FollowUp.State.OPEN)
    rows = FollowUp.objects.visible_to(request.user).for_list()
    narrowed = FollowUpFilter(asked, queryset=rows, request=request)
    order = ORDERS.get(asked.get("sort"), ORDERS["due"])
    context = {
        "page": page_of(request, narrowed.qs, order=order),
        "filter": narrowed,
        "kept": {name: request.GET[name] for name in KEPT if name in request.GET},
        "is_head": scope.reach(request.user, Right.FOLLOW_UP) == Reach.TREE,
        "State": FollowUp.State,
    }
    return render(request, "clients/followups/list.html", context)


@require_http_methods(["GET", "POST"])
def follow_up_new(request, pk):
    """Book a follow-up of a client; the form alone for a part of another page."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    seen(request, client)
    tomorrow = work_calendar().add_working_days(clock.today(), 1)
    contact = contact_before(request, client)
    step = proposals.after(contact, today=clock.today()) if contact else None
    initial = step.booking if step else {"due_on": tomorrow}
    form = BookingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        booked = form.save(client, after=contact, by=request.user, at=clock.now())
        if booked:
            messages.success(request, _booked(booked))
            if contact:
                say_counted(request, contact)
            return redirect("client", client.pk)
    template = "clients/followups/new.html" + ("#form" if request.htmx else "")
    context = {"client": client, "form": form, "after": contact}
    return render(request, template, context, status=status_of(form))


def _booked(item) -> str:
    if not item.moved:
        return _("The follow-up is booked.")
    told = {"day": words.day(item.due_on), "moved": item.moved}
    return _("The follow-up is booked for %(day)s, %(moved)s.") % told


@require_http_methods(["GET", "POST"])
def follow_up(request, pk):
    """One follow-up: what it is about, and what came of it."""
    item = _found(request, pk)
    others = answered_too(item, request.user, on=clock.today())
    form = OutcomeForm(request.POST or None, others=others, initial={"version": item.version})
    if request.method == "POST" and form.is_valid():
        contact = form.save(item, by=request.user, at=clock.now())
        if contact:
            say_recorded(request, contact)
            return redirect("client", item.client_id)
    return _page(request, item, outcome=form)


@require_POST
def follow_up_snooze(request, pk):
    """Put a follow-up off."""
    return _act(request, pk, SnoozeForm, "snooze", _("The follow-up is put off."))


@require_POST
def follow_up_cancel(request, pk):
    """Take a follow-up back."""
    return _act(request, pk, CancelForm, "cancel", _("The follow-up is cancelled."))


@require_POST
def follow_up_reassign(request, pk):
    """Give a follow-up to a colleague."""
    on = clock.today()
    text = _("The follow-up has a new owner.")
    return _act(request, pk, ReassignForm, "reassign", text, on=on)


def say_recorded(request, contact) -> None:
    """Tell whether the contact counts, what it would have taken, and keep what to propose."""
    remember(request, contact)
    if contact.is_valid:
        messages.success(request, _("Recorded as a valid contact."))
    elif contact.outcome in rules.SPOKE:
        messages.info(request, _lacks(contact))
    elif contact.outcome == Outcome.NO_ANSWER and contact.next_step:
        messages.success(request, _("Recorded; the next try is booked."))
    else:
        messages.success(request, _("Recorded."))


def _lacks(contact) -> str:
    """What a contact would need to be valid (rules F4)."""
    if len(contact.notes) < bank.read("contact.note_length", on=clock.today()):
        return _("Recorded. To be valid, a contact needs a longer note and a next step.")
    if not contact.next_step:
        return _("Recorded. The contact is valid once its next step is booked.")
    return _("Recorded. By this client's standard, contacts of this kind do not count.")


def _act(request, pk, kind, name, success, **options):
    item = _found(request, pk)
    if kind is ReassignForm:
        options["follow_up"] = item
    form = kind(request.POST, **options)
    if form.is_valid() and form.save(item, by=request.user, at=clock.now()):
        messages.success(request, success)
        return redirect("follow-up", pk)
    return _page(request, item, **{name: form})


def _found(request, pk):
    rows = FollowUp.objects.visible_to(request.user).select_related(
        *("client__owner", "owner", "created_by", "contact__staff", "series", "step__run"),
    )
    return get_object_or_404(rows, pk=pk)


def _page(request, item, **bound):
    """The page, with the one form that was sent and fresh ones beside it."""
    seen(request, item.client)
    on, version = clock.today(), {"version": item.version}
    others = () if "outcome" in bound else answered_too(item, request.user, on=on)
    context = {
        "item": item,
        "client": item.client,
        "phone": masked_detail(item.client, "phone"),
        "can_reveal": may_reveal(request.user, item.client),
        "purpose": AS_PLANNED if item.channel == Channel.CALL else "",
        "briefing": briefing(item.client, at=clock.now()),
        "icons": OUTCOME_ICONS,
        "is_open": item.state == FollowUp.State.OPEN,
        "closed": closed(item.client.outlet, item.due_on) if item.channel == Channel.VISIT else "",
        "snooze_until": rules.snooze_until(item, on=on),
        "may_work": rules.may_work(request.user, item, on=on),
        "may_cancel": rules.may_cancel(request.user, item, on=on),
        "may_direct": rules.may_direct(request.user, item.client),
        "outcome": OutcomeForm(others=others, initial=version),
        "snooze": SnoozeForm(initial=version),
        "cancel": CancelForm(initial=version),
        "reassign": ReassignForm(initial=version, follow_up=item, on=on),
        **bound,
    }
    status = max(status_of(form) for form in bound.values())
    return render(request, "clients/followups/follow_up.html", context, status=status)
