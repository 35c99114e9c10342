"""Who may do what with an assessment, until when, and what may be decided (rules A4, B2 to B7)."""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from crm import bank, words
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from crm.workdays import work_calendar
from managers.grades.models import Assessment, Cycle
from managers.grades.proposing import move
from managers.people import rules as people_rules
from managers.people import scope
from managers.people.ladder import STEPS, Grade, rank
from managers.people.models import Eligibility, Posting, Staff
from managers.people.scope import Right

State = Assessment.State
LEAST = 10  # characters of a reason


def period_of(kind: str, first: date) -> tuple[date, date]:
    """First and last day of the quarter or the year that begins on a day.

    Raises RuleBroken for a day on which none begins.
    """
    months = 3 if kind == Cycle.Kind.QUARTER else 12
    if first.day != 1 or (first.month - 1) % months:
        raise _wrong("first", _("A quarter begins in January, April, July or October."))
    end = first.month + months
    after = date(first.year + (end > 12), (end - 1) % 12 + 1, 1)
    return first, after - timedelta(days=1)


def check_cycle(kind: str, first: date, *, today: date) -> tuple[date, date]:
    """First and last day of a cycle. Raises RuleBroken where it is not over or stands already."""
    first, last = period_of(kind, first)
    if last >= today:
        sentence = _("Nobody is assessed before the period is over: it ends on %(day)s.")
        raise _wrong("first", sentence % {"day": words.day(last)})
    if Cycle.objects.filter(kind=kind, first=first).exists():
        raise RuleBroken(_("This period is assessed already."), code="conflict")
    return first, last


def opinion_until(assessment: Assessment) -> datetime:
    """Until when the head's opinion is waited for; then head office decides without (rules B7)."""
    return _working_days_after(assessment.made_at, "ladder.opinion_days")


def appeal_until(assessment: Assessment) -> datetime | None:
    """Until when the person may appeal; None before it was decided (rules B7)."""
    at = assessment.decided_at
    return at and _working_days_after(at, "ladder.appeal_days")


def may_advise(person, assessment: Assessment) -> bool:
    """Heads say what they think of their own people (rules A5)."""
    units = scope.units(person, Right.PROPOSE_GRADE)
    return assessment.staff_id != person.pk and units.filter(pk=assessment.unit_id).exists()


def may_decide(person, assessment: Assessment) -> bool:
    """Head office decides; never who gave the opinion, never about oneself (rules A5, B4)."""
    return scope.may(person, Right.DECIDE_GRADE) and person.pk not in (
        assessment.staff_id,
        assessment.advised_by_id,
    )


def deciders(assessment: Assessment, *, on: date) -> list[Staff]:
    """Who at head office may decide it, or answer its appeal, on a day."""
    those = Staff.objects.posted(on, *scope.posts_with(Right.DECIDE_GRADE)).order_by("pk")
    barred = (assessment.staff_id, assessment.advised_by_id, assessment.decided_by_id)
    return [one for one in those if one.pk not in barred]


def allowed_actions(person, assessment: Assessment, *, at: datetime) -> list[str]:
    """The verbs that this person may apply now."""
    state = assessment.state
    if state == State.PROPOSED and may_advise(person, assessment):
        return ["propose"]
    waited = state == State.PROPOSED and at > opinion_until(assessment)
    if (waited or state == State.ADVISED) and may_decide(person, assessment):
        return ["decide"]
    if state == State.DECIDED and person.pk == assessment.staff_id:
        return ["appeal"] if at <= appeal_until(assessment) else []
    if state == State.APPEALED and may_decide(person, assessment):
        return ["answer"] if person.pk != assessment.decided_by_id else []
    return []


def check(person, assessment: Assessment, verb: str, *, at: datetime) -> None:
    """Raise RuleBroken unless the person may apply the verb now."""
    if verb not in allowed_actions(person, assessment, at=at):
        raise RuleBroken(
            _("%(state)s: this is not for you to do now.")
            % {"state": assessment.get_state_display()},
            code="conflict",
        )


def check_version(assessment: Assessment, version: int | None) -> None:
    """Raise Stale where somebody acted since the person read it."""
    if version is not None and version != assessment.version:
        raise Stale(_("Somebody else acted on this assessment meanwhile. Reload the page."))


