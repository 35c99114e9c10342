"""Where the table begins: the row of the header, below whatever somebody wrote above it."""

from collections import Counter
from collections.abc import Sequence

from crm.lib.tabular.looks import look
from crm.lib.tabular.shape import Record

_MOST = 0.6  # share of its columns that a header names
_NEAR = 2  # columns that a header may have more or fewer than its rows
_SEVERAL = 3  # cells that no title or date above a table has
_NAMES = frozenset({"text", "integer"})  # a name may be a year


def header_among(records: Sequence[Record]) -> Record | None:
    """The header among the first records; None when all of them are empty."""
    filled = [record for record in records if _filled(record)]
    if not filled:
        return None
    width = _width(filled)
    wide = [record for record in filled if len(record.cells) == width]
    first = next((record for record in wide if _filled(record) >= _MOST * width), wide[0])
    whole = next((record for record in wide[:4] if names(record)), None)
    if whole and _filled(first) < width and not names(first):
        first = whole
    return _narrower(filled, first) or first


def names(record: Record) -> bool:
    """Whether these may be the names of columns: all there, all different, no data."""
    cells = [(cell or "").strip() for cell in record.cells]
    return all(cells) and len(set(cells)) == len(cells) and not any(map(_is_data, cells))


def _is_data(cell: str) -> bool:
    return not look(cell).kinds & _NAMES or "date" in look(cell).kinds


def _width(records: Sequence[Record]) -> int:
    widths = Counter(len(record.cells) for record in records)
    return max(widths, key=lambda width: (widths[width], width))


def _narrower(records: Sequence[Record], first: Record) -> Record | None:
    """The row above, when it has the names and the first wide row has data: a header not theirs."""
    above = [record for record in records if record.number < first.number]
    if not above or names(first):
        return None
    last = len(above[-1].cells)
    near = abs(last - len(first.cells)) <= _NEAR and last > 1
    return above[-1] if (near or last >= _SEVERAL) and names(above[-1]) else None


def _filled(record: Record) -> int:
    return sum(bool(cell and cell.strip()) for cell in record.cells)
