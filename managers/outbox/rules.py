"""When a letter may go, and when to try again; what a person chose of it."""

import random
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm import bank
from crm.lib import clock
from managers.outbox.models import Letter, MailChoice, Trouble

CLAIM_LEASE = timedelta(seconds=90)
# From the first word to the server's answer there are six steps of at most settings.EMAIL_TIMEOUT.
HANDING_LEASE = timedelta(minutes=4)
# What must be left of it when the text begins to leave: the text and the answer to it are two.
BODY_TIME = timedelta(minutes=1)
MOST_ATTEMPTS = 12  # about seven hours with the pauses below


def obstacle(letter: Letter) -> str:
    """Why this letter cannot go to its recipient at all; "" if it can."""
    if not letter.recipient.is_active:
        return Trouble.INACTIVE
    if not letter.recipient.email:
        return Trouble.NO_ADDRESS
    return ""


def next_try(attempts: int, at: datetime) -> datetime:
    """When to try again: after 1, 2, 4 … 60 minutes, spread by half (security 5)."""
    minutes = min(2 ** max(attempts - 1, 0), 60)
    spread = random.uniform(0.5, 1.5)  # noqa: S311 - spreads the load, guards nothing
    return at + timedelta(minutes=minutes * spread)


def choice_of(person) -> MailChoice:
    """What a person chose; everything, with the bank's night, for whoever chose nothing."""
    return MailChoice.objects.filter(staff=person).first() or MailChoice(staff=person)


def quiet_limits(*, on) -> tuple[time, time]:
    """Until when of a morning hours may be quiet, and from when of an evening (rules F8)."""
    until, begin = (time.fromisoformat(hour) for hour in bank.read("mail.quiet", on=on))
    return until, begin


def check_quiet_until(until: time | None, *, on) -> None:
    """Raise ValidationError for an hour that reaches into the morning's work."""
    latest, _earliest = quiet_limits(on=on)
    if until and until > latest:
        raise ValidationError(_("At most until %(hour)s.") % {"hour": f"{latest:%H:%M}"})


def check_quiet_from(begin: time | None, *, on) -> None:
    """Raise ValidationError for an hour before the work of the day is done."""
    _latest, earliest = quiet_limits(on=on)
    if begin and begin < earliest:
        raise ValidationError(_("At the earliest from %(hour)s.") % {"hour": f"{earliest:%H:%M}"})


def loud_hours(choice: MailChoice, *, on) -> tuple[time, time]:
    """From when until when reminders may come on a day: the bank's hours, less the person's."""
    first, last = (time.fromisoformat(hour) for hour in bank.read("calls.hours", on=on))
    return max(first, choice.quiet_until or first), min(last, choice.quiet_from or last)


def quiet_until(person, at: datetime) -> datetime | None:
    """When the quiet hours of this moment end; None outside of them (rules F8)."""
    local = clock.local(at)
    first, last = loud_hours(choice_of(person), on=local.date())
    if first <= local.time() < last:
        return None
    day = local.date() if local.time() < first else local.date() + timedelta(days=1)
    return clock.at_time(day, first)
