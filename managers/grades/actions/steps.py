"""From a proposal to a decision: opinion, decision, appeal, answer (rules B4, B7)."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.grades import rules
from managers.grades.actions.telling import tell_of_appeal, tell_of_opinion, tell_person
from managers.grades.models import Assessment
from managers.people import scope
from managers.people.models import Posting, Sequence
from managers.people.scope import Right

State = Assessment.State


@transaction.atomic
def advise(assessment, *, to_grade, to_step, opinion, by, at, version=None) -> Assessment:
    """The head says what he or she thinks; another place than the proposed one needs a reason."""
    assessment = _begin(assessment, "propose", by=by, at=at, version=version)
    rules.check_place(assessment, to_grade, to_step)
    if (to_grade, to_step) != (assessment.to_grade, assessment.to_step):
        opinion = rules.check_reason(opinion, name="opinion")
    assessment.to_grade, assessment.to_step = to_grade, to_step
    assessment.opinion = " ".join(opinion.split())[:500]
    assessment.advised_by, assessment.advised_at = by, at
    tell_of_opinion(assessment, at=at)
    return _end(assessment, State.ADVISED, "assessment.advised", by=by, at=at)


@transaction.atomic
def take_back_place(staff, *, to_grade, to_step, opinion, by, at) -> Assessment:
    """A head proposes a lower place outside the cycles, after a violation that is proved.

    Raises RuleBroken for somebody who has no grade, and while another such proposal is open.
    """
    today = clock.local(at).date()
    posting = Posting.objects.on(today).filter(staff=staff, sequence=Sequence.RM).first()
    units = scope.units(by, Right.PROPOSE_GRADE)
    if posting is None or staff.pk == by.pk or not units.filter(pk=posting.unit_id).exists():
        raise RuleBroken(_("This is proposed for relationship managers of one's own units."))
    made = Assessment(staff=staff, unit=posting.unit, post=posting.post, made_at=at)
    made.grade, made.step = posting.grade, posting.step
    rules.check_place(made, to_grade, to_step)
    made.to_grade, made.to_step, made.reasons = to_grade, to_step, ["violation"]
    made.opinion = rules.check_reason(opinion, name="opinion")
    made.state, made.advised_by, made.advised_at = State.ADVISED, by, at
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as twice:
        raise RuleBroken(
            _("A proposal for this person waits for its decision."), code="conflict"
        ) from twice
    tell_person(made, "assessment-proposed", at=at)
    tell_of_opinion(made, at=at)
    record("assessment.taken_back", made, by=by, at=at, staff=staff.pk, **_places(made))
    return made


@transaction.atomic
def decide(
    assessment, *, to_grade, to_step, decision, effective_on, by, at, version=None
) -> Assessment:
    """Head office decides; it takes effect once the time to appeal is over (rules B4, B5).

    Raises RuleBroken for a place that cannot be reached, a higher grade without fresh
    attestations, and another place than the last proposed one without a reason.
    """
    assessment = _begin(assessment, "decide", by=by, at=at, version=version)
    rules.check_place(assessment, to_grade, to_step)
    rules.check_attested(assessment, to_grade, on=clock.local(at).date())
    rules.check_effective(assessment, effective_on, at=at)
    if (to_grade, to_step) != (assessment.to_grade, assessment.to_step):
        decision = rules.check_reason(decision, name="decision")
    assessment.to_grade, assessment.to_step = to_grade, to_step
    assessment.decision = " ".join(decision.split())[:500]
    assessment.decided_by, assessment.decided_at = by, at
    assessment.effective_on = effective_on
    tell_person(assessment, "assessment-decided", at=at)
    return _end(assessment, State.DECIDED, "assessment.decided", by=by, at=at)


@transaction.atomic
def appeal(assessment, *, appeal, by, at, version=None) -> Assessment:
    """The person holds something against the decision, within the days of rules B7."""
    assessment = _begin(assessment, "appeal", by=by, at=at, version=version)
    assessment.appeal = rules.check_reason(appeal, name="appeal")
    assessment.appealed_at = at
    tell_of_appeal(assessment, at=at)
    return _end(assessment, State.APPEALED, "assessment.appealed", by=by, at=at)


@transaction.atomic
def answer(assessment, *, to_grade, to_step, answer, by, at, version=None) -> Assessment:
    """Another person of head office settles an appeal, for good (rules B7)."""
    assessment = _begin(assessment, "answer", by=by, at=at, version=version)
    rules.check_place(assessment, to_grade, to_step)
    rules.check_attested(assessment, to_grade, on=clock.local(at).date())
    assessment.answer = rules.check_reason(answer, name="answer")
    assessment.to_grade, assessment.to_step = to_grade, to_step
    assessment.answered_by, assessment.answered_at = by, at
    tell_person(assessment, "assessment-answered", at=at)
    return _end(assessment, State.FINAL, "assessment.answered", by=by, at=at)


def _begin(assessment, verb, *, by, at, version) -> Assessment:
    assessment = lock(assessment)
    rules.check(by, assessment, verb, at=at)
    rules.check_version(assessment, version)
    return assessment


def _end(assessment, state, verb, *, by, at) -> Assessment:
    assessment.state = state
    assessment.version += 1
    assessment.save()
    record(verb, assessment, by=by, at=at, staff=assessment.staff_id, **_places(assessment))
    return assessment


def _places(assessment) -> dict:
    return {"to_grade": assessment.to_grade, "to_step": assessment.to_step}
