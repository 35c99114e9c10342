"""Which separator and which quote a text is written with, told from its first rows."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from crm.lib.tabular.delimited import delimited_records
from crm.lib.tabular.shape import BadRow, Dialect, Record

SEPARATORS = (",", ";", "\t", "|")
SAMPLE_ROWS = 200

_SAMPLE_BYTES = 128 * 1024
_SINGLE = re.compile(r"'[^']*(?:''[^']*)*'", re.DOTALL)
_DOUBLE = re.compile(r'"[^"]*(?:""[^"]*)*"', re.DOTALL)


@dataclass(frozen=True)
class _Try:
    """The first rows, as they would be with one separator and quote."""

    dialect: Dialect
    records: list[Record | BadRow]

    @property
    def width(self) -> int:
        """How many cells most rows have."""
        widths = Counter(len(record.cells) for record in self.good if len(record.cells) > 1)
        return max(widths, key=lambda width: (widths[width], width), default=1)

    @property
    def good(self) -> list[Record]:
        return [record for record in self.records if isinstance(record, Record)]

    @property
    def fit(self) -> float:
        """The share of rows that have so many."""
        fitting = sum(len(record.cells) == self.width for record in self.good)
        return fitting / len(self.records) if self.records else 0.0

    def quoted(self, pattern: re.Pattern) -> int:
        """How many cells are wholly in these quotes."""
        return sum(
            bool(cell and pattern.fullmatch(cell)) for record in self.good for cell in record.cells
        )


def written(file: BinaryIO, encoding: str) -> Dialect:
    """The separator and the quote with which most rows have the same number of cells."""
    sample = file.read(_SAMPLE_BYTES)
    whole = len(sample) < _SAMPLE_BYTES
    tries = [_tried(sample, Dialect(encoding, mark), whole=whole) for mark in SEPARATORS]
    wide = [found for found in tries if found.width > 1]
    best = max(wide, key=lambda found: (found.fit, found.width), default=tries[0])
    return _with_quote(best, sample, whole=whole).dialect


def _with_quote(best: _Try, sample: bytes, *, whole: bool) -> _Try:
    """The same with single quotes, or with none, where only that makes the rows whole."""
    encoding, separator = best.dialect.encoding, best.dialect.separator
    if best.quoted(_SINGLE) > max(1, len(best.good) // 2):
        single = _tried(sample, Dialect(encoding, separator, "'"), whole=whole)
        if single.fit >= best.fit:
            return single
    broken = len(best.records) - len(best.good)
    if broken > 1:
        plain = _tried(sample, Dialect(encoding, separator, ""), whole=whole)
        if plain.fit > best.fit and not plain.quoted(_DOUBLE):
            return plain
    return best


def _tried(sample: bytes, dialect: Dialect, *, whole: bool) -> _Try:
    records = [*islice(delimited_records(io.BytesIO(sample), dialect), SAMPLE_ROWS)]
    if not whole and 1 < len(records) < SAMPLE_ROWS:
        records.pop()  # the sample ends within it
    return _Try(dialect, [row for row in records if isinstance(row, BadRow) or row.cells])


def mixed(record_cells: tuple[str | None, ...], width: int, separator: str) -> bool:
    """Whether a row of another width would fit if another separator cut it."""
    text = separator.join(cell or "" for cell in record_cells)
    return any(text.count(other) == width - 1 for other in _others(separator))


def _others(separator: str) -> Iterator[str]:
    return (other for other in SEPARATORS if other != separator)
