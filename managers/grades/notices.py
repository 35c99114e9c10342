"""What the inbox, and the mail after it, say about assessments."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from crm import words as dates
from managers.grades import words
from managers.grades.models import Assessment, Cycle
from managers.inbox.kinds import Told, register


def _waiting(notifications) -> dict[int, Told]:
    found = Cycle.objects.in_bulk([int(row.about_id) for row in notifications])
    return {
        row.pk: Told(
            _("Assessments of %(cycle)s wait for your opinion") % {"cycle": one},
            _("After some working days head office decides without it."),
            url=reverse("assessment-list"),
            icon="stairs-up",
        )
        for row in notifications
        if (one := found.get(int(row.about_id)))
    }


def _told(title, notifications) -> dict[int, Told]:
    found = Assessment.objects.in_bulk([int(row.about_id) for row in notifications])
    return {
        row.pk: Told(
            title() % {"place": words.place(one.to_grade, one.to_step)},
            _("From %(day)s on. Score, evidence and reasons are on the page.")
            % {"day": dates.day(one.effective_on)},
            url=reverse("assessment", args=[one.pk]),
            icon="stairs-up",
        )
        for row in notifications
        if (one := found.get(int(row.about_id)))
    }


register("assessments-wait", _waiting)
register("assessment-decided", partial(_told, lambda: _("Your place was decided: %(place)s")))
register("assessment-answered", partial(_told, lambda: _("Your appeal was answered: %(place)s")))
