"""The administrator's page of contact standards and trigger rules, with what a rule would do."""

from datetime import date, timedelta

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from clients.followups.models import ContactStandard, Programme, Trigger, TriggerRule
from clients.followups.programmes import in_force as programmes_in_force
from clients.followups.standards import in_force
from clients.followups.triggers import rules_in_force
from clients.planning.actions import preview
from clients.planning.sources import PREVIEWED
from crm.lib import clock
from managers.people import scope
from managers.people.scope import Right


@require_GET
def contact_rules(request):
    """What rules today, what is set for later, and what one rule would have made last month."""
    scope.require(request.user, Right.SET_CONTACT_RULES)
    today = clock.today()
    rules = rules_in_force(today)
    asked = rules.get(request.GET.get("preview", ""))
    first, last = last_month(today)
    context = {
        "standards": in_force(today).rows,
        "coming_standards": ContactStandard.objects.filter(valid_from__gt=today),
        "rules": [_line(rule) for rule in rules.values()],
        "coming_rules": TriggerRule.objects.filter(valid_from__gt=today),
        "programmes": programmes_in_force(today).values(),
        "coming_programmes": Programme.objects.filter(valid_from__gt=today),
        "asked": asked,
        "would": preview(asked, first=first, last=last)
        if asked and asked.code in PREVIEWED
        else None,
        "month": first,
    }
    return render(request, "clients/planning/rules.html", context)


def last_month(today: date) -> tuple[date, date]:
    """First and last day of the month before."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _line(rule) -> dict:
    return {
        "rule": rule,
        "label": Trigger(rule.trigger).label,
        "when": _when(rule),
        "can_preview": rule.code in PREVIEWED,
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
