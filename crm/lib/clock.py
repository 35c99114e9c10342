"""The one clock: every moment the bank acts at is asked for here.

Moments are aware datetimes; days are Shanghai days, because that is where the
bank's working day begins and ends. Only views, tasks and commands call `now()`;
everything below them is handed a moment.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

# Stand-ins for "not yet" and "no end": keyset paging needs sort keys that are NOT NULL.
NEVER = datetime(1900, 1, 1, tzinfo=UTC)
SOMEDAY = datetime(9999, 1, 1, tzinfo=UTC)

# A module global, not a context variable: a test's server threads must see it too.
_frozen: datetime | None = None


def now() -> datetime:
    """The present moment, in UTC.

    A moment given to `at()` or `set()` goes first, then `GUIBIN_NOW` (an ISO
    moment, Shanghai time where it names no offset), which freezes web, worker
    and scheduler alike.
    """
    return frozen() or running()


def frozen() -> datetime | None:
    """The moment at which this process's clock stands still; None while it runs."""
    if _frozen is not None:
        return _frozen
    frozen_for_all = os.environ.get("GUIBIN_NOW")
    return _parse(frozen_for_all) if frozen_for_all else None


def running() -> datetime:
    """This machine's clock, which nothing freezes: to measure by, never to act at."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is now in Shanghai."""
    return local(now()).date()


def set(moment: datetime | None) -> None:  # noqa: A001 - reads as `clock.set(moment)`
    """Freeze this process's clock at an aware moment; None lets it run again."""
    global _frozen
    _frozen = None if moment is None else _in_utc(moment)


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Freeze this process's clock at an aware moment within a `with` block."""
    before = _frozen
    set(moment)
    try:
        yield now()
    finally:
        set(before)


def local(moment: datetime) -> datetime:
    """The same moment on Shanghai's clock."""
    return moment.astimezone(SHANGHAI)


def at_time(day: date, wall_time: time) -> datetime:
    """The moment at which Shanghai's clock shows this time on this day."""
    return datetime.combine(day, wall_time, tzinfo=SHANGHAI)


def start_of_day(day: date) -> datetime:
    """The first moment of a Shanghai day."""
    return at_time(day, time.min)


def end_of_day(day: date) -> datetime:
    """23:59:59 of a Shanghai day, when a deadline on that day ends (rules F6)."""
    return at_time(day, time(23, 59, 59))


def quarter_of(day: date) -> tuple[date, date]:
    """First and last day of the calendar quarter of a day."""
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return first, (first + timedelta(days=95)).replace(day=1) - timedelta(days=1)


@lru_cache(maxsize=8)
def _parse(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return _in_utc(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI))


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return moment.astimezone(UTC)
