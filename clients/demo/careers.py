"""The demo bank's ladder: last quarter assessed, some opinions given, some places decided."""

from datetime import time, timedelta

from crm.lib import clock
from crm.workdays import work_calendar
from managers.grades import actions, rules
from managers.grades.models import Assessment
from managers.models import Staff
from managers.people.heads import head_of
from managers.people.models import Post

_MORNING = time(9)


def build(*, now):
    """Assess the quarter before, as the worker would have done when it was over."""
    today = clock.local(now).date()
    first, last = clock.quarter_of(clock.quarter_of(today)[0] - timedelta(days=1))
    opened = clock.at_time(work_calendar().add_working_days(last, 10), _MORNING)
    if opened > now:
        return
    admin = Staff.objects.filter(postings__post=Post.HQ_ADMIN).order_by("pk")[0]
    actions.open_cycle(kind="quarter", first=first, by=None, at=opened)
    actions.fill(at=opened)
    for n, one in enumerate(Assessment.objects.for_list().order_by("pk")):
        head = head_of(one.unit, on=today, first=Post.BRANCH_HEAD)
        if n % 3 == 0 or head is None:
            continue
        one = actions.advise(one, **_place(one), opinion="", by=head, at=now)
        if n % 3 == 1:
            day = rules.usual_day(now)
            actions.decide(one, **_place(one), decision="", effective_on=day, by=admin, at=now)


def _place(one) -> dict:
    return {"to_grade": one.to_grade, "to_step": one.to_step}
