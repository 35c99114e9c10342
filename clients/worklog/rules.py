"""Who writes a work log, and of which days (rules D6). Reads only."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from crm import bank
from crm.lib.errors import RuleBroken
from managers.people import scope
from managers.people.scope import Reach, Right


def may_write_log(person) -> bool:
    """Relationship managers keep a work log of their own."""
    return scope.reach(person, Right.FOLLOW_UP) == Reach.OWN


def first_open_day(today: date) -> date:
    """The earliest day of which a log may still be written."""
    return today - timedelta(days=bank.read("work_log.open_days", on=today))


def check_day(day: date, *, today: date) -> None:
    """Raise RuleBroken for a day that has not come or lies too far back."""
    if not first_open_day(today) <= day <= today:
        sentence = _("A work log is written on its day or a few days later.")
        raise RuleBroken(sentence, fields={"day": sentence})
