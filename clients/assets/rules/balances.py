"""Who may record balances, and which balance can be one."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from crm.lib.errors import RuleBroken
from managers.people import scope
from managers.people.scope import Right

FIRST_DAY = date(1990, 1, 1)


def may_record(person) -> bool:
    """Whether the person feeds balances of the whole bank (rules A5)."""
    return scope.may(person, Right.RECORD_BALANCES)


def check_balance(day: date, closing: Decimal, *, today: date) -> None:
    """Raise RuleBroken for a day that has not closed yet, one long ago, or a negative balance."""
    if day > today:
        raise _wrong("day", _("This day has not come yet."))
    if day < FIRST_DAY:
        raise _wrong("day", _("This day is too long ago."))
    if closing < 0:
        raise _wrong("closing", _("A balance is never negative."))


def _wrong(field: str, sentence: str) -> RuleBroken:
    return RuleBroken(sentence, fields={field: sentence})