def check_place(assessment: Assessment, grade: str, step: int) -> None:
    """Raise RuleBroken for a place that the cycle cannot lead to (rules B3).

    A quarter moves a step within the grade, a year the grade by one: up to its first step, down to
    its last. Without a cycle it only goes down, after a violation.
    """
    people_rules.check_rank(grade, step)
    was, cycle = assessment, assessment.cycle
    way = move(was.grade, was.step, grade, step)
    if cycle is None:
        if way != "down":
            raise _wrong("to_grade", _("Outside the cycles a place is only taken back."))
    elif grade != was.grade:
        _check_other_grade(was, grade, step)
    elif abs(step - was.step) > 1:
        raise _wrong("to_step", _("One step at a time."))


def open_places(assessment: Assessment) -> list[tuple[str, int]]:
    """The places that this assessment can lead to, lowest first (rules B3)."""
    return [
        (grade.value, step)
        for grade, steps in STEPS.items()
        for step in range(1, steps + 1)
        if _is_open(assessment, grade.value, step)
    ]


def _is_open(assessment: Assessment, grade: str, step: int) -> bool:
    try:
        check_place(assessment, grade, step)
    except RuleBroken:
        return False
    return True


def _check_other_grade(was: Assessment, grade: str, step: int) -> None:
    if was.cycle.kind != Cycle.Kind.YEAR:
        raise _wrong("to_grade", _("The grade itself changes only once a year."))
    order = list(Grade)
    apart = order.index(grade) - order.index(was.grade)
    if abs(apart) != 1 or step != (1 if apart > 0 else STEPS[Grade(grade)]):
        sentence = _("The next grade begins at its first step, the lower one at its last.")
        raise _wrong("to_grade", sentence)


def check_attested(assessment: Assessment, grade: str, *, on: date) -> None:
    """Raise RuleBroken for a higher grade without five fresh attestations (rules A4)."""
    held = assessment.grade, assessment.step
    if grade == assessment.grade or move(*held, grade, 1) != "up":
        return
    people_rules.check_eligible(assessment.staff)
    latest = Eligibility.objects.filter(staff=assessment.staff).latest("attested_at", "pk")
    days = bank.read("ladder.attested_days", on=on)
    day = clock.local(latest.attested_at).date()
    if day < on - timedelta(days=days):
        raise RuleBroken(
            _("The five attestations are of %(day)s; a new grade asks for them again.")
            % {"day": words.day(day)}
        )


def check_reason(text: str, *, name: str) -> str:
    """The text, tidied. Raises RuleBroken where it says too little."""
    tidy = " ".join(text.split())
    if len(tidy) < LEAST:
        raise _wrong(name, _("Say why, in %(count)d characters or more.") % {"count": LEAST})
    return tidy[:500]


def check_effective(assessment: Assessment, day: date, *, at: datetime) -> None:
    """Raise RuleBroken for a day before the time to appeal is over."""
    earliest = earliest_day(at)
    if day < earliest:
        sentence = _("Not before %(day)s, when the time to appeal is over.")
        raise _wrong("effective_on", sentence % {"day": words.day(earliest)})


def earliest_day(at: datetime) -> date:
    """The first day on which a decision of this moment may take effect."""
    end = _working_days_after(at, "ladder.appeal_days")
    return clock.local(end).date() + timedelta(days=1)


def usual_day(at: datetime) -> date:
    """The first of a month on which a decision of this moment takes effect by itself."""
    day = earliest_day(at)
    return day if day.day == 1 else date(day.year + (day.month == 12), day.month % 12 + 1, 1)


def visible_places(person):
    """Postings with a grade: one's own, and those of the people below (rules A5)."""
    below = scope.units(person, Right.READ_GRADES)
    held = Posting.objects.exclude(grade="")
    return held.filter(Q(staff=person) | Q(unit__in=below))


def place(grade: str, step: int) -> int:
    """Place on the whole ladder, 1 to 40 (rules B1)."""
    return rank(grade, step)


def _working_days_after(at: datetime, setting: str) -> datetime:
    day = clock.local(at).date()
    days = bank.read(setting, on=day)
    return clock.end_of_day(work_calendar().add_working_days(day, days))


def _wrong(field: str, sentence: str) -> RuleBroken:
    return RuleBroken(sentence, fields={field: sentence})
