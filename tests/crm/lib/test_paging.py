from decimal import Decimal

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.lib.paging import keyset
from crm.lib.secrets import Sealed
from tests.crm.lib.models import Purse

ORDERS = [
    ("pk",),
    ("-pk",),
    ("-amount", "pk"),
    ("name", "-amount", "pk"),
    ("name", "amount", "-pk"),
]

# Few different values, so that ties are everywhere.
few_amounts = st.sampled_from(["-1.00", "0.00", "0.01", "50000.00"]).map(Decimal)
tied_rows = st.lists(st.tuples(few_amounts, st.sampled_from(["", "赵", "Ö'x"])), max_size=25)


def fill(purses, rows):
    purses.all().delete()
    purses.bulk_create(
        Purse(pk=pk, amount=amount, name=name) for pk, (amount, name) in enumerate(rows)
    )


def walk(queryset, order, size):
    """All pages from the first to the last, as a person turns them."""
    pages = [keyset(queryset, order=order, size=size)]
    while pages[-1].next_cursor:
        pages.append(keyset(queryset, order=order, after=pages[-1].next_cursor, size=size))
    return pages


def walk_back(queryset, order, size, last):
    pages = [last]
    while pages[0].previous_cursor:
        pages.insert(0, keyset(queryset, order=order, before=pages[0].previous_cursor, size=size))
    return pages


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(rows=tied_rows, order=st.sampled_from(ORDERS), size=st.integers(1, 6))
def test_the_pages_are_the_whole_list_cut_into_slices(purses, rows, order, size):
    fill(purses, rows)
    whole = [*purses.order_by(*order)]
    slices = [whole[start : start + size] for start in range(0, len(whole), size)] or [[]]

    pages = walk(purses.all(), order, size)

    assert [page.rows for page in pages] == slices
    assert pages[0].previous_cursor is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(rows=tied_rows, order=st.sampled_from(ORDERS), size=st.integers(1, 6))
def test_turning_back_shows_the_same_rows_in_the_same_order(purses, rows, order, size):
    fill(purses, rows)
    last = walk(purses.all(), order, size)[-1]

    back = walk_back(purses.all(), order, size, last)

    assert [row for page in back for row in page.rows] == [*purses.order_by(*order)]
    assert back[0].previous_cursor is None


def test_a_page_costs_one_query(purses, django_assert_num_queries):
    fill(purses, [(Decimal(pk), "") for pk in range(9)])
    first = keyset(purses.all(), order=("-amount", "pk"), size=3)

    with django_assert_num_queries(1):
        keyset(purses.all(), order=("-amount", "pk"), after=first.next_cursor, size=3)


def test_a_row_that_is_added_meanwhile_moves_no_other_row(purses):
    fill(purses, [(Decimal(pk), "") for pk in range(4)])
    first = keyset(purses.all(), order=("amount", "pk"), size=2)
    purses.create(pk=9, amount=0)

    second = keyset(purses.all(), order=("amount", "pk"), after=first.next_cursor, size=2)

    assert [row.pk for row in first.rows + second.rows] == [0, 1, 2, 3]


def test_a_page_whose_rows_went_away_leads_back(purses):
    fill(purses, [(Decimal(pk), "") for pk in range(4)])
    first = keyset(purses.all(), order=("pk",), size=2)
    purses.filter(pk__gte=2).delete()

    empty = keyset(purses.all(), order=("pk",), after=first.next_cursor, size=2)

    assert (empty.rows, empty.next_cursor) == ([], None)
    assert keyset(purses.all(), order=("pk",), before=empty.previous_cursor, size=2).rows


def test_a_list_can_be_ordered_by_what_the_database_computes(purses):
    fill(purses, [(Decimal(pk), "") for pk in range(5)])
    owed = purses.annotate(owed=F("amount") * -2)

    pages = walk(owed, ("owed", "pk"), 2)

    assert [row.pk for page in pages for row in page.rows] == [4, 3, 2, 1, 0]


def test_a_cursor_shows_nobody_the_row_it_points_at(purses):
    fill(purses, [(Decimal("123456.78"), "zhangwei")] * 2)

    cursor = keyset(purses.all(), order=("name", "amount", "pk"), size=1).next_cursor

    assert "zhangwei" not in cursor
    assert set(cursor) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=.")


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "v1.test.AAAA",
        lambda: Sealed.of("13812345678").token,
        lambda: Sealed.of('["-amount", "pk", "a lot", "1"]').token,
        lambda: Sealed.of('["-amount", "pk", "1.00"]').token,
        lambda: Sealed.of('["amount", "pk", "1.00", "1"]').token,
        lambda: Sealed.of("{}").token,
    ],
)
def test_a_foreign_cursor_is_refused(purses, cursor):
    text = cursor if isinstance(cursor, str) else cursor()

    for direction in ("after", "before"):
        with pytest.raises(ValueError, match="bad cursor"):
            keyset(purses.all(), order=("-amount", "pk"), size=2, **{direction: text})


def test_a_page_lies_either_after_or_before(purses):
    with pytest.raises(ValueError, match="bad cursor"):
        keyset(purses.all(), order=("pk",), after="x", before="y", size=2)


def test_an_order_that_could_lose_rows_is_a_mistake_of_ours(purses):
    purses.create(pk=1)
    with pytest.raises(TypeError, match="primary key"):
        keyset(purses.all(), order=("-amount",), size=2)
    purses.create(pk=2)
    with pytest.raises(TypeError, match="NULL"):
        keyset(purses.all(), order=("limit", "pk"), size=1)
