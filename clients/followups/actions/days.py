"""One client, one contact a day: the planned one gives way to whatever else is due (rules F14)."""

from collections import defaultdict
from datetime import date

from django.db.models import Exists, F, OuterRef

from clients.file.models import Preferences
from clients.followups import rules
from clients.followups.hours import Hours
from clients.followups.models import NEXT, FollowUp


def taken(clients) -> dict[int, set[date]]:
    """The days on which something else is due with each of these clients, one query."""
    others = FollowUp.objects.open().filter(client__in=clients).exclude(trigger__in=NEXT)
    found: dict[int, set[date]] = defaultdict(set)
    for client, day in others.order_by().values_list("client", "due_on"):
        found[client].add(day)
    return found


def make_way(clients, *, today: date) -> int:
    """Move what is planned for a day on which something else is due by now; returns how many.

    `clients` are locked. Whatever a person chose the day of stays where it is.
    """
    other = FollowUp.objects.open().filter(client=OuterRef("client"), due_on=OuterRef("due_on"))
    planned = FollowUp.objects.open().filter(
        Exists(other.exclude(trigger__in=NEXT)),
        client__in=clients,
        trigger__in=NEXT,
        due_on__gte=today,
        created_by__isnull=True,
        snoozes=0,
    )
    planned = planned.exclude(step__is_fixed=True).annotate(outlet_id=F("client__outlet"))
    rows = list(planned)
    if not rows:
        return 0
    mine = [row.client_id for row in rows]
    likes = {row.client_id: row for row in Preferences.objects.filter(client__in=mine)}
    busy, hours = taken(mine), Hours(on=today)
    for row in rows:
        was, how = row.due_on, {"likes": likes.get(row.client_id), "taken": busy[row.client_id]}
        opens = hours.opens(row.channel, row.outlet_id)
        row.due_on = rules.free_day(was, **how, opens=opens)
        row.wanted_on, row.gave_way = row.wanted_on or was, True
        row.first_due_on, row.version = row.due_on, row.version + 1
        row.due_at = rules.due_moment(row.due_on, row.from_time, row.to_time)
    changed = ("due_on", "wanted_on", "gave_way", "first_due_on", "due_at", "version")
    return FollowUp.objects.bulk_update(rows, changed)
