"""What a cell looks like: every kind, and every way of writing days and amounts, that it fits."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from crm.lib.values import parse_date

KINDS = ("identity", "email", "sex", "phone", "date", "integer", "amount", "text")

# In the order of preference where several explain the same cells.
_DAYS = (
    "YYYY-MM-DD",
    "YYYY/MM/DD",
    "YYYYMMDD",
    "YYYY.MM.DD",
    "DD.MM.YYYY",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD-MM-YYYY",
    "MM-DD-YYYY",
    "YYYY年MM月DD日",
    "YYMMDD",
    "DD/MM/YY",
    "MM/DD/YY",
    "DD.MM.YY",
    "YY-MM-DD",
    "YYYY-M-D",
    "YYYY/M/D",
    "YYYY.M.D",
    "D.M.YYYY",
    "D/M/YYYY",
    "M/D/YYYY",
    "D-M-YYYY",
    "M-D-YYYY",
    "D/M/YY",
    "M/D/YY",
    "YYYY年M月D日",
)
_TIMES = ("", " HH:MM:SS", " HH:MM", " H:MM:SS", " H:MM", "THH:MM:SS")
_MONTH_NAMES = ("%d-%b-%Y", "%d %b %Y", "%d-%b-%y")
DATE_FORMATS = (*(f"{day}{time}" for time in _TIMES for day in _DAYS), *_MONTH_NAMES)
_RANK = {form: rank for rank, form in enumerate(DATE_FORMATS)}


def _style(decimal: str, thousands: str) -> re.Pattern:
    """How an amount is spelled with these marks, each digit a 9."""
    grouped = f"|9{{1,3}}(?:{re.escape(thousands)}999)+" if thousands else ""
    return re.compile(rf"[+-]?(?:9+{grouped})(?:{re.escape(decimal)}9+)?")


# (decimal mark, mark between thousands), in the order of preference.
AMOUNT_STYLES = ((".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (".", " "), (".", "'"))
_STYLES = {style: _style(*style) for style in AMOUNT_STYLES}
CURRENCIES = ("¥", "￥", "$", "€", "£", "CNY", "RMB", "USD", "EUR", "HKD", "元")
UNITS = {"万": 10_000, "亿": 100_000_000}

_LONGEST = 60  # characters of anything but a text
_FIRST_YEAR, _LAST_YEAR = 1880, 2120
_DIGITS = str.maketrans("0123456789", "9999999999")
_SEX = frozenset({"男", "女", "男性", "女性", "先生", "女士", "m", "f", "male", "female"})
_EMAIL = re.compile(r"[^@\s]{1,40}@[^@\s.]{1,40}(?:\.[^@\s.]{1,40}){1,4}")
_PHONE = re.compile(
    r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|\(?0\d{2,3}\)?[- ]?\d{7,8}|\+\d[\d -]{6,18}\d",
    re.ASCII,
)
_IDENTITY = re.compile(r"[1-9]\d{5}(?:(?:18|19|20)\d{9}[\dXx]|\d{9})", re.ASCII)
_IDENTITY_SHAPES = frozenset({"9" * 18, "9" * 17 + "X", "9" * 15})
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_AMOUNT = re.compile(r"[+-]?\d[\d., '\xa0\u202f]*", re.ASCII)
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d{1,3}", re.ASCII | re.IGNORECASE)
_MONTH_NAME = re.compile(r"\d{1,2}[- ][A-Za-z]{3}[- ](?:\d{4}|\d{2})", re.ASCII)
_SIGNS = re.compile("|".join(map(re.escape, CURRENCIES)))


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """What a cell fits; there is one of each, so that they are counted quickly.

    `days` has the formats of dates, those together that read the same day. `marks` has the
    currency, the unit, or the brackets of an amount. `odd` says that a number has a wrong check
    digit or was shortened by a spreadsheet.
    """

    kinds: frozenset[str]
    days: tuple[tuple[str, ...], ...] = ()
    styles: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()
    odd: str = ""
    length: int = 0

    @property
    def formats(self) -> Iterator[str]:
        """The formats of dates that it fits."""
        return (form for group in self.days for form in group)

    def doubtful(self, one: str, other: str) -> bool:
        """Whether both formats fit, and read different days."""
        group = next((group for group in self.days if one in group), ())
        return bool(group) and other not in group and other in set(self.formats)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What texts have in common that differ in their digits alone, and what is to be asked of each.

    A file has few shapes and many texts, so this is asked once for thousands of cells.
    """

    look: Look
    formats: tuple[str, ...]
    phone: bool
    identity: bool

    @property
    def tells_all(self) -> bool:
        """Whether the digits make no difference."""
        return not (self.formats or self.phone or self.identity)


