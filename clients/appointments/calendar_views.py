"""Calendars: the week of a colleague, the rooms of an outlet, and the visits of today."""

from datetime import date

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clients.appointments.models import Room
from clients.appointments.queries import (
    colleagues,
    day_of,
    open_files,
    rooms_on,
    visits_on,
    week_of,
)
from clients.appointments.rules import may_receive
from crm.lib import clock
from managers.people import scope
from managers.people.models import OrgUnit
from managers.people.scope import Right

HOURS = [f"{hour:02}:00" for hour in range(8, 21)]  # beside the half hours of `queries.Entry.row`


@require_GET
def calendar(request):
    """`?day=` and `?staff=` whose week, with `?view=day` the day; `?rooms=` those of an outlet."""
    scope.require(request.user, Right.FOLLOW_UP)
    person, today = request.user, clock.today()
    asked_day = _day(request.GET.get("day", ""))
    day = asked_day or today
    people = list(colleagues(person, on=today))
    outlets = list(_outlets_with_rooms(person))
    context = {"people": people, "outlets": outlets, "whose": person, "unit": None, "hours": HOURS}
    if rooms := request.GET.get("rooms", ""):
        unit = next((unit for unit in outlets if str(unit.pk) == rooms), None)
        if unit is None:
            raise Http404
        context |= {"calendar": rooms_on(person, unit, day), "unit": unit}
    else:
        asked = request.GET.get("staff", "")
        whose = next((one for one in people if str(one.pk) == asked), person)
        one_day = request.GET.get("view") == "day"
        shown = (day_of if one_day else week_of)(person, whose, day)
        if not asked_day and shown.columns[-1].day < today:
            shown = week_of(person, whose, shown.later)  # at the weekend the week is over
        context |= {"calendar": shown, "whose": whose, "one_day": one_day}
    return render(request, "clients/appointments/calendar.html", context)


@require_GET
def visits(request):
    """Today's visits with their four steps, made for a phone in the lobby."""
    scope.require(request.user, Right.RECEIVE)
    person, today = request.user, clock.today()
    rows = list(visits_on(person, today))
    tickable = {row.pk for row in rows if row.is_coming and may_receive(person, row, on=today)}
    context = {"visits": rows, "readable": open_files(person, rows), "tickable": tickable}
    return render(request, "clients/appointments/visits.html", context)


def _outlets_with_rooms(person):
    """Outlets whose rooms a person may look at: where they work, and what they answer for."""
    units = [pk for pk in (person.current_unit.pk, person.current_unit.served_by_id) if pk]
    answered = scope.units(person, Right.FOLLOW_UP).values_list("pk", flat=True)
    with_rooms = Room.objects.filter(is_active=True, unit__in={*units, *answered})
    return OrgUnit.objects.filter(pk__in=with_rooms.values("unit")).order_by("path")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
