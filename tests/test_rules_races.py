"""Trigger rules set by two at once: the day has one row, the other administrator a sentence."""

from datetime import date

import pytest
from django.db import connection

from clients.followups.triggers import rules_in_force
from clients.models import TriggerRule
from clients.planning.actions import set_row
from crm.lib.errors import RuleBroken
from managers.models import AuditEvent
from tests.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer: no races to see"
    ),
]
FROM = date(2026, 12, 10)


def test_two_administrators_who_set_a_rule_for_one_day_set_it_once(admin, now):
    rule = rules_in_force(FROM)["birthday"]

    def set_it(days):
        row = TriggerRule(
            code=rule.code, trigger=rule.trigger, offset=days, channel="call", valid_from=FROM
        )
        return set_row(row, by=admin, at=now)

    results = at_once(*(lambda days=days: set_it(-days) for days in range(4)))

    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(one) for one in refused] == [RuleBroken] * 3
    assert "for that day already" in str(refused[0])
    assert TriggerRule.objects.filter(code="birthday", valid_from=FROM).count() == 1
    assert AuditEvent.objects.filter(verb="triggerrule.set").count() == 1
