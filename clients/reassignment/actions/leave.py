"""A plan for a leave: a deputy covers until its last day, nobody changes owner (rules E8)."""

from django.utils.translation import gettext as _

from clients.reassignment.models import ReassignmentPlan
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.inbox.actions import notify
from managers.people.actions import be_absent, call_off_absence, name_deputy
from managers.people.models import Absence


def cover(plan: ReassignmentPlan, *, by, at) -> None:
    """Note the absence with its deputy, or name the deputy of one that was noted without.

    Raises RuleBroken for a deputy who left, has another post or is away meanwhile.
    """
    days = {"first_day": plan.effective_on, "last_day": plan.last_day}
    noted = Absence.objects.filter(staff=plan.from_staff, deputy=None, **days).first()
    if noted:
        plan.absence = name_deputy(noted, plan.deputy, by=by, at=at)
    else:
        plan.absence = be_absent(plan.from_staff, deputy=plan.deputy, by=by, at=at, **days)
    for person in (plan.from_staff, plan.deputy):
        notify("plan-covers", to=person, about=plan, key=plan.pk, at=at, mail=True)


def take_back(plan: ReassignmentPlan, *, by, at) -> None:
    """The leave does not take place. Raises RuleBroken once it has begun."""
    if plan.effective_on <= clock.local(at).date() or plan.absence is None:
        raise RuleBroken(_("The leave has begun; it is not undone."), code="conflict")
    call_off_absence(plan.absence, by=by, at=at)
    plan.absence = None
