"""Hand a client over: begin, fill the file, answer, decide, introduce."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.appointments.actions import introduction_of
from clients.appointments.forms import WhenForm, refuse
from clients.appointments.views import times
from clients.book.load import loads
from clients.book.models import Client, State, Tier
from clients.book.reading import seen
from clients.handover import actions, page, rules
from clients.handover.forms import (
    DecideForm,
    DraftForm,
    FileForm,
    IntroduceForm,
    ReturnForm,
    WaiveForm,
    WaiverForm,
)
from clients.handover.models import Handover
from clients.lobby.queries import Choice, choices
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from crm.pages import add_refusal, status_of
from managers.people.models import Post


@require_http_methods(["GET", "POST"])
def handover_new(request):
    """Choose the prospect and the wealth RM; the file is filled on the next page (rules E2)."""
    if request.user.current_post not in rules.SENDERS:
        raise PermissionDenied(_("Handovers are begun by RMs."))
    form = _draft_form(request)
    if request.method == "POST" and form.is_valid():
        try:
            drafted = actions.draft(**form.cleaned_data, by=request.user, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            return redirect("handover", drafted.pk)
    context = {"form": form, "has_prospects": form.fields["client"].queryset.exists()}
    return render(request, "clients/handover/new.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def handover(request, pk):
    """The file as a checklist, where the handover stands, and the one next act."""
    found = _found(request, pk)
    form = _file_form(request, found)
    if request.method == "POST" and form is None:
        messages.error(request, _("The file cannot be changed now."))
        return redirect("handover", pk)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, found, form)
        except RuleBroken as broken:
            found = _found(request, pk)
            form = _typed_again(request, found, broken)
        else:
            return redirect("handover", pk)
    return _page(request, found, file_form=form)


@require_POST
def handover_accept(request, pk):
    """Take the file as complete; who was too late for it reads so."""
    try:
        rules.check_not_taken_back(request.user, pk)
    except RuleBroken as late:
        messages.error(request, str(late))
        return redirect("relay")
    return _act(request, pk, actions.accept, _("Accepted. Now agree on a day to meet the client."))


@require_POST
def handover_return(request, pk):
    """Send the file back with a reason."""
    found, form = _found(request, pk), ReturnForm(request.POST)
    if form.is_valid():
        try:
            actions.return_(found, **form.answer, by=request.user, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            messages.success(request, _("Returned. The sender sees your reason."))
            return redirect("relay")
    return _page(request, found, return_form=form)


@require_POST
def handover_introduce(request, pk):
    """The three have met: the client changes hands now."""
    found, form = _found(request, pk), IntroduceForm(request.POST)
    if not form.is_valid():
        return _page(request, found, introduce_form=form)
    done = _("Introduced. The client has changed hands.")
    return _act(
        request, pk, actions.introduce, done, acknowledged=form.cleaned_data["acknowledged"]
    )


@require_http_methods(["GET", "POST"])
def handover_meet(request, pk):
    """Book the meeting of three: a day, one of the times at which both are free, a room."""
    found, at = _found(request, pk), clock.now()
    if "introduce" not in rules.allowed_actions(request.user, found):
        messages.error(request, _("There is no introduction to book now."))
        return redirect("handover", pk)
    seen(request, found.client)
    form = WhenForm(request.POST or None, initial=request.GET.dict(), client=found.client)
    if request.method == "POST" and form.is_valid():
        try:
            when = form.when_and_where
            visit = actions.plan_introduction(found, **when, by=request.user, at=at)
        except RuleBroken as broken:
            refuse(form, broken)
        else:
            messages.success(request, _("The introduction is booked; both of you are invited."))
            return redirect("appointment", visit.pk)
    people = [found.from_staff, found.to_staff]
    context = {"handover": found, "form": form, **times(form, people, at=at)}
    return render(request, "clients/handover/meet.html", context, status=status_of(form))


@require_POST
def handover_ask_waiver(request, pk):
    """Ask the head to do without an item."""
    found = _found(request, pk)
    form = WaiverForm(request.POST, missing=found.missing)
    return _sent(request, found, form, actions.ask_waiver, _("Asked. Your head decides."))


@require_POST
def handover_waive(request, pk):
    """A head does without an item, or does not."""
    found, form = _found(request, pk), WaiveForm(request.POST)
    if form.is_valid():
        given = {**form.cleaned_data, "grant": form.cleaned_data["answer"] == "grant"}
        del given["answer"]
        try:
            actions.waive(found, **given, by=request.user, at=clock.now())
        except RuleBroken as broken:
            messages.error(request, str(broken))
        else:
            messages.success(request, _("Done. The sender is told."))
    return redirect("handover", pk)


@require_POST
def handover_decide(request, pk):
    """A head says how a file goes on that was returned twice."""
    found = _found(request, pk)
    form = DecideForm(request.POST, handover=found, choices=page.others(found))
    return _sent(request, found, form, actions.decide, _("Decided. Both are told."))


def _sent(request, found, form, action, done):
    """Do what a form of this page asks for; its refusals stand in it."""
    name = {WaiverForm: "waiver_form", DecideForm: "decide_form"}[type(form)]
    if form.is_valid():
        try:
            action(found, **form.cleaned_data, by=request.user, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            messages.success(request, done)
            return redirect("handover", found.pk)
    return _page(request, found, **{name: form})


@require_POST
def handover_withdraw(request, pk):
    """Take the handover back."""
    return _act(request, pk, actions.withdraw, _("Withdrawn. The client stays with you."))


def _act(request, pk, action, done, **what):
    try:
        action(_found(request, pk), by=request.user, at=clock.now(), **what)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, done)
    return redirect("handover", pk)


def _found(request, pk):
    rows = Handover.objects.visible_to(request.user).for_list()
    return get_object_or_404(rows, pk=pk)


def _draft_form(request):
    person, today = request.user, clock.today()
    mine = Client.objects.visible_to(person).active().filter(owner=person)
    if person.current_post == Post.MARKETING_RM:
        mine = mine.filter(state=State.PROSPECT)
    if request.method == "GET":  # of what is sent the action says that it is under way
        mine = mine.exclude(pk__in=Handover.objects.pending().values("client"))
    return DraftForm(
        request.POST or None,
        initial={"client": request.GET.get("client")},
        clients=mine.order_by("joined_pinyin", "pk"),
        choices=choices(person.current_unit, tier=Tier.REGULAR, on=today, without=person),
        unit=person.current_unit,
    )


def _file_form(request, found, data=None):
    """The form of the file, for whoever may fill it now; None for everybody else."""
    if "save" not in rules.allowed_actions(request.user, found):
        return None
    today, client = clock.today(), found.client
    offered = choices(client.outlet, tier=client.tier, on=today)
    if found.to_staff not in [choice.staff for choice in offered]:
        load = loads([found.to_staff_id], on=today)[found.to_staff_id]
        offered = [Choice(found.to_staff, load), *offered]
    data = data or (request.POST if request.method == "POST" else None)
    return FileForm(data, handover=found, choices=offered)


def _save(request, found, form):
    by, at = request.user, clock.now()
    written = {"to": form.cleaned_data["to"], "version": form.cleaned_data["version"]}
    saved = actions.save_file(found, file=form.file, by=by, at=at, **written)
    if request.POST.get("then") == "submit":
        actions.submit(saved, by=by, at=at)
        messages.success(request, _("Submitted. The wealth RM has two working days to answer."))
    else:
        messages.success(request, _("Saved."))


def _typed_again(request, found, broken):
    """What was typed, on top of what is saved now: the person compares, the next save decides."""
    data = request.POST.copy()
    data["version"] = found.version
    form = _file_form(request, found, data)
    if form is None:
        messages.error(request, str(broken))
    else:
        form.is_valid()
        form.saved = found.file if isinstance(broken, Stale) else {}
        add_refusal(form, broken)
    return form


def _page(request, found, *, file_form=None, **others):
    """The page, with those of its forms that were sent and refused."""
    seen(request, found.client)
    context = page.context(request.user, found, file_form=file_form)
    context |= page.forms(context["may"], found) | others
    context["introduction"] = introduction_of(found.client)
    sent = [form for form in (file_form, *others.values()) if form is not None]
    status = max((status_of(form) for form in sent), default=200)
    return render(request, "clients/handover/handover.html", context, status=status)
