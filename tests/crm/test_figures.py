from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from crm import figures

AMOUNTS = st.decimals(-(10**9), 10**9, places=2)


def test_a_share_is_written_as_a_length():
    assert figures.percent(Decimal("57.1"), 100) == "57.1%"
    assert figures.percent(3, 0) == "0.0%"


@given(AMOUNTS, st.decimals(Decimal("0.01"), 10**9, places=2))
def test_a_bar_never_leaves_its_track(value, whole):
    assert 0 <= float(figures.percent(value, whole).rstrip("%")) <= 100


@given(st.lists(AMOUNTS, min_size=1, max_size=40), st.none() | AMOUNTS)
def test_a_line_stays_inside_its_box(values, mark):
    line = figures.spark(values, 148, 44, mark)
    points = [tuple(map(float, point.split())) for point in line.path.lstrip("M").split(" L")]
    assert len(points) == len(values)
    assert all(0 <= x <= 148 and 0 <= y <= 44 for x, y in points)
    assert points[-1] == line.end
    assert (line.mark is None) == (mark is None)
    assert line.label_y is None or 0 < line.label_y <= 44


def test_a_higher_value_stands_higher():
    line = figures.spark([1, 3, 2], 100, 40)
    assert line.path == "M4.0 36.0 L50.0 4.0 L96.0 20.0"


def test_the_words_of_a_mark_stand_clear_of_where_the_line_begins():
    rising, falling = figures.spark([1, 9], 148, 44, 5), figures.spark([9, 1], 148, 44, 5)
    assert rising.label_y < rising.mark
    assert falling.label_y > falling.mark


def test_no_values_make_no_line():
    assert figures.spark([], 148, 44) is None
