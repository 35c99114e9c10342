"""Reassignment plans: somebody resigns, and somebody else goes on leave."""

from clients.book.models import Client
from clients.reassignment import actions
from clients.reassignment.models import ReassignmentPlan
from crm.lib import clock
from crm.workdays import work_calendar
from managers.people.models import Post

Cause = ReassignmentPlan.Cause


def build(cast, outlets, *, now):
    """In the first outlet the plan for a whole book waits for agreement, one for a leave is new."""
    posts = cast[outlets[0].pk]
    head, people = posts[Post.BRANCH_HEAD.value][0], posts[Post.WEALTH_RM.value]
    owners = set(Client.objects.active().filter(outlet=outlets[0]).values_list("owner", flat=True))
    keeping = [person for person in people if person.pk in owners]
    if len(keeping) < 3:
        return
    calendar, today = work_calendar(), clock.local(now).date()
    goes, away, deputy = keeping[-1], keeping[-2], keeping[-3]
    by = {"by": head, "at": now}
    last = calendar.add_working_days(today, 10)
    plan = actions.draft(goes, cause=Cause.RESIGNATION, effective_on=last, **by)
    actions.submit(plan, **by)
    days = {"effective_on": calendar.add_working_days(today, 3), "last_day": last}
    actions.draft(away, cause=Cause.LEAVE, deputy=deputy, **days, **by)
