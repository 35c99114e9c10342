"""Days and amounts as a mapping declares them; full-width signs are read as their narrow ones."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from crm.lib.mapping.section import MappingError, Section
from crm.lib.tabular.looks import date_formats
from crm.lib.values import parse_amount, parse_date

_FIRST_DAY = (
    ("HH:MM:SS", "00:00:00"),
    ("HH:MM", "00:00"),
    ("H:MM:SS", "0:00:00"),
    ("H:MM", "0:00"),
    ("YYYY", "2000"),
    ("YY", "00"),
    ("MM", "01"),
    ("DD", "01"),
    ("M", "1"),
    ("D", "1"),
)
_DAY_OR_MONTH = re.compile(r"(?<![:MD])(?:MM?|DD?)|%[dm]")
_EXCHANGED = str.maketrans("DMdm", "MDmd")


class Days:
    """Reads the days of a column in its declared format.

    A format that begins with day or month has a `twin`, the same with the two exchanged. A cell
    that fits the twin alone shows that the column holds both: from then on whatever they read as
    different days is refused, unless the mapping says `two_formats = "declared"`.
    """

    def __init__(self, section: Section):
        self._format = section.text("format", "YYYY-MM-DD")
        self._century = section.number("century", None)
        wanted = section.text("two_formats", "reject")
        if wanted not in ("reject", "declared"):
            raise MappingError(f"{section.at('two_formats')} must be reject or declared.")
        self.twin = "" if wanted == "declared" else _twin(self._format)
        self._both = False
        try:
            self(_sample(self._format))
        except (TypeError, ValueError) as wrong:
            raise MappingError(f"{section.place}: {wrong}") from wrong

    def look(self, text: str) -> bool:
        """See a cell before any is read; true once the column is known to hold both formats."""
        self._both = self._both or (
            self._day(text, self._format) is None and self._day(text, self.twin) is not None
        )
        return self._both

    def __call__(self, text: str) -> date:
        text = narrow(text)
        try:
            day = parse_date(text, self._format, century=self._century)
        except ValueError as refused:
            raise ValueError(self._reason(text) or str(refused)) from refused
        if self._both and self._day(text, self.twin) not in (day, None):
            raise ValueError(
                _("The column holds days like %(format)s and like %(twin)s: this may be either.")
                % {"format": self._format, "twin": self.twin}
            )
        return day

    def _day(self, text: str, form: str) -> date | None:
        try:
            return parse_date(narrow(text), form, century=self._century)
        except ValueError:
            return None

    def _reason(self, text: str) -> str:
        """How else the day is written, if it is one."""
        words = {"format": self._format, "twin": self.twin}
        if self.twin and self._day(text, self.twin):
            if self._format.upper().lstrip("%").startswith("D"):
                return _("Written month first (%(twin)s); the mapping says %(format)s.") % words
            return _("Written day first (%(twin)s); the mapping says %(format)s.") % words
        for form in date_formats(text):
            if form != self._format:
                return _("Written like %(other)s; the mapping says %(format)s.") % (
                    words | {"other": form}
                )
        return ""


class Amounts:
    """Reads the amounts of a column: marks, and what may stand around the digits."""

    def __init__(self, section: Section):
        self._decimal = section.text("decimal", ".")
        self._thousands = narrow(section.text("thousands", ""), strip=False)
        self._currency = sorted(map(narrow, section.texts("currency")), key=len, reverse=True)
        self._brackets = section.flag("brackets")
        self._units = section.pairs("units")
        if not all(type(times) is int and times > 0 for times in self._units.values()):
            raise MappingError(f'{section.at("units")} must say how many each is: "万" = 10000.')
        try:
            self("1")
        except ValueError as wrong:
            raise MappingError(f"{section.place}: {wrong}") from wrong

    def __call__(self, text: str) -> Decimal:
        text, sign = narrow(text), 1
        if self._brackets and text.startswith("(") and text.endswith(")"):
            text, sign = text[1:-1].strip(), -1
        text = self._without_currency(text)
        unit = next((unit for unit in self._units if text.endswith(unit)), "")
        text = text.removesuffix(unit).rstrip()
        amount = parse_amount(text, decimal=self._decimal, thousands=self._thousands)
        if sign < 0 and amount < 0:
            raise ValueError(_("This amount is negative twice."))
        return sign * amount * self._units.get(unit, 1)

    def _without_currency(self, text: str) -> str:
        """The text without one of the declared signs, before or behind the digits or the minus."""
        minus = text[:1] if text[:1] in ("-", "\N{MINUS SIGN}") else ""
        bare = text.removeprefix(minus)
        for sign in self._currency:
            if bare.startswith(sign):
                return minus + bare.removeprefix(sign).lstrip()
            if bare.endswith(sign):
                return minus + bare.removesuffix(sign).rstrip()
        return text


def narrow(text: str, *, strip: bool = True) -> str:
    """Full-width digits and signs as their usual ones; spaces of any width as one."""
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return text.strip() if strip else text


def _twin(form: str) -> str:
    """The same format with day and month exchanged; empty where the year stands first."""
    if form.upper().lstrip("%").startswith("Y"):
        return ""
    twin = _DAY_OR_MONTH.sub(lambda found: found[0].translate(_EXCHANGED), form)
    return "" if twin == form else twin


def _sample(form: str) -> str:
    """The first day of 2000 in a format."""
    if "%" in form:
        return date(2000, 1, 1).strftime(form)
    for piece, text in _FIRST_DAY:
        form = form.replace(piece, text)
    return form
