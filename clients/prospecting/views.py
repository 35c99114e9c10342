"""Pages of prospects: the pipeline, one prospect, lists of leads, and the way of a day."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.appointments.queries import open_files
from clients.book.reading import seen
from clients.prospecting import actions, rules
from clients.prospecting.forms import FirstVisitForm, ListForm, StageForm, ordered
from clients.prospecting.models import LeadList, Stage
from clients.prospecting.queries import lists_of, marketing_rms, pipeline, prospects_of, route
from crm.lib import clock
from crm.lib.errors import Stale
from crm.pages import status_of
from managers.people import scope
from managers.people.scope import Right


@require_GET
def prospects(request):
    """The pipeline by stages with ages, and lists of leads with what they brought."""
    scope.require(request.user, Right.FOLLOW_UP)
    person, at = request.user, clock.now()
    columns = pipeline(person, at=at)
    context = {
        "columns": columns,
        "open_count": sum(c.count for c in columns if c.stage != Stage.LOST),
        "forgotten": sum(c.without_step for c in columns if c.stage != Stage.LOST),
        "lists": lists_of(person, on=clock.today()),
        "may_give": rules.may_give_leads(person),
    }
    return render(request, "clients/prospecting/prospects.html", context)


@require_http_methods(["GET", "POST"])
def prospect(request, pk):
    """One prospect: stage, next step, and what the first visit told."""
    rows = prospects_of(request.user).select_related("first_visit")
    client = get_object_or_404(rows, pk=pk)
    seen(request, client)
    lead, visit = getattr(client, "lead", None), getattr(client, "first_visit", None)
    lists = LeadList.objects.filter(given_to=client.owner_id)
    known = {
        "stage": lead.stage if lead else Stage.NEW,
        "lead_list": lead.lead_list_id if lead else None,
    }
    sent = request.POST if request.method == "POST" else None
    told = "met_on" in request.POST
    stage_form = StageForm(None if told else sent, initial=known, lists=lists)
    told_form = FirstVisitForm(
        sent if told else None, instance=visit, initial={"met_on": clock.today()}
    )
    form = told_form if told else stage_form
    if sent is not None and form.is_valid():
        save = form.keep if told else form.save
        if save(client, by=request.user, at=clock.now()):
            messages.success(request, _("Saved."))
            return redirect("prospect", pk)
    context = {
        "client": client,
        "lead": lead,
        "stage_form": stage_form,
        "told_form": told_form,
        "may_win": rules.may_win(request.user, client, on=clock.today()),
    }
    return render(request, "clients/prospecting/prospect.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def lead_list_new(request):
    """A head asks a marketing RM for prospects."""
    if not rules.may_give_leads(request.user):
        raise PermissionDenied(_("Heads give lists of leads."))
    units = scope.units(request.user, Right.ASSIGN)
    form = ListForm(request.POST or None, people=marketing_rms(units, on=clock.today()))
    if request.method == "POST" and form.is_valid() and form.save(by=request.user, at=clock.now()):
        messages.success(request, _("The list is given."))
        return redirect("prospects")
    return render(
        request, "clients/prospecting/list_new.html", {"form": form}, status=status_of(form)
    )


@require_http_methods(["GET", "POST"])
def prospect_route(request):
    """Today's visits outside, for a phone: by time, by place, or as the person ordered them."""
    scope.require(request.user, Right.FOLLOW_UP)
    if request.method == "POST":
        return _order(request)
    by_place = request.GET.get("order") == "place"
    visits = list(route(request.user, day=clock.today(), by_place=by_place))
    context = {
        "visits": visits,
        "by_place": by_place,
        "is_ordered": any(visit.stop for visit in visits),
        "readable": open_files(request.user, visits),
    }
    return render(request, "clients/prospecting/route.html", context)


def _order(request):
    stops, moved = ordered(request.POST)
    try:
        actions.order_route(stops, by=request.user, day=clock.today())
    except Stale as stale:
        messages.error(request, str(stale))
    else:
        if moved:
            said = {"place": stops.index(moved) + 1, "count": len(stops)}
            messages.success(request, _("Now stop %(place)d of %(count)d.") % said)
    return redirect("prospect-route")
