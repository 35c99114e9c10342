"""What events make follow-ups (rules F2): the one registry of trigger rules. Reads only.

The bank overrides a rule with a dated row; those that stand switched off wait for their event.
"""

from datetime import date, timedelta

from clients.book.models import Tier
from clients.followups.models import Channel, Trigger, TriggerRule
from crm.workdays import work_calendar

_TOP = [Tier.DIAMOND, Tier.PRIVATE]
_CALL, _MESSAGE = Channel.CALL, Channel.MESSAGE
# code: trigger, days from the event, in working days, how, priority, tiers, switched on
_FIGURES = {
    "maturity-30": (Trigger.MATURITY, -30, False, _CALL, 5, _TOP, True),
    "maturity-7": (Trigger.MATURITY, -7, False, _CALL, 6, [], True),
    "maturity-1": (Trigger.MATURITY, -1, False, _CALL, 7, [], True),
    "maturity-0": (Trigger.MATURITY, 0, False, _CALL, 8, [], True),
    "birthday": (Trigger.BIRTHDAY, 0, False, _CALL, 5, [], True),
    "important-date": (Trigger.IMPORTANT_DATE, 0, False, _MESSAGE, 4, [], True),
    "large-movement": (Trigger.LARGE_MOVEMENT, 1, True, _CALL, 7, [], True),
    "outflow": (Trigger.OUTFLOW, 1, True, _CALL, 8, [], True),
    "tier-watch": (Trigger.TIER_WATCH, 5, True, _CALL, 6, [], True),
    "new-client": (Trigger.NEW_CLIENT, 2, True, _CALL, 8, [], True),
    "risk-expiry": (Trigger.RISK_EXPIRY, -30, False, _CALL, 5, [], True),
    "dormancy": (Trigger.DORMANCY, 5, True, _CALL, 6, [], True),
    "reactivation": (Trigger.REACTIVATION, 5, True, _CALL, 5, [], True),
    "complaint-replied": (Trigger.CALLBACK, 3, True, _CALL, 9, [], True),
    "survey-low": (Trigger.SURVEY_LOW, 1, True, _CALL, 8, [], False),
    "identity-expiry": (Trigger.IDENTITY_EXPIRY, -30, False, _CALL, 5, [], True),
    "no-show": (Trigger.NO_SHOW, 1, True, _CALL, 8, [], True),
}


def rules_in_force(on: date) -> dict[str, TriggerRule]:
    """Every rule as it stands on a day, one query."""
    found = {code: _came_with(code) for code in _FIGURES}
    rows = TriggerRule.objects.filter(valid_from__lte=on, code__in=_FIGURES)
    return found | {row.code: row for row in rows.order_by("valid_from", "pk")}


def rule_of(code: str, *, on: date) -> TriggerRule:
    """One rule as it stands on a day. Raises KeyError for one that nobody declared."""
    rows = TriggerRule.objects.filter(valid_from__lte=on, code=code)
    return rows.order_by("-valid_from").first() or _came_with(code)


def due_on(rule, event_on: date) -> date:
    """The day on which the event of a day is acted upon, before it moves to a working day."""
    if rule.in_working_days:
        return work_calendar().add_working_days(event_on, rule.offset)
    return event_on + timedelta(days=rule.offset)


def _came_with(code: str) -> TriggerRule:
    trigger, offset, in_working_days, channel, priority, tiers, is_on = _FIGURES[code]
    return TriggerRule(
        code=code,
        trigger=trigger,
        offset=offset,
        in_working_days=in_working_days,
        channel=channel,
        priority=priority,
        tiers=list(tiers),
        is_on=is_on,
        valid_from=date.min,
    )
