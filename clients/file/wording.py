"""How what the file knows is said on pages: best time, important dates."""

from datetime import date, time

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.file.models import ImportantDate, Person, Preferences
from crm import words

WORKING_WEEK = [1, 2, 3, 4, 5]


def best_time(preferences: Preferences | None) -> str:
    """When to call: "weekdays 10:00–11:30, never 12:00–14:00"; "" where nobody knows."""
    if preferences is None:
        return ""
    hours = _span(preferences.from_time, preferences.to_time)
    days, quiet = _days(preferences.days), quiet_time(preferences)
    best = days or hours
    if days and hours:
        best = _("%(days)s %(hours)s") % {"days": days, "hours": hours}
    if not quiet:
        return best
    never = _("never %(hours)s") % {"hours": quiet}
    return _("%(best)s, %(never)s") % {"best": best, "never": never} if best else never


def quiet_time(preferences: Preferences) -> str:
    """When the client is left in peace: "12:00–14:00"; "" where any hour will do."""
    return _span(preferences.quiet_from, preferences.quiet_to)


def _span(begins: time | None, ends: time | None) -> str:
    return f"{begins:%H:%M}–{ends:%H:%M}" if begins and ends else ""


def title(day) -> str:
    """What an important date is: "Spouse: birthday, turns 44"."""
    what = day.label or str(ImportantDate.Kind(day.kind).label)
    if day.kind == ImportantDate.Kind.BIRTHDAY and day.years:
        what = _("%(what)s, turns %(age)s") % {"what": what, "age": day.years}
    elif day.years:
        years = ngettext("%(years)s year", "%(years)s years", day.years) % {"years": day.years}
        what = _("%(what)s, %(years)s") % {"what": what, "years": years}
    if day.whose == Person.CLIENT:
        return what
    return _("%(whose)s: %(what)s") % {"whose": Person(day.whose).label, "what": what}


def _days(days: list[int]) -> str:
    if not days or len(days) == 7:
        return ""
    if sorted(days) == WORKING_WEEK:
        return _("weekdays")
    return _(", ").join(words.weekday(date(2024, 1, day)) for day in sorted(days))  # a Monday first
