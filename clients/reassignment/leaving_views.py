"""Ending the access of somebody who leaves; clients who have nobody."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.book.models import Client
from clients.reassignment import owner_check
from clients.reassignment.leaving import ties
from clients.reassignment.models import ReassignmentPlan
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.access.actions.sessions import deactivate as end_access
from managers.access.rules import may_end_access
from managers.people import scope
from managers.people.heads import heads_of
from managers.people.models import OrgUnit, Staff
from managers.people.scope import Right

SHOWN = 200  # clients on the page


@require_http_methods(["GET", "POST"])
def deactivate(request, pk):
    """What the person still has and where a head gives it away; with nothing left, the end."""
    scope.require(request.user, Right.END_ACCESS)
    staff = get_object_or_404(Staff.objects.filter(is_active=True), pk=pk)
    if not may_end_access(request.user, staff):
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            end_access(staff, by=request.user, at=clock.now())
        except RuleBroken as broken:
            refused = str(broken)
        else:
            told = _("%(name)s cannot sign in any more.") % {"name": words.plain_name(staff)}
            messages.success(request, told)
            return redirect("home")
    context = {
        "staff": staff,
        "ties": ties(staff),
        "plan": _live_plan(staff, request.user),
        "plans": scope.may(request.user, Right.ASSIGN),
        "heads": _heads(staff),
        "refused": refused,
    }
    status = 422 if refused else 200
    return render(request, "clients/reassignment/deactivate.html", context, status=status)


@require_GET
def owners(request):
    """The clients of a head's outlets who have nobody now, and why (rules E9)."""
    scope.require(request.user, Right.ASSIGN)
    found = owner_check.of_head(request.user, on=clock.today())
    rows = list(found[:SHOWN])
    for client in rows:
        client.why = owner_check.Fault(client.fault).label
    context = {"rows": rows, "more": found.count() - len(rows)}
    return render(request, "clients/reassignment/owners.html", context)


def _live_plan(staff, person) -> ReassignmentPlan | None:
    return ReassignmentPlan.objects.live().visible_to(person).filter(from_staff=staff).first()


def _heads(staff) -> str:
    """Who gives this person's clients to others: a head of each outlet, once."""
    kept = Client.objects.active().filter(owner=staff).order_by().values("outlet")
    today = clock.today()
    first = (heads_of(outlet, on=today)[:1] for outlet in OrgUnit.objects.filter(pk__in=kept))
    return words.listed(dict.fromkeys(words.plain_name(one) for heads in first for one in heads))
