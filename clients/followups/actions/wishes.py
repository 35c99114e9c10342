"""Fit planned contacts to days and hours that were named since (rules F1, F3, F9)."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from clients.book.models import Client
from clients.file.models import Preferences
from clients.followups.actions import cadence, days
from clients.followups.hours import Hours
from clients.followups.models import NEXT, Channel, FollowUp
from clients.followups.standards import in_force
from crm import bank
from crm.lib import clock
from crm.lib.db import lock_many
from managers.people.models import OpeningHours

_CHANGED = (
    *("due_on", "due_at", "first_due_on", "wanted_on", "gave_way"),
    *("from_time", "to_time", "version"),
)


def fit_to_wishes(*, at) -> int:
    """Move planned contacts that no longer fit; returns how many. Again changes nothing.

    Looked at is whoever's wishes were written within the days that a stop of the machine may last,
    and meetings at an outlet whose opening hours were. A day that a person chose stays.
    """
    today = clock.local(at).date()
    since = at - timedelta(days=bank.read("followup.ahead_days", on=today))
    outlets = OpeningHours.objects.filter(set_at__gte=since).values("unit")
    told = Q(client__preferences__recorded_at__gte=since)
    opened = Q(channel=Channel.VISIT, client__outlet__in=outlets)
    pks = sorted({*_clients(told), *_clients(opened)})
    chunks = (pks[n : n + cadence.CHUNK] for n in range(0, len(pks), cadence.CHUNK))
    return sum(_fit_chunk(chunk, today=today) for chunk in chunks)


def _clients(asked: Q) -> Iterator[int]:
    return _planned().filter(asked).order_by().values_list("client", flat=True).iterator()


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
        likes = wishes.get(row.client_id)
        known = {"outlet": outlets[row.client_id], "hours": hours, "taken": busy[row.client_id]}
        if _fit(row, likes, force, today=today, **known):
            moved.append(row)
    FollowUp.objects.bulk_update(moved, _CHANGED)
    cadence.keep_next_dues([row.client_id for row in moved])
    return len(moved)


def _fit(row, likes, force, *, outlet: int, hours: Hours, taken: set[date], today: date) -> bool:
    """Give a planned contact the client's hours, and a day that fits; whether that changed it."""
    was = row.due_on, row.from_time, row.to_time
    opens = hours.opens(row.channel, outlet)
    if _stays(row, likes, opens, today=today):
        cadence.fit_hours(row, hours=hours, outlet=outlet, likes=likes)
    else:
        wanted = row.wanted_on or row.due_on
        # Who was tried today is not tried again today: only what was due by today stays here.
        first = today if row.due_on == today else today + timedelta(days=1)
        if _was_put_off(row, wanted, force):
            first = max(first, wanted)
        how = {"today": first, "likes": likes, "taken": taken}
        cadence.place(row, wanted, hours=hours, outlet=outlet, **how)
    row.version += 1
    return was != (row.due_on, row.from_time, row.to_time)


def _was_put_off(row, wanted: date, force) -> bool:
    """Whether a regular contact waits longer than its gap, as after a refusal: never shorter then.

    What the gap alone asks for may come up to a week earlier, on a day of the client's own.
    """
    gap = force.gap(row.standard) if row.standard and row.step is None else None
    return bool(gap) and wanted > clock.local(row.counted_from).date() + timedelta(days=gap)


def _stays(row, likes, opens, *, today: date) -> bool:
    """Whether the day is over, somebody's choice, or one of the client's own that is open."""
    if row.due_on < today or row.snoozes or (row.step and row.step.is_fixed):
        return True
    own = likes.days if likes else []
    return row.due_on.isoweekday() in (own or range(8)) and (opens is None or opens(row.due_on))
