"""When a follow-up is due, who may work it, and what counts as a contact. Reads only."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from clients.book.models import State
from clients.book.rules import covers
from clients.followups.models import (
    REMAINING,
    SPOKE,
    Channel,
    Contact,
    FollowUp,
    Outcome,
    Trigger,
)
from crm import bank, words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.workdays import work_calendar
from managers.people import scope
from managers.people.scope import Right

# A greeting belongs to its day; all else moves to a day on which the bank works (rules F2).
KEEPS_ITS_DAY = (Trigger.BIRTHDAY, Trigger.IMPORTANT_DATE)
# An attempt that reached nobody leaves its reason standing for the next one.
RETRY = (Outcome.NO_ANSWER, Outcome.CALL_LATER)
_CALLS_TO_READ = 12
_FORTNIGHT, _YEAR = 14, 366
Opens = Callable[[date], bool] | None  # whether the outlet of a meeting opens on a day
_DAYS_AHEAD = 29  # four weeks, in which each of a client's own days comes four times


def may_direct(person, client) -> bool:
    """Heads look after the follow-ups of their outlets: reassign and cancel (rules A5)."""
    return scope.units(person, Right.FOLLOW_UP).filter(pk=client.outlet_id).exists()


def may_book(person, client, *, on: date) -> bool:
    """The client's owner, the deputy of today and the heads book and log (rules A5)."""
    if client.owner_id is not None and (
        client.owner_id == person.pk or covers(person, client.owner_id, on=on)
    ):
        return True
    return may_direct(person, client)


def is_responsible(person, promise, *, on: date) -> bool:
    """Whether it is for the person: who promised, the client's owner, who covers one of them."""
    responsible = {promise.owner_id, promise.client.owner_id} - {None}
    return person.pk in responsible or any(covers(person, pk, on=on) for pk in responsible)


def may_work(person, follow_up, *, on: date) -> bool:
    """Whoever is responsible for it, but for somebody who must not make this very contact."""
    return person.pk != follow_up.excluded_id and is_responsible(person, follow_up, on=on)


def may_cancel(person, follow_up, *, on: date) -> bool:
    """Whoever may work it, and the heads of the outlet."""
    return may_work(person, follow_up, on=on) or may_direct(person, follow_up.client)


def allowed_actions(person, follow_up, *, on: date) -> list[str]:
    """The verbs that this person may apply to the follow-up now, in working order."""
    if follow_up.state != FollowUp.State.OPEN:
        return []
    verbs = ["complete", "snooze"] if may_work(person, follow_up, on=on) else []
    if verbs or may_direct(person, follow_up.client):
        verbs.append("cancel")
    if may_direct(person, follow_up.client):
        verbs.append("reassign")
    return verbs


def check_contactable(client, trigger: str) -> None:
    """Raise RuleBroken for clients who are left in peace (rules F2).

    Callbacks of complaints always remain; dormant and lost clients and prospects given up get only
    what a person books, and the call that may win them back.
    """
    if trigger == Trigger.CALLBACK:
        return
    if client.state == State.CLOSED:
        raise RuleBroken(_("The client has closed all accounts; nothing is booked any more."))
    if client.do_not_contact:
        raise RuleBroken(_("The client asked not to be contacted."))
    if client.has_left and trigger not in REMAINING:
        raise RuleBroken(_("Who left, or has no interest, gets only contacts that a person books."))


def is_contactable(client, trigger: str) -> bool:
    """Whether the client may be contacted for this reason (`check_contactable`)."""
    try:
        check_contactable(client, trigger)
    except RuleBroken:
        return False
    return True


def due_day(
    wanted: date, *, trigger: str, agreed_time: bool, today: date, opens: Opens = None
) -> date:
    """The day on which a follow-up is due: a non-working day moves to the working day before.

    A time agreed with the client stays, and so does a greeting. Where the working day before is
    over already, the next one is taken (rules F2). A meeting at the outlet moves to a day on which
    it `opens`, within a year, else to a working day, for somebody to agree a place (rules F9).
    """
    if agreed_time or trigger in KEEPS_ITS_DAY:
        return wanted
    is_workday = work_calendar().is_workday
    asked = (opens or is_workday, is_workday)
    fitting = (day for works in asked for day in _around(wanted, today=today) if works(day))
    return next(fitting, wanted)


def _around(wanted: date, *, today: date) -> Iterator[date]:
    """The day itself, those before it that are not over, two weeks of them, and those after it."""
    before = min(max((wanted - today).days, 0), _FORTNIGHT)
    yield from (wanted - timedelta(days=passed) for passed in range(before + 1))
    yield from (wanted + timedelta(days=passed) for passed in range(1, _YEAR))


def planned_day(wanted: date, *, today: date, likes, opens: Opens = None) -> date:
    """The working day for a contact that the clock plans: on or before the one wanted.

    One of the client's own days, where one lies within the week before and is not over (rules F3).
    """
    works = _both(opens)
    day = due_day(wanted, trigger=Trigger.CADENCE, agreed_time=False, today=today, opens=works)
    if not likes or not likes.days:
        return day
    back = (day - timedelta(days=passed) for passed in range(7))
    ahead = (day + timedelta(days=passed) for passed in range(1, _DAYS_AHEAD))
    fitting = (one for one in (*back, *ahead) if one >= today and one.isoweekday() in likes.days)
    return next((one for one in fitting if works(one)), day)


