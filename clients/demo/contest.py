"""The demo bank's competitions: one that runs through this quarter, one of the last that is frozen.

What the product counts itself is little in a bank of this size: the rest comes as a core-banking
system would send it.
"""

from datetime import date, time, timedelta
from decimal import Decimal

from clients.demo import measured, sprint
from crm.lib import clock
from crm.workdays import work_calendar
from managers.competition import actions
from managers.competition.actions import Credit, credit_many
from managers.competition.metrics import MONEY, RATES, Metric
from managers.competition.rulebook import Rulebook, usual
from managers.models import Competition, Posting, Staff
from managers.people.models import RM_POSTS, Post

_NOON = time(12)
_OWN = (Metric.CONTACT, Metric.HANDOVER, Metric.REFERRAL)  # counted by the product alone


def build(dice, *, now, language):
    """Write results of half a year, then the competitions."""
    today = clock.local(now).date()
    this, before = (
        clock.quarter_of(today),
        clock.quarter_of(clock.quarter_of(today)[0] - timedelta(days=1)),
    )
    rules = _rules()
    measured.build(since=before[0], now=now)
    for first, last in (before, this):
        credit_many(_results(dice, rules, first, min(last, today)), at=now)
    drafter, starter = Staff.objects.filter(postings__post=Post.HQ_ADMIN).order_by("pk")[:2]
    old = _started(before, rules, drafter, starter, begun=before[0])
    _brought_on(old, drafter, starter, today=today)
    sprint.build(_rules(months=sprint.MONTHS), drafter, starter, now=now, language=language)
    _started(this, rules, drafter, starter, begun=this[0])


def _rules(months=3) -> Rulebook:
    """The usual rules with targets that a small bank reaches in so many months."""
    small = usual().dump()
    scale = {"contact": "40.00", "handover": "1.00", "referral": "12.00", "identified": "60.00"}
    small["goals"] = {
        post: [
            [metric, weight, _target(metric, scale.get(metric, target), months)]
            for metric, weight, target in goals
        ]
        for post, goals in small["goals"].items()
    }
    return Rulebook.load(small)


def _target(metric: str, of_a_quarter: str, months: int) -> str:
    return of_a_quarter if metric in RATES else f"{Decimal(of_a_quarter) * months / 3:.2f}"


def _results(dice, rules, first: date, until: date) -> list[Credit]:
    found = []
    part = Decimal((until - first).days + 1) / 92
    postings = Posting.objects.filter(post__in=RM_POSTS, until=None).order_by("staff__employee_no")
    for posting in postings:
        skill = Decimal(dice.randint(60, 120)) / 100
        for goal in rules.goals[posting.post]:
            if goal.metric not in _OWN:
                target = rules.target(goal, posting.grade) * skill * part
                found += _of_one(dice, posting.staff_id, goal, target, first, until)
        if dice.random() < 0.15:
            day = _day(dice, first, until)
            source = f"core:complaint-{posting.staff_id}-{first}"
            found.append(Credit(posting.staff_id, Metric.COMPLAINT, source, day, Decimal(1)))
    return found


def _of_one(dice, staff, goal, target, first, until):
    pieces = 3 if goal.metric in RATES else min(12, max(2, int(target)))
    for n in range(pieces):
        source = f"core:{goal.metric}-{staff}-{first}-{n}"
        yield Credit(
            staff, goal.metric, source, _day(dice, first, until), _piece(dice, goal, target, pieces)
        )


def _piece(dice, goal, target, pieces) -> Decimal:
    luck = Decimal(dice.randint(70, 130)) / 100
    if goal.metric in RATES:
        return min(goal.target * (1 + (luck - 1) / 6), Decimal(100)).quantize(Decimal("0.01"))
    if goal.metric in MONEY:
        return (target / pieces * luck).quantize(Decimal("0.01"))
    return Decimal(max(round(target / pieces * luck), 1))


def _day(dice, first, until) -> date:
    return first + timedelta(days=dice.randint(0, (until - first).days))


def _started(period, rules, drafter, starter, *, begun) -> Competition:
    first, last = period
    name = f"{first.year} Q{(first.month + 2) // 3}"
    at = clock.at_time(begun, _NOON)
    made = actions.draft(name=name, first=first, last=last, rulebook=rules, by=drafter, at=at)
    return actions.start(made, by=starter, at=at)


def _brought_on(competition, drafter, starter, *, today):
    """Through every step up to today, each on the next working day that the rules allow."""
    days, day = work_calendar(), competition.last
    steps = (
        (actions.close, drafter, 1),
        (actions.publish, drafter, 2),
        (actions.open_appeals, drafter, 1),
        (actions.freeze, starter, 5),
    )
    for step, by, wait in steps:
        day = days.add_working_days(day, wait)
        if day > today:
            return
        competition = step(competition, by=by, at=clock.at_time(day, _NOON))
