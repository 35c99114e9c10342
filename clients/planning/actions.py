"""What the bank sets about planning, and the run that makes follow-ups of events (rules F1, F2)."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.followups.actions import events
from clients.followups.models import REMAINING, Trigger, TriggerRule
from clients.followups.standards import contacted
from clients.followups.triggers import due_on, rules_in_force
from clients.planning.lapses import REASONS, lapsed
from clients.planning.sources import NIGHTLY, PREVIEWED, UNTIL_THEIR_DAY
from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.inbox.actions import notify
from managers.people.models import Post, Staff

log = logging.getLogger(__name__)
_CHUNK = 1_000
_LONGEST_HOLIDAY = 15  # calendar days without a working day, and some to spare


def plan_events(*, at) -> dict[str, int]:
    """Make the follow-ups of what is to come and of what has just happened, rule by rule.

    Looked at are so many days ahead and back that a stop of the machine loses nothing; what has
    been made is not made again. A rule that cannot be carried out waits for the next night, and
    administrators are told. Returns how many follow-ups are new and how many were called off.
    """
    today = clock.local(at).date()
    span = timedelta(days=bank.read("followup.ahead_days", on=today))
    rules, broken = rules_in_force(today), []
    done = {"called_off": 0, "made": 0}
    for code, reason in REASONS.items():
        with _apart(code, broken):
            pks = lapsed(code, today=today)
            done["called_off"] += events.call_off_lapsed(pks, reason, at=at)
    for code, source in NIGHTLY.items():
        rule = rules[code]
        if rule.is_on:
            with _apart(code, broken):
                first, last = _window(rule, today, span)
                done["made"] += events.raise_events(rule, source(first, last), at=at)
    _tell_of_broken(broken, at=at)
    return done


@contextmanager
def _apart(code: str, broken: list[str]) -> Iterator[None]:
    """What is wrong with one rule keeps no other from being carried out."""
    try:
        yield
    except (OperationalError, InterfaceError):
        raise  # the database's trouble, not the rule's
    except Exception as wrong:
        log.error("The rule %s cannot be carried out: %s.", code, type(wrong).__name__)
        broken.append(code)


def _tell_of_broken(codes: list[str], *, at) -> None:
    """Tell administrators which rules made nothing, once a day."""
    if not codes:
        return
    day, codes = clock.local(at).date(), sorted(set(codes))
    for one in Staff.objects.posted(day, Post.HQ_ADMIN):
        notify("rules-broken", to=one, about=one, key=day, at=at, mail=True, codes=codes)


def _window(rule, today: date, span: timedelta) -> tuple[date, date]:
    """The days of events: what happened lately, or what is acted upon within the span."""
    if rule.in_working_days:
        return today - span, today
    offset = timedelta(days=rule.offset)
    first = min(today, today - offset) if rule.code in UNTIL_THEIR_DAY else today - offset
    return first, today + span - offset


def preview(rule, *, first: date, last: date) -> int:
    """How many follow-ups a rule would have made for these days; writes nothing.

    Clients count as they stand today. Raises RuleBroken for a rule whose event nothing tells of.
    """
    if rule.code not in PREVIEWED:
        raise RuleBroken(_("Nothing tells of past events of this kind."))
    check_offset(rule)
    found, chunk = 0, set()
    for client, event_on in PREVIEWED[rule.code](*_events_between(rule, first, last)):
        if first <= due_on(rule, event_on) <= last:
            chunk.add((client, event_on))
        if len(chunk) == _CHUNK:
            found += _counted(rule, chunk)
            chunk = set()
    return found + _counted(rule, chunk)


def _events_between(rule, first: date, last: date) -> tuple[date, date]:
    """Days of events that a rule acts upon within these; of working days rather too many."""
    if rule.in_working_days:
        return first - timedelta(days=2 * rule.offset + _LONGEST_HOLIDAY), last
    offset = timedelta(days=rule.offset)
    return first - offset, last - offset


def _counted(rule, chunk) -> int:
    owned = Client.objects.in_use().filter(owner__isnull=False)
    if rule.trigger not in REMAINING:
        owned = owned.filter(contacted())
    elif rule.trigger != Trigger.CALLBACK:
        owned = owned.active().filter(do_not_contact=False)
    if rule.tiers:
        owned = owned.filter(tier__in=rule.tiers)
    times = Counter(pk for pk, _day in chunk)
    return sum(times[pk] for pk in owned.filter(pk__in=times).values_list("pk", flat=True))


@transaction.atomic
def set_row(row, *, by, at):
    """A standard, a trigger rule or a programme from a day on.

    Raises RuleBroken for a day that is over, since what has begun stays as it is, for a second row
    of that day, and for working days before an event (rules F1, F2).
    """
    today = clock.local(at).date()
    if row.valid_from <= today:
        sentence = _("Please choose a day from tomorrow on: what has begun stays as it is.")
        raise RuleBroken(sentence, fields={"valid_from": sentence})
    if isinstance(row, TriggerRule):
        check_offset(row)
    row.set_by, row.set_at = by, at
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # also when two set it at the same moment
        sentence = _("Something else is set for that day already; please choose another one.")
        raise RuleBroken(sentence, fields={"valid_from": sentence}) from None
    record(f"{row._meta.model_name}.set", row, by=by, at=at, valid_from=row.valid_from)
    return row


def check_offset(rule) -> None:
    """Raise RuleBroken for working days before an event."""
    if rule.in_working_days and rule.offset < 0:
        sentence = _("Working days are counted after an event; before it, count calendar days.")
        raise RuleBroken(sentence, fields={"offset": sentence})
