"""Fit planned contacts to what clients have said since of their days and hours (rules F1, F3)."""

from datetime import date, timedelta

from django.db import transaction

from clients.book.models import Client
from clients.file.models import Preferences
from clients.followups import rules
from clients.followups.actions import cadence, days
from clients.followups.hours import Hours, planned_hours
from clients.followups.models import NEXT, FollowUp
from clients.followups.standards import in_force
from crm import bank
from crm.lib import clock
from crm.lib.db import lock_many

_CHANGED = (
    *("due_on", "due_at", "first_due_on", "wanted_on", "gave_way"),
    *("from_time", "to_time", "version"),
)


def fit_to_wishes(*, at) -> int:
    """Move planned contacts that no longer fit; returns how many. Again changes nothing.

    Looked at is whoever's wishes were written within the days that a stop of the machine may last.
    A day that a person chose stays.
    """
    today = clock.local(at).date()
    since = at - timedelta(days=bank.read("followup.ahead_days", on=today))
    rows = _planned().filter(client__preferences__recorded_at__gte=since)
    pks = list(rows.order_by("client").values_list("client", flat=True))
    chunks = (pks[n : n + cadence.CHUNK] for n in range(0, len(pks), cadence.CHUNK))
    return sum(_fit_chunk(chunk, today=today) for chunk in chunks)


def _planned():
    planned = FollowUp.objects.open().filter(trigger__in=NEXT)
    return planned.filter(created_by=None, counted_from__isnull=False)


@transaction.atomic
def _fit_chunk(pks, *, today: date) -> int:
    outlets = {row.pk: row.outlet_id for row in lock_many(Client.objects.only("outlet"), pks)}
    rows = list(_planned().filter(client__in=pks).select_related("step"))
    wishes = {row.client_id: row for row in Preferences.objects.filter(client__in=pks)}
    hours, busy, force = Hours(on=today), days.taken(pks), in_force(today)
    moved = []
    for row in rows:
        likes, within = wishes[row.client_id], hours.of(row.channel, outlets[row.client_id])
        if _fit(row, likes, within, busy[row.client_id], force, today=today):
            moved.append(row)
    FollowUp.objects.bulk_update(moved, _CHANGED)
    cadence.keep_next_dues([row.client_id for row in moved])
    return len(moved)


def _fit(row, likes, hours, taken: set[date], force, *, today: date) -> bool:
    """Give a planned contact the client's hours, and a day of theirs; whether that changed it."""
    was = row.due_on, row.from_time, row.to_time
    row.from_time, row.to_time = planned_hours(likes, hours)
    if not _stays(row, likes, today=today):
        wanted = row.wanted_on or row.due_on
        # Who was tried today is not tried again today: only what was due by today stays here.
        first = today if row.due_on == today else today + timedelta(days=1)
        if _was_put_off(row, wanted, force):
            first = max(first, wanted)
        found = rules.planned_day(max(wanted, first), today=first, likes=likes)
        row.due_on = rules.free_day(found, likes=likes, taken=taken)
        row.gave_way = row.due_on != found
        row.first_due_on = row.due_on
        row.wanted_on = wanted if row.due_on != wanted else None
    row.due_at = rules.due_moment(row.due_on, row.from_time, row.to_time)
    row.version += 1
    return was != (row.due_on, row.from_time, row.to_time)


def _was_put_off(row, wanted: date, force) -> bool:
    """Whether a regular contact waits longer than its gap, as after a refusal: never shorter then.

    What the gap alone asks for may come up to a week earlier, on a day of the client's own.
    """
    gap = force.gap(row.standard) if row.standard and row.step is None else None
    return bool(gap) and wanted > clock.local(row.counted_from).date() + timedelta(days=gap)


def _stays(row, likes, *, today: date) -> bool:
    """Whether the day is over, somebody's choice, or one of the client's own."""
    chosen = row.snoozes or (row.step and row.step.is_fixed)
    return bool(row.due_on < today or chosen or row.due_on.isoweekday() in (likes.days or range(8)))
