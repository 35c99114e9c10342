"""What the file allows, and when its days come. Reads only."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

from clients.file import occurrences, wording
from clients.file.models import Consent, ImportantDate, Person
from crm.lib.errors import RuleBroken

ADULT = 18  # years


@dataclass(frozen=True)
class Day:
    """The next time of a day that returns each year; `years` it then marks, None if unknown.

    `row` is None for the birthday that the identity papers tell.
    """

    on: date
    kind: str
    whose: str
    label: str = ""
    years: int | None = None
    is_lunar: bool = False
    row: ImportantDate | None = None

    @property
    def text(self) -> str:
        """What the day is, in the language of the reader."""
        return wording.title(self)

    @property
    def icon(self) -> str:
        return {"birthday": "cake", "school": "school", "business": "building"}.get(
            self.kind, "calendar-heart"
        )


def occurrence(row: ImportantDate, *, on: date) -> Day | None:
    """When an important date comes next; None beyond the tables of the lunar calendar."""
    if row.calendar == ImportantDate.Calendar.SOLAR:
        day = occurrences.next_solar(row.month, row.day, on=on)
        year = day.year
    else:
        day = occurrences.next_lunar(row.month, row.day, is_leap=row.is_leap_month, on=on)
        if day is None:
            return None
        year = occurrences.lunar_year(day)
    return Day(
        on=day,
        kind=row.kind,
        whose=row.whose,
        label=row.label,
        years=year - row.year if row.year and row.year < year else None,
        is_lunar=row.calendar == ImportantDate.Calendar.LUNAR,
        row=row,
    )


def coming(rows, born: date | None, *, on: date) -> list[Day]:
    """The important dates of a client, the next one first.

    The birth date of the papers counts, unless the client keeps the birthday on another day.
    """
    days = [day for row in rows if (day := occurrence(row, on=on))]
    own = any(day.kind == "birthday" and day.whose == Person.CLIENT for day in days)
    if born and not own:
        day = occurrences.next_solar(born.month, born.day, on=on)
        years = day.year - born.year or None
        days.append(Day(day, "birthday", Person.CLIENT, years=years))
    return sorted(days, key=lambda day: (day.on, day.row.pk if day.row else 0))


def check_date(*, calendar: str, month: int, day: int) -> None:
    """Raise RuleBroken, with its field, for a day that the calendar never has."""
    exists = occurrences.is_lunar_day
    if calendar == ImportantDate.Calendar.SOLAR:
        exists = occurrences.is_solar_day
    if not exists(month, day):
        sentence = _("This month has no such day.")
        raise RuleBroken(sentence, fields={"day": sentence})


def allows(consents, purpose: str, *, on: date, channel: str = "") -> bool:
    """Whether a consent for the purpose holds that day, for the channel if one is named."""
    return any(
        row.purpose == purpose and row.holds_on(on) and row.channel in ("", channel)
        for row in consents
    )


def check_marketing(client, channel: str, *, on: date) -> None:
    """Raise RuleBroken unless the client agreed to offers by this channel (rules C9, F3)."""
    if client.do_not_contact:
        raise RuleBroken(_("The client asked not to be contacted."))
    if not allows(client.consents.all(), Consent.Purpose.MARKETING, channel=channel, on=on):
        raise RuleBroken(_("The client has not agreed to offers this way."))


def is_adult(born: date | None, *, on: date) -> bool:
    """Eighteen or older; whose birth date is unknown counts as an adult."""
    return born is None or relativedelta(on, born).years >= ADULT
