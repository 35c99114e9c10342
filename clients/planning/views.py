"""The administrator's pages of contact standards and trigger rules, with what a rule would do."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from clients.followups.models import ContactStandard, Programme, Trigger, TriggerRule
from clients.followups.programmes import in_force as programmes_in_force
from clients.followups.standards import in_force
from clients.followups.triggers import rules_in_force
from clients.planning.actions import preview
from clients.planning.forms import RuleForm
from clients.planning.sources import PREVIEWED
from crm.lib import clock
from crm.pages import status_of
from managers.people import scope
from managers.people.scope import Right

# Rules of events that nothing tells of yet; they act as soon as something does.
WAITS_FOR = {
    "complaint-replied": gettext_lazy("Begins to act once complaints are kept here."),
    "survey-low": gettext_lazy("Begins to act once surveys are kept here."),
}


@require_GET
def contact_rules(request):
    """What rules today, and what is set for later."""
    scope.require(request.user, Right.SET_CONTACT_RULES)
    today = clock.today()
    standards, rules, programmes = (
        model.objects.filter(valid_from__gt=today).order_by("valid_from", "pk")
        for model in (ContactStandard, TriggerRule, Programme)
    )
    context = {
        "standards": [(row, _anew(row)) for row in (*in_force(today).rows, *standards)],
        "rules": [_line(rule) for rule in (*rules_in_force(today).values(), *rules)],
        "programmes": [*programmes_in_force(today).values(), *programmes],
        "today": today,
    }
    return render(request, "clients/planning/rules.html", context)


def _anew(standard) -> str:
    """Where a standard is set anew for a later day, with what it asks now filled in."""
    fields = ("tier", "stage", "post", "gap_days", "visit_months", "channels", "purpose")
    asked = {name: value for name in fields if (value := getattr(standard, name))}
    return reverse("admin:clients_contactstandard_add", query=asked)


@require_http_methods(["GET", "POST"])
def trigger_rule(request, code):
    """One trigger rule: what it would have made last month, as it stands or as typed."""
    scope.require(request.user, Right.SET_CONTACT_RULES)
    today = clock.today()
    rule = rules_in_force(today).get(code)
    if rule is None:
        raise Http404
    form = RuleForm(request.POST or None, rule=rule)
    form.fields["valid_from"].initial = today + timedelta(days=1)
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            rule = form.row
        elif form.save(by=request.user, at=clock.now()):
            messages.success(request, _("The rule is set."))
            return redirect("contact-rules")
    context = {
        **_line(rule),
        "form": form,
        "month": last_month(today)[0],
        "would": None if form.errors else _would(rule, today),
        "is_typed": request.method == "POST",
    }
    return render(request, "clients/planning/rule.html", context, status=status_of(form))


def _would(rule, today: date) -> int | None:
    """What it would have made last month; None where nothing tells of it."""
    if rule.code not in PREVIEWED:
        return None
    first, last = last_month(today)
    return preview(rule, first=first, last=last)


def last_month(today: date) -> tuple[date, date]:
    """First and last day of the month before."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _line(rule) -> dict:
    return {
        "rule": rule,
        "label": Trigger(rule.trigger).label,
        "when": _when(rule),
        "waits_for": WAITS_FOR.get(rule.code, ""),
    }


def _when(rule) -> str:
    days = abs(rule.offset)
    if not days:
        return _("that day")
    if rule.in_working_days:
        told = ngettext("%(days)d working day after", "%(days)d working days after", days)
    elif rule.offset < 0:
        told = ngettext("%(days)d day before", "%(days)d days before", days)
    else:
        told = ngettext("%(days)d day after", "%(days)d days after", days)
    return told % {"days": days}