def free_day(day: date, *, likes, taken, opens: Opens = None) -> date:
    """The day itself, else the next working day after it on which nothing else is due (rules F14).

    One of the client's own days, where one is free within four weeks.
    """
    if day not in taken:
        return day
    works = _both(opens)
    later = (day + timedelta(days=passed) for passed in range(1, _DAYS_AHEAD))
    free = [one for one in later if one not in taken and works(one)]
    own = likes.days if likes else []
    return next((one for one in free if one.isoweekday() in own), next(iter(free), day))


def _both(opens: Opens) -> Callable[[date], bool]:
    """What the clock plans lies on a working day, also where the outlet opens on others."""
    is_workday = work_calendar().is_workday
    return (lambda day: is_workday(day) and opens(day)) if opens else is_workday


def due_moment(day: date, from_time: time | None, to_time: time | None) -> datetime:
    """When it should have happened: the end of the window, its beginning, or the end of the day."""
    until = to_time or from_time
    return clock.at_time(day, until) if until else clock.end_of_day(day)


def check_day(day: date, *, today: date, field: str = "due_on") -> None:
    """Raise RuleBroken for a day that is over or too far away."""
    horizon = bank.read("followup.horizon_days", on=today)
    if day < today:
        raise _wrong(field, _("This day is over already."))
    last = today + timedelta(days=horizon)
    if day > last:
        raise _wrong(field, _("Please choose a day until %(day)s.") % {"day": words.day(last)})


def check_single(client, trigger: str, day: date, *, event_key="") -> None:
    """Raise RuleBroken if an open follow-up for this client, trigger and day stands (rules F2)."""
    if twins(client, trigger, day, event_key=event_key).exists():
        raise _wrong("due_on", _("There is a follow-up for this reason on that day already."))


def twins(client, trigger: str, day: date, *, event_key=""):
    """Open follow-ups of the client for the same reason on the same day.

    By `event_key` each complaint is a reason of its own.
    """
    rows = FollowUp.objects.open().filter(client=client, trigger=trigger, due_on=day)
    return rows.filter(event_key=event_key)


def is_valid(outcome: str, notes: str, next_step: str, *, on: date) -> bool:
    """Whether a contact counts: spoken with the client, with a note and a next step (rules F4)."""
    long_enough = len(notes.strip()) >= bank.read("contact.note_length", on=on)
    return outcome in SPOKE and long_enough and bool(next_step.strip())


def snooze_limit(follow_up, *, on: date) -> date:
    """The last day to which it may be put off, counted from the day first due (rules F7)."""
    days = bank.read("followup.snooze_days", on=on)
    return work_calendar().add_working_days(follow_up.first_due_on, days)


def snooze_until(follow_up, *, on: date) -> date | None:
    """The last day to which it may still be put off, or None where it may not (rules F7)."""
    limit = snooze_limit(follow_up, on=on)
    spent = follow_up.snoozes >= bank.read("followup.snoozes", on=on)
    return None if spent or limit <= max(follow_up.due_on, on) else limit


def check_snooze(follow_up, to: date, *, on: date) -> None:
    """Raise RuleBroken when it was put off often enough, or would be for too long (rules F7)."""
    allowed = bank.read("followup.snoozes", on=on)
    if follow_up.snoozes >= allowed:
        raise RuleBroken(
            _("It was put off %(count)d times already; contact the client or cancel it.")
            % {"count": allowed}
        )
    limit = snooze_limit(follow_up, on=on)
    if to > limit:
        raise _wrong(
            "to", _("It may be put off until %(day)s at most.") % {"day": words.day(limit)}
        )
    if to <= max(follow_up.due_on, on):
        raise _wrong("to", _("Please choose a later day."))


def missed_when_due_by(today: date) -> date:
    """The latest due day whose time to be missed is over today (rules F7)."""
    days, calendar = bank.read("followup.missed_days", on=today), work_calendar()
    day = today
    while calendar.add_working_days(day, days) >= today:
        day -= timedelta(days=1)
    return day


def refused_before(client) -> bool:
    """Whether the last time the client answered at all, it was a refusal (rules F3)."""
    answers = Contact.objects.filter(client=client, outcome__in=(*SPOKE, Outcome.REFUSED))
    return answers.values_list("outcome", flat=True).first() == Outcome.REFUSED


def unanswered_days(client) -> set[date]:
    """The days of the calls since the client was last reached that nobody answered (rules F4)."""
    calls = Contact.objects.filter(client=client, channel=Channel.CALL)
    days = set()
    for outcome, moment in calls.values_list("outcome", "happened_at")[:_CALLS_TO_READ]:
        if outcome != Outcome.NO_ANSWER:
            break
        days.add(clock.local(moment).date())
    return days


def should_write(days, *, on: date) -> bool:
    """Whether calls stayed unanswered on so many days that a message is due instead (rules F4)."""
    return len(days) >= bank.read("contact.unanswered_days", on=on)


def missed_after(*, on: date) -> timedelta:
    """How long after the promised minute a call counts as missed (rules F12)."""
    return timedelta(minutes=bank.read("callback.missed_minutes", on=on))


def soon_before(*, on: date) -> timedelta:
    """How long before the promised minute a call is due soon (rules F12)."""
    return timedelta(minutes=bank.read("callback.soon_minutes", on=on))


def _wrong(field: str, sentence: str) -> RuleBroken:
    return RuleBroken(sentence, fields={field: sentence})
