"""What the inbox says to overseers."""

from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.oversight.rules import Unusual
from crm import words
from managers.inbox.kinds import Told, register
from managers.people.models import Staff


def reading_unusual(notifications) -> dict[int, Told]:
    """To head and officer: who, what, how many, and the way to the log of that day."""
    people = Staff.objects.in_bulk([int(row.about_id) for row in notifications])
    return {row.pk: _reading(row, people[int(row.about_id)]) for row in notifications}


def _reading(row, person) -> Told:
    name, day, count = words.plain_name(person), row.facts["day"], row.facts["count"]
    sentence = _sentences(count)[Unusual(row.facts["unusual"])]
    asked = {"actor": person.employee_no, "between_after": day, "between_before": day}
    return Told(
        title=_("Unusual reading: %(name)s") % {"name": name},
        text=sentence % {"count": count, "day": words.day(date.fromisoformat(day))},
        url=f"{reverse('access-log')}?{urlencode(asked)}",
        icon="eye-exclamation",
    )


def _sentences(count: int) -> dict[Unusual, str]:
    return {
        Unusual.MANY: ngettext(
            "%(count)d file was read on %(day)s, more than usual.",
            "%(count)d files were read on %(day)s, more than usual.",
            count,
        ),
        Unusual.FAST: ngettext(
            "%(count)d file was read within an hour on %(day)s.",
            "%(count)d files were read within an hour on %(day)s.",
            count,
        ),
        Unusual.OFF_HOURS: ngettext(
            "%(count)d file was read outside working hours on %(day)s.",
            "%(count)d files were read outside working hours on %(day)s.",
            count,
        ),
        Unusual.FOREIGN_VIPS: ngettext(
            "%(count)d VIP file of a colleague was read on %(day)s.",
            "%(count)d VIP files of colleagues were read on %(day)s.",
            count,
        ),
        Unusual.NO_MATTER: ngettext(
            "%(count)d file without an open matter was read on %(day)s.",
            "%(count)d files without an open matter were read on %(day)s.",
            count,
        ),
    }


def audit_broken(notifications) -> dict[int, Told]:
    """To auditors and administrators."""
    told = Told(
        title=_("The audit is broken"),
        text=_("The check of this night found a line that is not as it was written."),
        url=reverse("audit"),
        icon="shield-x",
    )
    return dict.fromkeys((row.pk for row in notifications), told)


register("reading-unusual", reading_unusual, at_once=True)
register("audit-broken", audit_broken, at_once=True)
