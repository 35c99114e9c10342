"""How a cell, or several, become a value: declared in the mapping, compiled once, run per row."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from crm.lib.mapping.reading import Amounts, Days, narrow
from crm.lib.mapping.section import MappingError, Section
from crm.lib.mapping.streams import ROW
from crm.lib.values import parse_birth_number

Cells = Mapping[str, str | None]

_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_SHORTENED = re.compile(r"\d(?:[.,]\d{1,20})?E\+\d{1,3}", re.ASCII | re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


class Value:
    """One value of a row, as the mapping declares it.

    A text names a column. A table has `column`, `value` (the same for each row), `template`
    ("{type} card") or `row` (true: the row's number in its file), and may have `map` (a
    dictionary) with `otherwise`, `as` (one of `KINDS`) and `default`. A missing cell gives the
    default, else None.
    """

    def __init__(self, declared: Any, place: str, kinds: Sequence[str] = ("text",)):
        if isinstance(declared, str):
            declared = {"column": declared}
        if not isinstance(declared, dict):
            raise MappingError(f"{place} must name a column or be a table: {declared!r}.")
        section = Section(declared, place)
        self.place = place
        self._cell, self.columns = _source(section)
        self._words = section.pairs("map")
        self._otherwise = section.any("otherwise")
        self._convert = _converter(section, kinds)
        self._default = self._read(section.any("default"))
        section.done()

    @classmethod
    def at(cls, section: Section, key: str, *kinds: str) -> "Value":
        """The value under a key, read as the first of these kinds unless it says another of them.

        Without kinds it is read as text unless it says anything else. Raises MappingError when
        there is none.
        """
        if key not in section:
            raise MappingError(f"The mapping lacks {section.at(key)}.")
        return cls(section.any(key), section.at(key), kinds or ("text", *KINDS))

    def of(self, cells: Cells) -> Any:
        """The value in this row. Raises ValueError with a sentence that names the column."""
        text = self._cell(cells)
        if text is None:
            return self._default
        try:
            return self._convert(self._translated(text))
        except ValueError as wrong:
            raise ValueError(f"{' + '.join(self.columns) or self.place}: {wrong}") from wrong

    @property
    def days(self) -> tuple[str, Days] | None:
        """The column whose days may be written in two ways, and their reader; None for others."""
        if isinstance(self._convert, Days) and self._convert.twin and len(self.columns) == 1:
            return self.columns[0], self._convert
        return None

    def _read(self, default: Any) -> Any:
        try:
            return None if default is None else self._convert(str(default))
        except (TypeError, ValueError) as wrong:
            raise MappingError(f"{self.place}.default: {wrong}") from wrong

    def _translated(self, text: str) -> str:
        if not self._words:
            return text
        word = self._words.get(text, self._otherwise)
        if word is None:
            raise ValueError(_("This word is not in the dictionary of the mapping."))
        return str(word)


def _source(section: Section) -> tuple[Callable[[Cells], str | None], list[str]]:
    given = [key for key in ("column", "value", "template", "row") if key in section]
    if len(given) != 1 or (given == ["row"] and not section.flag("row")):
        raise MappingError(f"{section.place} needs one of column, value, template and row = true.")
    if given in (["column"], ["row"]):
        column = section.text("column", ROW)
        return lambda cells: cells[column], [column]
    if given == ["value"]:
        constant = str(section.any("value"))
        return lambda cells: constant, []
    return _template(section.text("template"))


def _template(pattern: str) -> tuple[Callable[[Cells], str | None], list[str]]:
    """Fill placeholders with cells; missing as soon as one of the cells is."""
    columns = _PLACEHOLDER.findall(pattern)

    def filled(cells: Cells) -> str | None:
        if any(cells[column] is None for column in columns):
            return None
        return _PLACEHOLDER.sub(lambda found: cells[found[1]] or "", pattern)

    return filled, columns


def _converter(section: Section, kinds: Sequence[str]) -> Callable[[str], Any]:
    kind = section.text("as", kinds[0])
    if kind not in kinds:
        raise MappingError(f"{section.at('as')} must be {' or '.join(kinds)}, not {kind}.")
    return KINDS[kind](section)


def _text(section: Section) -> Callable[[str], str]:
    def read(text: str) -> str:
        if _SHORTENED.fullmatch(text):
            raise ValueError(
                _("A spreadsheet has shortened this number: export the column as text.")
            )
        return text.strip()

    return read


def _integer(section: Section) -> Callable[[str], int]:
    def read(text: str) -> int:
        text = narrow(text)
        if not _WHOLE.fullmatch(text):
            raise ValueError(_("This is not a whole number."))
        return int(text)

    return read


def _flag(section: Section) -> Callable[[str], bool]:
    def read(text: str) -> bool:
        if text not in ("yes", "no"):
            raise ValueError(_("This is neither yes nor no."))
        return text == "yes"

    return read


def _date_in_birth_number(section: Section):
    """Of Czech and Slovak birth numbers: YYMMDD, women with 50 added to the month."""
    century = section.number("century", 19)
    return lambda text: parse_birth_number(text, century=century)[0]


def _sex_in_birth_number(section: Section):
    return lambda text: parse_birth_number(text)[1]


def _latin(section: Section):
    """Chinese words as one Latin word with a capital: 外滩 outlet becomes Waitan outlet."""

    def spelled(text: str) -> str:
        latin = "".join(lazy_pinyin(text))
        return latin[:1].upper() + latin[1:]

    return spelled


KINDS = {
    "text": _text,
    "integer": _integer,
    "flag": _flag,
    "date": Days,
    "amount": Amounts,
    "date_in_birth_number": _date_in_birth_number,
    "sex_in_birth_number": _sex_in_birth_number,
    "latin": _latin,
}
