"""Pages of the work log: one's own day, for heads the day of the team, and one log."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.worklog import rules
from clients.worklog.forms import WorkLogForm
from clients.worklog.models import COMPUTED, Duty, WorkLog
from clients.worklog.queries import contacts_of, read_day, told
from crm.lib import clock
from crm.pages import status_of
from crm.workdays import work_calendar
from managers.people import scope
from managers.people.models import RM_POSTS, Absence, Staff
from managers.people.scope import Right

_TYPED = ("version", "ticks", "note")
RECENT = 10  # logs of one's own beside the day


@require_http_methods(["GET", "POST"])
def work_log(request):
    """An RM's own day, filled from what was done; for heads who has handed in and who has not."""
    scope.require(request.user, Right.FOLLOW_UP)
    day = _day(request)
    if not rules.may_write_log(request.user):
        if request.method == "POST":
            raise PermissionDenied(_("RMs keep a work log."))
        return _team(request, day)
    log = WorkLog.objects.filter(staff=request.user, day=day).first()
    if log and log.submitted_at and request.method == "GET":
        return redirect("work-log", log.pk)
    known = {name: getattr(log, name) for name in _TYPED} if log else {"version": 0}
    form = WorkLogForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        hand_in = request.POST.get("then") == "hand_in"
        saved = form.save(day, hand_in=hand_in, by=request.user, at=clock.now())
        if saved:
            messages.success(request, _("Handed in.") if hand_in else _("Saved."))
            return redirect(f"{reverse('work-logs')}?day={day}")
    done = read_day(request.user, day)
    context = {
        "day": day,
        "form": form,
        "is_open": day >= rules.first_open_day(clock.today()),
        "figures": told(done.figures),
        "duties": _duties(done.duties, COMPUTED),
        "contacts": contacts_of(request.user, day, reader=request.user),
        "recent": WorkLog.objects.filter(staff=request.user).order_by("-day")[:RECENT],
    }
    return render(request, "clients/worklog/day.html", context, status=status_of(form))


@require_GET
def work_log_page(request, pk):
    """One log that was handed in, for its RM and the heads."""
    logs = WorkLog.objects.visible_to(request.user).for_list()
    log = get_object_or_404(logs.filter(submitted_at__isnull=False), pk=pk)
    context = {
        "log": log,
        "figures": told(log.figures),
        "duties": _duties(log.ticks, Duty),
        "contacts": contacts_of(log.staff, log.day, reader=request.user),
    }
    return render(request, "clients/worklog/log.html", context)


def _team(request, day):
    """The RMs of the head's outlets on a day, with the log of each; who is away owes none."""
    units = scope.units(request.user, Right.FOLLOW_UP)
    people = Staff.objects.posted(day, *RM_POSTS).in_units(units, day).order_by("employee_no")
    logs = WorkLog.objects.visible_to(request.user).filter(day=day)
    by_staff = {log.staff_id: log for log in logs}
    away = set(Absence.objects.on(day).filter(staff__in=people).values_list("staff", flat=True))
    rows = [(person, by_staff.get(person.pk), person.pk in away) for person in people]
    context = {
        "day": day,
        "before": work_calendar().previous_workday(day - timedelta(days=1)),
        "is_workday": work_calendar().is_workday(day),
        "rows": rows,
        "handed_in": len(by_staff),
        "team": sum(log is not None or not is_away for _person, log, is_away in rows),
    }
    return render(request, "clients/worklog/team.html", context)


def _day(request) -> date:
    """The day that the address names, if it has come; else today."""
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    today = clock.today()
    return day if day and day <= today else today


def _duties(done, which) -> list[tuple[str, bool]]:
    return [(Duty(duty).label, duty in done) for duty in which]
