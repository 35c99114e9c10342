"""What was decided takes effect: a new posting with the new grade and step (rules B4)."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.grades import rules
from managers.grades.actions.telling import tell_of_block, tell_person
from managers.grades.models import Assessment
from managers.people.actions import post_to
from managers.people.models import Posting, Staff

State = Assessment.State


def come_into_force(*, at) -> int:
    """Appoint everybody whose day has come and who cannot appeal any more; returns how many.

    Each is a transaction of its own; again changes nothing. Whom attestations or a later posting
    keep from it waits for the next run, and head office is told once.
    """
    today = clock.local(at).date()
    settled = Q(state=State.FINAL) | Q(state=State.DECIDED)
    due = Assessment.objects.filter(settled, effective_on__lte=today).order_by("pk")
    return sum(_appointed(one, at=at) for one in due)


def _appointed(assessment, *, at) -> int:
    try:
        return _appoint(assessment, at=at)
    except RuleBroken:
        tell_of_block(assessment, at=at)
        return 0


@transaction.atomic
def _appoint(assessment, *, at) -> int:
    Staff.objects.select_for_update(no_key=True).get(pk=assessment.staff_id)
    assessment = lock(assessment)
    over = assessment.state == State.FINAL or (
        assessment.state == State.DECIDED and at > rules.appeal_until(assessment)
    )
    if not over:
        return 0
    today = clock.local(at).date()
    posting = Posting.objects.on(today).filter(staff=assessment.staff_id).first()
    held = (assessment.post, assessment.grade, assessment.step)
    stands = posting is not None and (posting.post, posting.grade, posting.step) == held
    assessment.state = State.IN_FORCE if stands else State.LAPSED
    if stands and (assessment.to_grade, assessment.to_step) != held[1:]:
        assessment.posting = post_to(
            assessment.staff,
            unit=posting.unit,
            post=posting.post,
            since=max(today, posting.since + timedelta(days=1)),
            grade=assessment.to_grade,
            step=assessment.to_step,
            by=assessment.answered_by or assessment.decided_by,
            at=at,
        )
    assessment.version += 1
    assessment.save()
    if not stands:
        tell_person(assessment, "assessment-lapsed", at=at)
    verb = "assessment.in_force" if stands else "assessment.lapsed"
    record(verb, assessment, by=None, at=at, staff=assessment.staff_id)
    return int(stands)