def look(cell: str) -> Look:
    """What this cell looks like."""
    text = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
    text = text.strip()
    shape = _shape(text.translate(_DIGITS) if len(text) <= _LONGEST else "")
    if shape.tells_all:
        return shape.look
    found, kinds, odd = shape.look, set(shape.look.kinds - {"text"}), shape.look.odd
    if shape.identity and _IDENTITY.fullmatch(text) and _born(text):
        kinds.add("identity")
        odd = "" if _checks(text) else "check_digit"
    if shape.phone and _PHONE.fullmatch(text):
        kinds.add("phone")
    days = _days(text, shape.formats) if shape.formats else ()
    if days:
        kinds.add("date")
    return _interned(
        frozenset(kinds or {"text"}), days, found.styles, found.marks, odd, found.length
    )


@lru_cache(maxsize=16384)
def _shape(shape: str) -> _Shape:
    kinds = set(_plain_kinds(shape))
    styles, marks = _amount(shape)
    if styles:
        kinds.add("amount")
    odd = "shortened" if _SHORTENED.fullmatch(shape) else ""
    length = len(shape) if shape.isdecimal() else 0
    return _Shape(
        look=_interned(frozenset(kinds or {"text"}), (), styles, marks, odd, length),
        formats=_MONTH_NAMES if _MONTH_NAME.fullmatch(shape) else tuple(_SHAPES.get(shape, ())),
        phone=shape.count("9") > 6 and not shape.strip("9+- ()"),
        identity=shape.upper() in _IDENTITY_SHAPES,
    )


def date_formats(cell: str) -> list[str]:
    """The formats of dates that a cell fits, the likeliest first."""
    return sorted(look(cell).formats, key=_RANK.__getitem__)


@lru_cache(maxsize=8192)
def _interned(*parts) -> Look:
    return Look(*parts)


def _plain_kinds(text: str) -> Iterator[str]:
    if _INTEGER.fullmatch(text):
        yield "integer"
    if text.lower() in _SEX:
        yield "sex"
    if "@" in text and _EMAIL.fullmatch(text):
        yield "email"


def _born(number: str) -> bool:
    """Whether the birth date in an identity number exists; those of 15 digits are of the 1900s."""
    digits = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    return bool(_read(digits, "YYYYMMDD"))


def _checks(number: str) -> bool:
    if len(number) == 15:
        return True
    try:
        return ric.calc_check_digit(number.upper()) == number[-1].upper()
    except InvalidComponent:
        return False


@lru_cache(maxsize=16384)
def _days(text: str, formats: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The formats that the text fits, grouped by the day that they read."""
    groups: dict = {}
    for form in formats:
        if day := _read(text, form):
            groups.setdefault(day, []).append(form)
    return tuple(tuple(group) for group in groups.values())


def _read(text: str, form: str):
    try:
        day = parse_date(text, form, century=20)
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _amount(text: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The styles of an amount, and what stands around its digits."""
    bare, marks = text, []
    if bare.startswith("(") and bare.endswith(")"):
        bare, marks = bare[1:-1], ["()"]
    if found := _SIGNS.search(bare):
        marks.append(found[0])
        bare = bare.replace(found[0], "", 1).strip()
    if bare[-1:] in UNITS:
        marks.append(bare[-1])
        bare = bare[:-1]
    if not _AMOUNT.fullmatch(bare):
        return (), ()
    return _styles(bare), tuple(marks)


def _styles(shape: str) -> tuple[tuple[str, str], ...]:
    shape = shape.replace("\xa0", " ").replace("\u202f", " ")
    return tuple(style for style, pattern in _STYLES.items() if pattern.fullmatch(shape))


def _shapes() -> dict[str, list[str]]:
    """The formats by what their days look like, each digit a 9."""
    found: dict[str, list[str]] = {}
    for day, time in product(_DAYS, _TIMES):
        for shape in _spelled(day):
            for clock in {time.translate(_CLOCK).replace("H", hours) for hours in ("9", "99")}:
                found.setdefault(f"{shape}{clock}", []).append(f"{day}{time}")
    return {shape: sorted(set(formats), key=_RANK.__getitem__) for shape, formats in found.items()}


_CLOCK = str.maketrans("MS", "99")


def _spelled(day: str) -> set[str]:
    for piece, shape in (("YYYY", "9999"), ("YY", "99"), ("MM", "99"), ("DD", "99")):
        day = day.replace(piece, shape)
    return {
        day.replace("M", month).replace("D", number)
        for month, number in product(("9", "99"), repeat=2)
    }


_SHAPES = _shapes()
