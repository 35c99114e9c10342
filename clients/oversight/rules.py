"""When reading is out of the ordinary (rules J6): pure functions of what the access log holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm import bank
from crm.lib import clock
from managers.audit.models import Basis

HOUR = timedelta(hours=1)


class Unusual(models.TextChoices):
    """What is noticed about a person's reading of one day."""

    MANY = "many", _("many files in a day")
    FAST = "fast", _("many files within an hour")
    OFF_HOURS = "off_hours", _("files outside working hours")
    FOREIGN_VIPS = "foreign_vips", _("VIP files of others")
    NO_MATTER = "no_matter", _("files without an open matter")


@dataclass(frozen=True)
class Reading:
    """One look at one client's file, masked look-ups left out.

    `has_matter`: something is open with the client, or was done today.
    """

    client: int
    at: datetime
    basis: str = Basis.OWN
    is_vip: bool = False
    has_matter: bool = True


@dataclass(frozen=True)
class Limits:
    """The most clients that are ordinary, and the hours of a working day, local time."""

    day: int
    hour: int
    foreign_vips: int
    no_matter: int
    opens: time
    closes: time

    @classmethod
    def on(cls, day: date) -> "Limits":
        """What the bank has set for a day."""
        opens, closes = (time.fromisoformat(text) for text in bank.read("reading.hours", on=day))
        return cls(
            day=bank.read("reading.files_a_day", on=day),
            hour=bank.read("reading.files_an_hour", on=day),
            foreign_vips=bank.read("reading.foreign_vips", on=day),
            no_matter=bank.read("reading.without_matter", on=day),
            opens=opens,
            closes=closes,
        )


def unusual(
    readings: Sequence[Reading], limits: Limits, *, is_workday: Callable[[date], bool]
) -> dict[Unusual, int]:
    """What is out of the ordinary in one person's day, with the number of clients concerned."""
    counts = {
        Unusual.MANY: (_clients(readings), limits.day),
        Unusual.FAST: (_most_within_an_hour(readings), limits.hour),
        Unusual.OFF_HOURS: (
            _clients(r for r in readings if _is_off_hours(r.at, limits, is_workday)),
            0,
        ),
        Unusual.FOREIGN_VIPS: (
            _clients(r for r in readings if r.is_vip and r.basis == Basis.SCOPE),
            limits.foreign_vips,
        ),
        Unusual.NO_MATTER: (_clients(r for r in readings if not r.has_matter), limits.no_matter),
    }
    return {kind: count for kind, (count, most) in counts.items() if count > most}


def _clients(readings) -> int:
    return len({reading.client for reading in readings})


def _most_within_an_hour(readings) -> int:
    """The most different clients in any sixty minutes."""
    found = sorted(readings, key=lambda reading: reading.at)
    most, begins, seen = 0, 0, {}
    for reading in found:
        seen[reading.client] = seen.get(reading.client, 0) + 1
        while reading.at - found[begins].at >= HOUR:
            left = found[begins].client
            seen[left] -= 1
            if not seen[left]:
                del seen[left]
            begins += 1
        most = max(most, len(seen))
    return most


def _is_off_hours(at: datetime, limits: Limits, is_workday) -> bool:
    local = clock.local(at)
    return not (is_workday(local.date()) and limits.opens <= local.time() < limits.closes)
