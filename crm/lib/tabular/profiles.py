"""What each column holds, counted cell by cell in memory that does not grow with the file."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from crm.lib.tabular.looks import AMOUNT_STYLES, DATE_FORMATS, KINDS, UNITS, Look, look

MARKS = frozenset(
    [
        *("None", "none", "NONE", "NULL", "Null", "null", "N/A", "n/a", "#N/A", "NA", "NaN"),
        *("nan", "nil", "unknown", "Unknown", "UNKNOWN", "无", "未知", "不详", "暂无"),
        *("?", "？", "-", "--", "—", "——", "/", "\\N", "."),
    ]
)

_SAMPLES = 5  # different cells that are shown of a column
_ROWS_KEPT = 5  # row numbers kept of each look
_MOST = 0.8  # share of filled cells that decides for a kind
_NEARLY_ALL = 0.98  # and for dates of digits alone, which other numbers may be
_ENOUGH = 8  # as many cells as YYMMDD needs when the name says nothing of a date
_DAY_NAME = re.compile(r"date|day|born|birth|time|since|opened|issued|日|时间", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file as far as it was read.

    `kind` is one of `looks.KINDS`, `fits` the number of filled cells that are of it. `formats` says
    of dates how many cells fit each format that is needed to explain them, the likeliest first;
    those that read the same cells as other days are among them. `reading` is what a mapping may
    say to read it: {"as": "date", "format": "YYYY-MM-DD"}. `marks` counts what stands for
    missing cells, such as None or a single space.
    """

    name: str
    position: int
    samples: tuple[str, ...]
    filled: int
    empty: int
    marks: dict[str, int]
    kind: str
    fits: int
    formats: dict[str, int] = field(default_factory=dict)
    reading: dict = field(default_factory=dict)

    @property
    def undecided(self) -> bool:
        """Whether each date fits both of two formats, so that a person has to say which it is."""
        return len(self.formats) > 1 and len(set(self.formats.values())) == 1 == len(
            {self.fits, *self.formats.values()}
        )


@dataclass(slots=True)
class Counted:
    """A column while its cells are counted."""

    name: str
    samples: list[str] = field(default_factory=list)
    filled: int = 0
    empty: int = 0
    marks: Counter = field(default_factory=Counter)
    looks: Counter[Look] = field(default_factory=Counter)
    rows: dict[Look, list[int]] = field(default_factory=dict)
    last: int = 0
    falls: int = 0  # how often a number is smaller than the one before

    def see(self, row: int, cell: str | None) -> Look | None:
        """Count a cell; None when it is missing."""
        if cell is None:
            self.empty += 1
            return None
        if cell in MARKS or not cell.strip():
            self.marks[cell] += 1
            return None
        found = look(cell)
        self.filled += 1
        self.looks[found] += 1
        rows = self.rows.get(found)
        if rows is None:
            self.rows[found] = [row]
        elif len(rows) < _ROWS_KEPT:
            rows.append(row)
        if len(self.samples) < _SAMPLES and cell not in self.samples:
            self.samples.append(cell)
        if found.length:
            number = int(cell)
            self.falls += number < self.last
            self.last = number
        return found

    def count(self, kind: str) -> int:
        """How many cells are of a kind."""
        return sum(count for found, count in self.looks.items() if kind in found.kinds)

    def kind(self, share: float = _MOST) -> str:
        """The first kind that this share of the filled cells is of."""
        for kind in KINDS:
            if self.filled and self.count(kind) >= share * self.filled and self._believed(kind):
                return kind
        return "text"

    def _believed(self, kind: str) -> bool:
        if kind != "date":
            return True
        digits = self.count("integer")
        if digits < _MOST * self.filled:
            return True
        if self.count("date") < _NEARLY_ALL * self.filled:
            return False
        short = any("YYMMDD" in set(found.formats) for found in self.looks)
        return not short or bool(_DAY_NAME.search(self.name)) or self.filled >= _ENOUGH

    def formats(self) -> dict[str, int]:
        """The fewest formats of dates that explain the cells, then those that compete with them."""
        counts: Counter[str] = Counter()
        for found, count in self.looks.items():
            counts.update(dict.fromkeys(found.formats, count))
        left, chosen = {found: n for found, n in self.looks.items() if found.days}, []
        while left and len(chosen) < len(DATE_FORMATS):
            explained = {
                form: sum(n for found, n in left.items() if form in set(found.formats))
                for form in DATE_FORMATS
                if form in counts
            }
            best = max(explained, key=explained.__getitem__)  # the first of the best
            chosen.append(best)
            left = {found: n for found, n in left.items() if best not in set(found.formats)}
        chosen += self._competing(chosen, counts)
        return {form: counts[form] for form in chosen}

    def _competing(self, chosen: list[str], counts: Counter[str]) -> list[str]:
        """A format that fits as many cells as the only one, but reads other days."""
        if len(chosen) != 1:
            return []
        same = (form for form in DATE_FORMATS if counts[form] == counts[chosen[0]])
        return [
            form for form in same if any(found.doubtful(chosen[0], form) for found in self.looks)
        ][:1]

    def doubtful(self, formats: Iterable[str]) -> tuple[int, list[int]]:
        """How many cells two of the formats read as different days, and the first of their rows."""
        count, rows = 0, []
        formats = list(formats)
        for found, n in self.looks.items():
            if any(found.doubtful(*pair) for pair in pairwise(formats)):
                count += n
                rows += self.rows[found]
        return count, sorted(rows)[:_ROWS_KEPT]

    def column(self, position: int) -> Column:
        """What was counted."""
        kind = self.kind()
        formats = self.formats() if kind == "date" else {}
        return Column(
            name=self.name,
            position=position,
            samples=tuple(self.samples),
            filled=self.filled,
            empty=self.empty,
            marks=dict(self.marks),
            kind=kind,
            fits=self.filled if kind == "text" else self.count(kind),
            formats=formats,
            reading=self._reading(kind, formats),
        )

    def _reading(self, kind: str, formats: dict[str, int]) -> dict:
        if kind == "date":
            return {"as": "date", "format": next(iter(formats))}
        if kind == "amount":
            return {"as": "amount"} | self._amount_marks()
        return {"as": "integer"} if kind == "integer" else {}

    def _amount_marks(self) -> dict:
        styles: Counter = Counter()
        around: set[str] = set()
        for found, count in self.looks.items():
            styles.update(dict.fromkeys(found.styles, count))
            around.update(found.marks)
        decimal, thousands = max(AMOUNT_STYLES, key=lambda style: styles[style])
        found = {"decimal": decimal} if decimal != "." else {}
        if thousands:
            found["thousands"] = thousands
        if currencies := sorted(around - {"()", *UNITS}):
            found["currency"] = currencies
        if "()" in around:
            found["brackets"] = True
        if units := {unit: UNITS[unit] for unit in UNITS if unit in around}:
            found["units"] = units
        return found
