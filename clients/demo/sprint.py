"""A branch's competition of two months that waits for its appeals, and screens on two walls."""

from datetime import date, time, timedelta

from clients.assets.rules.months import following
from crm.lib import clock
from crm.workdays import work_calendar
from managers.competition import actions
from managers.competition.divisions import Division, participants
from managers.models import OrgUnit
from managers.people.models import Post, UnitKind

MONTHS = 2
_NOON = time(12)
_WORDS = {
    "en": {
        "name": "Branch sprint",
        "missing": ("Two visits of the second week are missing.", "Visitor log, pages 3 and 4"),
        "short": ("The calls of the 14th were left out.", "Telephone record of the 14th"),
        "answer": "They lasted under a minute each, and so are no valid contacts.",
    },
    "zh-hans": {
        "name": "分行双月冲刺",
        "missing": ("第二周两次上门拜访未计入。", "来访登记簿第3、4页"),
        "short": ("14日的电话联系未计入。", "14日通话记录"),
        "answer": "通话均不足一分钟，不属于有效联系。",
    },
}


def build(rules, drafter, starter, *, now, language):
    """Bring the sprint up to its appeals, one of them decided; hang the screens."""
    words, today = _WORDS[language], clock.local(now).date()
    last = today.replace(day=1) - timedelta(days=1)
    sprint = _begun(words, last, rules, drafter, starter)
    if _in_appeal(sprint, drafter, today=today):
        _appeals(sprint, words, starter, now=now)
    outlet = OrgUnit.objects.filter(kind=UnitKind.OUTLET).order_by("path").first()
    for post, unit in ((Post.WEALTH_RM, outlet), (Post.MARKETING_RM, None)):
        shown = {"division": Division(post.value, "middle"), "unit": unit, "language": language}
        actions.open_display(**shown, by=drafter, at=now)


def _begun(words, last: date, rules, drafter, starter):
    first = following(last.replace(day=1), 1 - MONTHS)
    branch = OrgUnit.objects.filter(kind=UnitKind.BRANCH).order_by("path").first()
    told = {"name": f"{words['name']} {last:%Y-%m}", "first": first, "last": last}
    at = clock.at_time(first, _NOON)
    made = actions.draft(**told, units=[branch], rulebook=rules, by=drafter, at=at)
    return actions.start(made, by=starter, at=at)


def _in_appeal(sprint, drafter, *, today) -> bool:
    """Closed and published on the first working day, opened to appeals on the last one."""
    days = work_calendar()
    closed = days.add_working_days(sprint.last, 1)
    opened = max(closed, days.previous_workday(today - timedelta(days=1)))
    if opened >= today:
        return False
    for step, day in (
        (actions.close, closed),
        (actions.publish, closed),
        (actions.open_appeals, opened),
    ):
        step(sprint, by=drafter, at=clock.at_time(day, _NOON))
    return True


def _appeals(sprint, words, starter, *, now):
    """One waits for its decision, one was rejected."""
    people = participants(sprint, posts=[Post.WEALTH_RM.value])[:2]
    for who, says in zip(people, ("missing", "short"), strict=True):
        reason, evidence = words[says]
        told = {"metric": "contact", "reason": reason, "evidence": evidence}
        made = actions.appeal(sprint, **told, by=who.staff, at=now)
    actions.decide(made, uphold=False, answer=words["answer"], by=starter, at=now)
