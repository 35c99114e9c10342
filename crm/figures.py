"""Geometry of the small figures on pages: percent and points, no markup.

The Content-Security-Policy forbids inline styles, so bars and lines are SVG with attributes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_EDGE = 4  # px that the line keeps from the border, so that its end point is whole


def percent(value, whole) -> str:
    """The share of a whole as an SVG length, held between 0% and 100%."""
    share = 100 * float(value) / float(whole) if whole else 0.0
    return f"{min(max(share, 0.0), 100.0):.1f}%"


@dataclass(frozen=True)
class Spark:
    """A line through values, oldest first, in a box of `width` x `height` px."""

    path: str
    end: tuple[float, float]
    mark: float | None
    label_y: float | None


def spark(values: Sequence, width: int, height: int, mark=None) -> Spark | None:
    """The line through the values and the height of a mark; None where there are no values."""
    numbers = [float(value) for value in values]
    if not numbers:
        return None
    level = None if mark is None else float(mark)
    known = numbers if level is None else [*numbers, level]
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = (width - 2 * _EDGE) / max(len(numbers) - 1, 1)

    def y(number: float) -> float:
        return round(height - _EDGE - (number - low) / span * (height - 2 * _EDGE), 1)

    points = [(round(_EDGE + place * step, 1), y(number)) for place, number in enumerate(numbers)]
    path = "M" + " L".join(f"{x} {height_at}" for x, height_at in points)
    if level is None:
        return Spark(path, points[-1], None, None)
    line = y(level)
    # The words stand on the side that the values do not begin on, unless that is outside the box.
    above = line > 16 and (points[0][1] >= line or line + 14 > height)
    return Spark(path, points[-1], line, line - 5 if above else line + 12)


@dataclass(frozen=True)
class Column:
    """One bar of a column chart in px: its left edge and middle, its top and height."""

    left: float
    middle: float
    top: float
    height: float


def columns(percents: Sequence[int], width: int, height: int) -> list[Column]:
    """Bars of whole percent beside each other, all on the scale of 0 to 100."""
    step = width / max(len(percents), 1)
    return [
        Column(
            round(place * step + step * 0.2, 1),
            round((place + 0.5) * step, 1),
            round(height - height * value / 100, 1),
            round(height * value / 100, 1),
        )
        for place, value in enumerate(percents)
    ]
