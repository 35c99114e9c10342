"""What the bank sets about planning, and the run that makes follow-ups of events (rules F1, F2)."""

from collections import Counter
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.followups.actions import events
from clients.followups.triggers import rules_in_force
from clients.planning.sources import NIGHTLY, PREVIEWED
from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record

_CHUNK = 1_000


def plan_events(*, at) -> dict[str, int]:
    """Make the follow-ups of what is to come and of what has just happened, rule by rule.

    Looked at are so many days ahead and back that a stop of the machine loses nothing; what has
    been made is not made again. Returns how many follow-ups are new and how many were called off.
    """
    today = clock.local(at).date()
    span = timedelta(days=bank.read("followup.ahead_days", on=today))
    done = {"called_off": events.call_off_lapsed(at=at), "made": 0}
    rules = rules_in_force(today)
    for code, source in NIGHTLY.items():
        rule = rules[code]
        if rule.is_on:
            first, last = _window(rule, today, span)
            done["made"] += events.raise_events(rule, source(first, last), at=at)
    return done


def _window(rule, today: date, span: timedelta) -> tuple[date, date]:
    """The days of events: what happened lately, or what is acted upon within the span."""
    if rule.in_working_days:
        return today - span, today
    offset = timedelta(days=rule.offset)
    return today - offset, today + span - offset


def preview(rule, *, first: date, last: date) -> int:
    """How many follow-ups a rule would have made of the events of these days; writes nothing.

    Raises RuleBroken for a rule whose event this product cannot look back upon.
    """
    if rule.code not in PREVIEWED:
        raise RuleBroken(_("Past events of this kind are not on record."))
    found, chunk = 0, set()
    for event in PREVIEWED[rule.code](first, last):
        chunk.add(event)
        if len(chunk) == _CHUNK:
            found += _counted(rule, chunk)
            chunk = set()
    return found + _counted(rule, chunk)


def _counted(rule, chunk) -> int:
    owned = Client.objects.in_use().active().filter(owner__isnull=False, do_not_contact=False)
    if rule.tiers:
        owned = owned.filter(tier__in=rule.tiers)
    times = Counter(pk for pk, _day in chunk)
    return sum(times[pk] for pk in owned.filter(pk__in=times).values_list("pk", flat=True))


@transaction.atomic
def set_row(row, *, by, at):
    """A standard or a trigger rule from a day on, in place of one for the same day.

    Raises RuleBroken for a day that is over; what has begun stays as it is (rules F1, F2).
    """
    today = clock.local(at).date()
    if row.valid_from <= today:
        sentence = _("Please choose a day from tomorrow on: what has begun stays as it is.")
        raise RuleBroken(sentence, fields={"valid_from": sentence})
    row.set_by, row.set_at = by, at
    row.save()
    record(f"{row._meta.model_name}.set", row, by=by, at=at, valid_from=row.valid_from)
    return row
