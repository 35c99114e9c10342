"""The one way in which the cases take time and memory."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_WARM, _RUNS = 3, 25
_SELF = Path("/proc/self")  # of Linux
Found = TypeVar("Found")


def seconds(work: Callable[[], Found]) -> tuple[float, Found]:
    """How long it takes, and what it gives."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def median_ms(work: Callable, *, runs: int = _RUNS) -> float:
    """Milliseconds of one in the middle, once everything is warm."""
    for _time in range(min(_WARM, runs)):
        work()
    return statistics.median(seconds(work)[0] * 1000 for _time in range(runs))


def more_mb(work: Callable[[], Found]) -> tuple[float, Found]:
    """By how much this process grew beyond what it held before, at its highest, and the result."""
    _forget_the_peak()
    before = _peak_mb()
    found = work()
    return _peak_mb() - before, found


def _forget_the_peak() -> None:
    (_SELF / "clear_refs").write_text("5")


def _peak_mb() -> float:
    [line] = [row for row in (_SELF / "status").read_text().splitlines() if "VmHWM" in row]
    return int(line.split()[1]) / 1024
