"""All that happened with a client, newest first: contacts, promises, relay and owners."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import groupby

from django.db.models import Count
from django.db.models.functions import TruncMonth

from clients.assets.queries import net_flows
from clients.desk import asset_events, events, request_events, sales_events
from clients.desk.events import Event
from clients.followups.models import Contact
from crm.lib import clock

PAGE = 30  # events shown at once

# Each gives its newest events before a moment, at most so many, and how many there are in all.
SOURCES: dict[str, Callable] = {
    "contacts": events.of_contacts,
    "promises": events.of_promises,
    "requests": request_events.of_requests,
    "visits": events.of_visits,
    "relay": events.of_relay,
    "owners": events.of_owners,
    "standing": asset_events.of_standing,
    "products": sales_events.of_products,
    "consents": events.of_consents,
}
KINDS = (*SOURCES, "maturities")


@dataclass(frozen=True)
class Month:
    """A band of the timeline: a month, its events, and its valid contacts, shown here or not.

    `flow` is the net flow of its assets in CNY, None for a month that has not ended.
    """

    first_day: date
    events: list[Event]
    valid: int
    flow: Decimal | None = None


@dataclass(frozen=True)
class Timeline:
    """One page; `earlier` is the moment before which the next page begins, None at the end."""

    months: list[Month]
    earlier: datetime | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Events of every kind."""
        return sum(self.counts.values())

    @property
    def anchors(self) -> set[str]:
        """Where a link may lead on this page."""
        return {event.anchor for month in self.months for event in month.events}


def timeline(client, *, on: date, kind: str = "", before: datetime | None = None) -> Timeline:
    """The page of events before a moment, of one kind or of all, by months of Shanghai's calendar.

    Of maturities those that have come by the day are told.
    Costs the same number of queries for any history.
    """
    counts, found = {}, []
    sources = SOURCES | {"maturities": partial(asset_events.of_maturities, on=on)}
    for name, source in sources.items():
        rows, counts[name] = source(client, before or clock.SOMEDAY, PAGE + 1)
        if kind in ("", name):
            found += rows
    found.sort(key=lambda event: event.at, reverse=True)
    shown, rest = _cut(found)
    months = _months(client, shown)
    return Timeline(months, shown[-1].at if rest else None, counts)


def moment_of(text: str) -> datetime | None:
    """The moment that an address names; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _cut(found: list[Event]) -> tuple[list[Event], list[Event]]:
    """The first page and the rest; what happened at one moment is never torn apart."""
    if len(found) <= PAGE:
        return found, []
    last = found[PAGE - 1].at
    size = sum(1 for event in found if event.at >= last)
    return found[:size], found[size:]


def _months(client, shown: list[Event]) -> list[Month]:
    bands = [(first, list(rows)) for first, rows in groupby(shown, key=_month_of)]
    valid = _valid_by_month(client, bands[-1][0]) if bands else Counter()
    flows = net_flows(client, [first for first, _rows in bands])
    return [Month(first, rows, valid[first], flows.get(first)) for first, rows in bands]


def _month_of(event: Event) -> date:
    return clock.local(event.at).date().replace(day=1)


def _valid_by_month(client, since: date) -> Counter:
    counted: Iterable = (
        Contact.objects.filter(
            client=client, is_valid=True, happened_at__gte=clock.start_of_day(since)
        )
        .order_by()
        .annotate(month=TruncMonth("happened_at", tzinfo=clock.SHANGHAI))
        .values_list("month")
        .annotate(number=Count("pk"))
    )
    return Counter({month.date(): number for month, number in counted})
