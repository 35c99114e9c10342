"""Open a cycle, and propose for everybody what the rules say (rules B2, B3)."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.workdays import work_calendar
from managers.audit.actions import record, record_many
from managers.grades import evidence, rules
from managers.grades.actions.telling import tell_person
from managers.grades.models import Assessment, Cycle
from managers.grades.proposing import Thresholds, kept_rules, propose
from managers.inbox.actions import notify
from managers.people.heads import head_of
from managers.people.models import Post

Kind = Cycle.Kind


@transaction.atomic
def open_cycle(*, kind, first, by, at) -> Cycle:
    """Begin to assess a quarter or a year that is over; the worker fills it.

    `by` is None where the clock opens it. Raises RuleBroken for a period that is not over, or
    assessed already.
    """
    first, last = rules.check_cycle(kind, first, today=clock.local(at).date())
    cycle = Cycle(kind=kind, first=first, last=last, rules=kept_rules(last))
    cycle.opened_by, cycle.opened_at = by, at
    try:
        with transaction.atomic():
            cycle.save()
    except IntegrityError as twice:
        raise RuleBroken(_("This period is assessed already."), code="conflict") from twice
    record("cycle.opened", cycle, by=by, at=at, kind=kind, first=first)
    return cycle


def open_due(*, at) -> int:
    """Open what is over since the working days that late results are given; returns how many.

    A year is opened only where a quarter of it was assessed: it goes by their mean.
    """
    today, opened = clock.local(at).date(), 0
    for kind, first in _over(today):
        _first, last = rules.period_of(kind, first)
        days = bank.read("ladder.start_days", on=today)
        due = work_calendar().add_working_days(last, days)
        known = Cycle.objects.filter(kind=kind, first=first).exists()
        has_quarters = Cycle.objects.filter(kind=Kind.QUARTER, last__range=(first, last)).exists()
        if due <= today and not known and (kind == Kind.QUARTER or has_quarters):
            open_cycle(kind=kind, first=first, by=None, at=at)
            opened += 1
    return opened


def fill(*, at) -> int:
    """Propose for everybody of the cycles that wait for it; returns how many proposals are new."""
    waiting = Cycle.objects.filter(filled_at=None).order_by("last", "kind", "pk")
    return sum(_fill(cycle, at=at) for cycle in waiting)


@transaction.atomic
def _fill(cycle: Cycle, *, at) -> int:
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.filled_at is not None:
        return 0
    thresholds = Thresholds.of(cycle.rules)
    found = evidence.gather(kind=cycle.kind, first=cycle.first, last=cycle.last, rules=cycle.rules)
    made = [_assessment(cycle, one, propose(one.case, thresholds, cycle.kind), at) for one in found]
    Assessment.objects.bulk_create(made, batch_size=500)
    cycle.filled_at = at
    cycle.save(update_fields=["filled_at"])
    for one in made:
        tell_person(one, "assessment-proposed", at=at)
    for unit in {one.unit for one in made}:
        head = head_of(unit, on=clock.local(at).date(), first=Post.BRANCH_HEAD)
        if head is not None:
            notify("assessments-wait", to=head, about=cycle, key=cycle.pk, at=at, mail=True)
    record_many(
        "assessment.proposed",
        made,
        by=None,
        at=at,
        staff=lambda one: one.staff_id,
        to_grade=lambda one: one.to_grade,
        to_step=lambda one: one.to_step,
    )
    return len(made)


def _assessment(cycle: Cycle, one, proposal, at) -> Assessment:
    return Assessment(
        cycle=cycle,
        staff=one.posting.staff,
        unit=one.posting.unit,
        post=one.posting.post,
        grade=one.posting.grade,
        step=one.posting.step,
        score=one.case.score,
        evidence=one.evidence | {"proposed": [proposal.grade.value, proposal.step]},
        to_grade=proposal.grade,
        to_step=proposal.step,
        reasons=list(proposal.reasons),
        made_at=at,
    )


def _over(today: date):
    """The last quarter and the last year that are over."""
    month = (today.month - 1) // 3 * 3 + 1
    before = date(today.year, month, 1) - timedelta(days=1)
    yield Kind.QUARTER, date(before.year, before.month - 2, 1)
    yield Kind.YEAR, date(today.year - 1, 1, 1)
