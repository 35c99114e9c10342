"""Reading dates and amounts out of text, in a format that somebody declared.

Nothing is guessed: what does not fit the declared format is refused with a ValueError
that says why, and never quotes the value, which may be personal.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

# In the order in which they are looked for: MM between HH and SS are minutes. One letter alone
# stands for a number without a leading zero, which may be there all the same.
_PIECES = (
    ("HH:MM:SS", r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"),
    ("HH:MM", r"(?:[01]\d|2[0-3]):[0-5]\d"),
    ("H:MM:SS", r"(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d"),
    ("H:MM", r"(?:[01]?\d|2[0-3]):[0-5]\d"),
    ("YYYY", r"(?P<year>\d{4})"),
    ("YY", r"(?P<short_year>\d{2})"),
    ("MM", r"(?P<month>\d{2})"),
    ("DD", r"(?P<day>\d{2})"),
    ("M", r"(?P<month>\d{1,2})"),
    ("D", r"(?P<day>\d{1,2})"),
)
_WOMEN = 50  # added to the month of a woman's birth number


def parse_date(text: str, format: str, century: int | None = None) -> date:  # noqa: A002
    """The day that a text in a format like YYMMDD, YYYY-MM-DD or YYMMDD HH:MM:SS names.

    A format with a % is strptime's. `century` says where two-digit years belong: 19
    makes 93 1993; without it they are refused. A time of day is read and dropped.
    """
    if "%" in format:
        return _strptime(text, format, century)
    found = _pattern(format).fullmatch(text.strip())
    if not found:
        raise ValueError(_("This is not a date like %(format)s.") % {"format": format})
    parts = found.groupdict()
    if "short_year" in parts:
        year = _full_year(int(parts["short_year"]), century)
    else:
        year = int(parts["year"])
    return _day(year, int(parts["month"]), int(parts["day"]))


def parse_amount(text: str, decimal: str = ".", thousands: str = "") -> Decimal:
    """The exact amount that a text names, with these marks: 1.234,50 with "," and ".".

    Groups of thousands may be left out, but not be of another length. The sign may be
    a hyphen or a minus.
    """
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if not _amount_pattern(decimal, thousands).fullmatch(text):
        raise ValueError(
            _("This is not an amount like %(example)s.")
            % {"example": f"1{thousands}234{decimal}50"}
        )
    if thousands:
        text = text.replace(thousands, "")
    return Decimal(text.replace(decimal, "."))


def parse_birth_number(text: str, century: int = 19) -> tuple[date, str]:
    """Birth date and sex, "f" or "m", of a number YYMMDD with 50 added to a woman's month."""
    digits = text.strip()
    if not re.fullmatch(r"\d{6}", digits, re.ASCII):
        raise ValueError(_("A birth number has six digits."))
    year, month, day = (int(digits[start : start + 2]) for start in (0, 2, 4))
    if month > _WOMEN:
        return _day(_full_year(year, century), month - _WOMEN, day), "f"
    return _day(_full_year(year, century), month, day), "m"


@lru_cache(maxsize=64)
def _pattern(form: str) -> re.Pattern:
    pattern, rest = "", form
    while rest:
        piece, expression = next(
            ((piece, expression) for piece, expression in _PIECES if rest.startswith(piece)),
            (rest[0], re.escape(rest[0])),
        )
        pattern, rest = pattern + expression, rest[len(piece) :]
    compiled = re.compile(pattern, re.ASCII)
    if not {"month", "day"} <= compiled.groupindex.keys() or not (
        {"year", "short_year"} & compiled.groupindex.keys()
    ):
        raise ValueError(_("%(format)s is not a format of dates.") % {"format": form})
    return compiled


@lru_cache(maxsize=16)
def _amount_pattern(decimal: str, thousands: str) -> re.Pattern:
    if not decimal or decimal == thousands:
        raise ValueError(_("An amount needs a decimal mark, and another one for thousands."))
    whole = r"\d+"
    if thousands:
        whole = rf"(?:\d+|\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+)"
    return re.compile(rf"[+-]?{whole}(?:{re.escape(decimal)}\d+)?", re.ASCII)


def _strptime(text: str, form: str, century: int | None) -> date:
    try:
        found = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - only its day is kept
    except ValueError as refused:
        raise ValueError(_("This is not a date like %(format)s.") % {"format": form}) from refused
    if "%y" not in form:
        return found
    return _day(_full_year(found.year % 100, century), found.month, found.day)


def _full_year(short: int, century: int | None) -> int:
    if century is None:
        raise ValueError(_("A date with a two-digit year needs a century."))
    return century * 100 + short


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as refused:
        raise ValueError(_("This day does not exist.")) from refused
