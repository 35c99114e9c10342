"""Guesses and codes sent all at once: each is counted, a code opens for one."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.access.actions import attempts, factors
from managers.access.models import Attempt
from tests.conftest import MONDAY
from tests.factories.access import RECOVERY_CODE, AppSecretFactory, RecoveryCodesFactory
from tests.managers.access_words import code_for
from tests.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer: no races to see"
    ),
]


def test_a_code_of_an_app_sent_twice_at_once_opens_once(rm):
    app = AppSecretFactory(factor__user=rm)
    for period in range(10):
        moment = MONDAY + period * timedelta(minutes=2)
        with clock.at(moment):
            code = code_for(rm)

        used = at_once(*[partial(factors.use_code, rm, code, at=moment)] * 4)

        assert sorted(used, key=bool) == [None, None, None, app.factor]


def test_a_recovery_code_sent_twice_at_once_opens_once(rm, now):
    codes = RecoveryCodesFactory(user=rm)

    used = at_once(*[partial(factors.use_code, rm, RECOVERY_CODE, at=now)] * 4)

    assert sorted(used, key=bool) == [None, None, None, codes]


def test_guesses_sent_all_at_once_are_all_counted(rm, now):
    def guess():
        return attempts.check_password(None, rm.employee_no, "a guess", address="192.0.2.1", at=now)

    answers = at_once(*[guess] * 12)

    shut = [answer for answer in answers if isinstance(answer, RuleBroken)]
    assert (answers.count(None), len(shut)) == (5, 7)
    assert Attempt.objects.get().failures == 5
