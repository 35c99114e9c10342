"""Dates, deadlines and names in the words of the page's language.

English writes days in ISO and people in Latin letters beside their characters; Chinese writes
2026年11月22日 and the characters alone. Days are Shanghai days. Moments to compare with are the
clock's unless a caller names one.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from crm.lib import clock, masking, names
from crm.lib.money import MINUS
from crm.workdays import work_calendar

_CHINESE_WEEKDAYS = "一二三四五六日"
# By what announcements call them; a name with another ending is the same day.
_HOLIDAYS = {
    "元旦": gettext_lazy("New Year’s Day"),
    "除夕": gettext_lazy("New Year’s Eve"),
    "春节": gettext_lazy("Spring Festival"),
    "清明": gettext_lazy("Qingming"),
    "劳动": gettext_lazy("Labour Day"),
    "端午": gettext_lazy("Dragon Boat Festival"),
    "中秋": gettext_lazy("Mid-Autumn Festival"),
    "国庆": gettext_lazy("National Day"),
}
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_MINUTES_UNTIL_HOURS = 90  # "80 min left" says more than "1 h left"


def in_chinese() -> bool:
    """Whether the active language is Chinese."""
    return (get_language() or "").startswith("zh")


def day_of(value: date | datetime) -> date:
    """The Shanghai day of a date or a moment."""
    return clock.local(value).date() if isinstance(value, datetime) else value


# --- Dates


def day(value: date | datetime | None) -> str:
    """2026-11-22 or 2026年11月22日."""
    if value is None:
        return ""
    found = day_of(value)
    return f"{found.year}年{found.month}月{found.day}日" if in_chinese() else found.isoformat()


def day_short(value: date | datetime | None) -> str:
    """11-22 or 11月22日, where the year is plain."""
    if value is None:
        return ""
    found = day_of(value)
    return f"{found.month}月{found.day}日" if in_chinese() else found.strftime("%m-%d")


def day_long(value: date | datetime | None) -> str:
    """Sunday, 2026-11-22 or 2026年11月22日 星期日."""
    if value is None:
        return ""
    weekday_number = day_of(value).weekday()
    if in_chinese():
        return f"{day(value)} 星期{_CHINESE_WEEKDAYS[weekday_number]}"
    return f"{WEEKDAYS[weekday_number]}, {day(value)}"


def holiday(value: date) -> str:
    """What a day off is called, as it was announced where no other language knows it; else ""."""
    announced = work_calendar().name(value)
    told = [str(label) for known, label in _HOLIDAYS.items() if known in announced]
    return announced if in_chinese() or not told else ", ".join(told)


def weekday(value: date | datetime | None) -> str:
    """Sun or 周日."""
    if value is None:
        return ""
    number = day_of(value).weekday()
    return f"周{_CHINESE_WEEKDAYS[number]}" if in_chinese() else str(WEEKDAYS_ABBR[number])


def month(value: date | datetime | None) -> str:
    """November 2026 or 2026年11月."""
    if value is None:
        return ""
    found = day_of(value)
    if in_chinese():
        return f"{found.year}年{found.month}月"
    return f"{MONTHS[found.month]} {found.year}"


def month_short(value: date | datetime) -> str:
    """Nov or 11月, where the year is plain."""
    number = day_of(value).month
    return f"{number}月" if in_chinese() else str(MONTHS_3[number]).capitalize()


def provisional(value: date | datetime | None) -> str:
    """That the year of a day has no announced holidays yet; "" where it has (rules F5)."""
    if not value or not work_calendar().is_provisional(day_of(value)):
        return ""
    year = {"year": day_of(value).year}
    return gettext("provisional: the holidays of %(year)s are not announced yet") % year


def hour(value: datetime | None) -> str:
    """14:06, on Shanghai's clock."""
    return "" if value is None else f"{clock.local(value):%H:%M}"


def moment(value: datetime | None) -> str:
    """2026-11-22 14:06 or 2026年11月22日 14:06."""
    return "" if value is None else f"{day(value)} {hour(value)}"


def daypart(value: datetime) -> str:
    """The part of the day as a code: morning, afternoon or evening."""
    found = clock.local(value).hour
    return "morning" if found < 12 else "afternoon" if found < 18 else "evening"


# --- How far away


def days_until(value: date | datetime, now: datetime | None = None) -> int:
    """Calendar days from today to that day; negative for a day that has passed."""
    return (day_of(value) - day_of(now or clock.now())).days


