"""Tell everybody who takes part what has happened, once, some minutes after it did."""

from django.db import transaction

from crm.lib.db import lock
from managers.competition.divisions import participants
from managers.competition.models import Step
from managers.competition.notices import KINDS
from managers.inbox.actions import notify
from managers.outbox.letters import planner

_RECENT = 7  # days; what is older when it is found tells nobody anything new


@planner
def announce(at) -> int:
    """Post what participants do not know yet; a step is told once, however often this runs."""
    untold = Step.objects.filter(told_at=None, state__in=KINDS).select_related("competition")
    return sum(_tell(step, at=at) for step in untold.order_by("pk"))


@transaction.atomic
def _tell(step: Step, *, at) -> int:
    step = lock(step)
    if step.told_at is not None:
        return 0
    competition = step.competition
    step.told_at = at
    step.save(update_fields=["told_at"])
    if not competition.is_announced or (at - step.at).days >= _RECENT:
        return 0
    people = participants(competition, posts=competition.rulebook.goals)
    told = [
        notify(KINDS[step.state], to=one.staff, about=competition, key=step.pk, at=at, mail=True)
        for one in people
        if one.staff.is_active
    ]
    return sum(row is not None for row in told)
