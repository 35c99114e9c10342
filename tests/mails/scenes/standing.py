"""Competitions, and the ladder."""

from datetime import date

from managers.models import Competition
from tests.factories import AppealFactory, CompetitionFactory
from tests.factories.grades import CycleFactory, GradeAssessmentFactory
from tests.mails.stage import notice, scene

TYPED = "陈安然 13812345678"


def _of_competition(kind):
    @scene(f"notice-competition-{kind}")
    def a_competition_moves(cast):
        one = CompetitionFactory(name="Q4 2026")
        Competition.objects.filter(pk=one.pk).update(reason=TYPED)
        return notice(f"competition-{kind}", cast, to=cast.rm, about=one)


for kind in ("started", "published", "appeals", "frozen", "cancelled"):
    _of_competition(kind)


def _of_appeal(state):
    @scene(f"notice-appeal-decided--{state}")
    def an_appeal_is_decided(cast):
        known = {"decided_by": cast.admin, "decided_at": cast.now, "answer": TYPED}
        appeal = AppealFactory(staff=cast.rm, reason=TYPED, state=state, **known)
        return notice("appeal-decided", cast, to=cast.rm, about=appeal)


@scene("notice-appeal-made")
def an_appeal_waits_for_a_decision(cast):
    return notice("appeal-made", cast, to=cast.admin, about=AppealFactory(reason=TYPED))


for state in ("upheld", "rejected"):
    _of_appeal(state)


@scene("notice-assessments-wait")
def assessments_wait_for_an_opinion(cast):
    return notice("assessments-wait", cast, to=cast.head, about=CycleFactory())


def _of_assessment(kind, reader, variant="", **changes):
    @scene(f"notice-assessment-{kind}{variant}")
    def a_place_moves(cast):
        held = cast.rm.postings.get()
        one = GradeAssessmentFactory(held=held, effective_on=date(2026, 12, 1), **changes)
        return notice(f"assessment-{kind}", cast, to=getattr(cast, reader), about=one)


for kind, reader in {
    "proposed": "rm",
    "advised": "admin",
    "decided": "rm",
    "appealed": "admin",
    "answered": "rm",
    "lapsed": "rm",
    "blocked": "admin",
}.items():
    _of_assessment(kind, reader)
for kind, reader in {"proposed": "rm", "advised": "admin"}.items():
    _of_assessment(kind, reader, "--outside", cycle=None, to_step=2, evidence={})
