"""What the XML of a sheet says and its values do not: formulas without results, merged cells."""

import re
from collections.abc import Iterator
from typing import BinaryIO

_BLOCK = 1024 * 1024
_LONGEST_CELL = 64 * 1024
_LAST_ROW = 2**20  # of any XLSX sheet
_FORMULA = re.compile(
    rb'<(?:\w{1,9}:)?c r="[A-Z]{1,3}(\d{1,7})"[^<>]{0,99}>'
    rb"<(?:\w{1,9}:)?f(?:/>|[^<>]{0,99}/>|[^<>]{0,99}>[^<]*</(?:\w{1,9}:)?f>)"
    rb"(?:<(?:\w{1,9}:)?v ?/>|<(?:\w{1,9}:)?v></(?:\w{1,9}:)?v>)?</(?:\w{1,9}:)?c>"
)
_MERGED = re.compile(rb'mergeCell ref="[A-Z]{1,3}(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')


def unreliable_rows(part: BinaryIO, *, below: int) -> tuple[set[int], set[int]]:
    """Rows with a formula that was never computed, and rows with a cell merged into one above.

    Only merges that begin `below` this row are meant: those of a title or header hide no data.
    """
    formulas: set[int] = set()
    merges: list[tuple[int, int]] = []
    for block in _overlapping(part):
        if b"f" in block:
            formulas.update(int(row) for row in _FORMULA.findall(block))
        merges += [(int(first), int(last)) for first, last in _MERGED.findall(block)]
    return formulas, _covered(merges, below)


def _overlapping(part: BinaryIO) -> Iterator[bytes]:
    """The XML in blocks, each with the end of the one before, so that no cell falls between."""
    tail = b""
    while block := part.read(_BLOCK):
        yield tail + block
        tail = block[-_LONGEST_CELL:]


def _covered(merges: list[tuple[int, int]], below: int) -> set[int]:
    """The rows of all merges but the first of each; overlapping ones are walked through once."""
    rows: set[int] = set()
    reached = 0
    for first, last in sorted(merges):
        if first > below:
            begin, end = max(first + 1, reached + 1), min(last, _LAST_ROW)
            rows.update(range(begin, end + 1))
            reached = max(reached, end)
    return rows
