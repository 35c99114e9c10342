"""Open the feed of one's calendar, and close it."""

from django.db import transaction

from clients.appointments.models import CalendarFeed
from crm.lib.db import lock
from managers.audit.actions import record


@transaction.atomic
def open_feed(*, by, at) -> CalendarFeed:
    """A new address for one's own calendar; the one before ends."""
    return _renew(by, is_open=True, verb="calendar.opened", at=at)


@transaction.atomic
def close_feed(*, by, at) -> CalendarFeed:
    """No address opens one's calendar any more."""
    return _renew(by, is_open=False, verb="calendar.closed", at=at)


def _renew(person, *, is_open, verb, at) -> CalendarFeed:
    CalendarFeed.objects.get_or_create(staff=person, defaults={"is_open": False})
    feed = lock(CalendarFeed.objects.get(staff=person))
    feed.number += 1
    feed.is_open = is_open
    feed.save(update_fields=["number", "is_open"])
    record(verb, feed, by=person, at=at)
    return feed