def lateness(value: date | datetime | None, now: datetime | None = None) -> str:
    """A due day beside today: "2 days late", "today", "tomorrow", "in 5 days"."""
    if value is None:
        return ""
    days = days_until(value, now)
    if days < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}


def time_left(value: date | datetime | None, now: datetime | None = None) -> str:
    """What a clock still has: "18 min left", "3 h left", "8 days left"; past it "2 h late".

    A day lasts to its end (rules F6). Beyond a day's length calendar days are counted.
    """
    if value is None:
        return ""
    now = now or clock.now()
    end = value if isinstance(value, datetime) else clock.end_of_day(value)
    left = end - now
    if abs(left) >= timedelta(days=1):
        return _days_left(days_until(end, now))
    minutes = abs(left) // timedelta(minutes=1)
    if minutes >= _MINUTES_UNTIL_HOURS:
        text = gettext("%(hours)d h left") if left > timedelta() else gettext("%(hours)d h late")
        return text % {"hours": minutes // 60}
    text = (
        gettext("%(minutes)d min left") if left > timedelta() else gettext("%(minutes)d min late")
    )
    return text % {"minutes": minutes}


def due_left(row, now: datetime | None = None) -> str:
    """What a row with a due day and its moment has left; late by days once the day is over."""
    is_over = days_until(row.due_on, now) < 0
    return lateness(row.due_on, now) if is_over else time_left(row.due_at, now)


def _days_left(days: int) -> str:
    if days < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


def duration(minutes: int) -> str:
    """A long time as people say it: in minutes, from two hours on in hours, then in days."""
    hours = minutes // 60
    if hours < 2:
        return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}
    if hours < 48:
        return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}
    days = hours // 24
    return ngettext("%(number)d day", "%(number)d days", days) % {"number": days}


def ago(value: date | datetime | None, now: datetime | None = None) -> str:
    """How long since: "today", "yesterday", "16 days ago"; "never" for None and `clock.NEVER`."""
    if value is None or value == clock.NEVER:
        return gettext("never")
    days = -days_until(value, now)
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}


def due_tone(value: date | datetime | None, now: datetime | None = None) -> str:
    """The class of a due day: `late` once it has passed, `soon` on the day, else none."""
    if value is None:
        return ""
    days = days_until(value, now)
    return "late" if days < 0 else "soon" if days == 0 else ""


# --- Lists


def listed(texts) -> str:
    """Several things in one sentence: "a, b and c" or a、b、c."""
    found = [str(text) for text in texts]
    return "、".join(found) if in_chinese() else get_text_list(found, "and")


def sentences(texts) -> str:
    """Sentences one after another: with a space between in English, without one in Chinese."""
    return ("" if in_chinese() else " ").join(str(text) for text in texts if text)


# --- Numbers


def ordinal(place: int) -> str:
    """A place in an order: 1st, 2nd, 11th or 第1名."""
    if in_chinese():
        return f"第{place}名"
    teens = place % 100 in (11, 12, 13)
    return f"{place}{'th' if teens else _ENDINGS.get(place % 10, 'th')}"


def points(score) -> str:
    """A score to the hundredth, in groups of three digits: 1,234.50; nothing for None."""
    return "" if score is None else f"{score:,.2f}"


def quantity(value: Decimal | None) -> str:
    """1,234 or 12.60: decimals only where there are some; nothing for None."""
    if value is None:
        return ""
    return f"{value:,.2f}".removesuffix(".00").replace("-", MINUS)


# --- Names


def has_hanzi(text: str) -> bool:
    """Whether a text has Chinese characters in it."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def latin_name(person) -> str:
    """A person's name in Latin letters: their own spelling, else pinyin."""
    return getattr(person, "latin_name", "") or names.latin(person.name)


def plain_name(person) -> str:
    """The name as text of the page's language; a client without a name goes by its number."""
    if not person.name:
        return gettext("Client %(number)s") % {"number": person.number}
    return person.name if in_chinese() else latin_name(person)


def masked_name(client) -> str:
    """徐** or, in English, Xu**: what those may read who do not own the client (rules J5)."""
    if not client.name:
        return plain_name(client)
    masked = masking.name(client.name)
    if in_chinese() or not has_hanzi(masked):
        return masked
    surname = names.latin(client.name).split()[0]
    return surname + "*" * masked.count("*")


def unit_name(unit) -> str:
    """A unit's name in the page's language, where it has one there."""
    return unit.name if in_chinese() else unit.latin_name or unit.name
