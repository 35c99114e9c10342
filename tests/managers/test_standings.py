"""The standings: places and ties out of the points ledger."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from managers.competition import queries
from managers.competition.actions import credit
from managers.competition.actions import reverse as take_back
from managers.competition.periods import Kind, Period
from tests.factories import PostingFactory, StaffFactory
from tests.managers.points import Q4, TODAY, give


def places(table):
    return [(row.place, row.staff.name, row.points) for row in table.rows]


# --- Periods


@pytest.mark.parametrize(
    ("code", "kind", "first", "last"),
    [
        ("2026-11", Kind.MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        ("2024-02", Kind.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q4", Kind.QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", Kind.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_read_and_written(code, kind, first, last):
    period = Period.parse(code)

    assert (period.kind, period.first, period.last, period.code) == (kind, first, last, code)


@pytest.mark.parametrize("code", ["", "2026-13", "2026-00", "2026-Q5", "26", "1999", "2026-1", "x"])
def test_nonsense_is_no_period(code):
    with pytest.raises(ValueError, match=r"no period|month must be"):
        Period.parse(code)


@given(st.sampled_from(Kind), st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_every_day_lies_in_one_period_of_each_kind(kind, day):
    period = Period.around(kind, day)

    assert period.first <= day <= period.last
    assert Period.parse(period.code) == period
    assert period.next.previous == period
    assert period.next.first == period.last + timedelta(days=1)


def test_a_period_is_called_by_its_name():
    assert [str(Period.parse(code)) for code in ("2026-11", "2026-Q4", "2026")] == [
        "November 2026",
        "Q4 2026",
        "Year 2026",
    ]


def test_days_left_count_today_and_the_last_day():
    assert Q4.days_left(TODAY) == 39
    assert Q4.days_left(date(2026, 12, 31)) == 1
    assert Q4.days_left(date(2027, 1, 1)) == 0


# --- Ranks


@given(st.lists(st.decimals(-500, 500, places=2), max_size=40))
def test_ranks_are_a_competition_ranking_for_any_ledger(scores):
    points = dict(enumerate(scores))

    found = queries.ranks(points)

    for person, place in found.items():
        better = [other for other in scores if other > points[person]]
        assert place == 1 + len(better)


@pytest.mark.django_db
def test_equal_points_share_a_place_and_the_next_one_is_left_out(rm, peer, stranger, outlet):
    last = PostingFactory(unit=outlet, staff__employee_no="999999").staff
    for person, points in ((rm, "5"), (peer, "9.50"), (stranger, "5"), (last, "1")):
        give(person, points)

    table = queries.standings(Q4, today=TODAY)

    assert places(table) == [
        (1, "许可", Decimal("9.50")),
        (2, "林悦", Decimal("5.00")),
        (2, "陶然", Decimal("5.00")),
        (4, last.name, Decimal("1.00")),
    ]
    assert [row.to_next for row in table.rows] == [
        None,
        Decimal("4.50"),
        Decimal("4.50"),
        Decimal("4.00"),
    ]
    assert [row.ahead for row in table.rows] == [
        Decimal("4.50"),
        Decimal("4.00"),
        Decimal("4.00"),
        None,
    ]


@pytest.mark.django_db
def test_whoever_has_no_entry_stands_there_with_nothing(rm, peer):
    give(rm, "2.00")

    assert places(queries.standings(Q4, today=TODAY)) == [
        (1, "林悦", Decimal("2.00")),
        (2, "许可", Decimal("0.00")),
    ]


@pytest.mark.django_db
def test_tellers_and_heads_earn_points_but_take_no_place(rm, teller, head):
    give(teller, "9.00", post="teller_cash")
    give(head, "9.00", post="branch_head")

    assert places(queries.standings(Q4, today=TODAY)) == [(1, "林悦", Decimal("0.00"))]


@pytest.mark.django_db
def test_points_taken_back_count_no_more(rm, peer, now):
    credit(rm, Decimal("2.00"), metric="referral", source="referral:1", day=TODAY, at=now)
    credit(peer, Decimal("0.50"), metric="contact", source="contact:1", day=TODAY, at=now)
    take_back("referral:1", at=now)

    assert places(queries.standings(Q4, today=TODAY)) == [
        (1, "许可", Decimal("0.50")),
        (2, "林悦", Decimal("0.00")),
    ]


@pytest.mark.django_db
def test_a_period_counts_its_own_days_only(rm):
    for day, points in (
        (date(2026, 9, 30), "1"),
        (date(2026, 10, 1), "10"),
        (date(2026, 12, 31), "100"),
        (date(2027, 1, 1), "1000"),
    ):
        give(rm, points, day=day)

    def total(code):
        return queries.standings(Period.parse(code), today=TODAY).rows[0].points

    assert (total("2026-Q4"), total("2026"), total("2026-10")) == (110, 111, 10)


@pytest.mark.django_db
def test_a_division_is_the_post_of_the_first_day_in_the_period(outlet, other_outlet):
    person = StaffFactory()
    PostingFactory(staff=person, unit=outlet, post="marketing_rm", until=date(2026, 11, 1))
    PostingFactory(staff=person, unit=other_outlet, since=date(2026, 11, 1))
    give(person, "3.00", post="marketing_rm", day=date(2026, 10, 5))
    give(person, "4.00", post="wealth_rm")

    marketing = queries.standings(Q4, today=TODAY, post="marketing_rm")
    wealth = queries.standings(Q4, today=TODAY, post="wealth_rm")

    assert [(row.points, row.unit) for row in marketing.rows] == [(Decimal("7.00"), other_outlet)]
    assert wealth.rows == []


@pytest.mark.django_db
def test_whoever_left_before_the_period_takes_no_place(rm):
    PostingFactory(until=date(2026, 10, 1))
    gone_later = PostingFactory(until=date(2026, 10, 2)).staff

    assert [row.staff for row in queries.standings(Q4, today=TODAY).rows] == [rm, gone_later]


@pytest.mark.django_db
def test_moves_are_counted_since_the_last_working_day(rm, peer):
    give(rm, "1.00", day=date(2026, 11, 20))
    give(peer, "3.00", day=date(2026, 11, 21))

    table = queries.standings(Q4, today=TODAY)

    assert table.since == date(2026, 11, 20)
    assert [(row.staff, row.move) for row in table.rows] == [(peer, 1), (rm, -1)]


@pytest.mark.django_db
def test_on_the_first_day_of_a_period_nobody_has_moved(rm):
    month = Period.parse("2026-12")

    table = queries.standings(month, today=date(2026, 12, 1))

    assert [row.move for row in table.rows] == [None]


@pytest.mark.django_db
@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.decimals(-9, 99, places=2), st.dates(date(2026, 9, 1), date(2026, 12, 31))
            ),
            max_size=4,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_the_table_agrees_with_sums_made_by_hand(ledgers):
    with transaction.atomic():
        people = [PostingFactory().staff for _ledger in ledgers]
        for person, ledger in zip(people, ledgers, strict=True):
            for points, day in ledger:
                give(person, points, day=day)

        table = queries.standings(Q4, today=TODAY)
        by_hand = cents_by_hand()
        transaction.set_rollback(True)

    found = {row.staff.pk: int(row.points * 100) for row in table.rows}
    assert found == {person.pk: by_hand.get(person.pk, 0) for person in people}
    for row in table.rows:
        better = [cents for cents in found.values() if cents > found[row.staff.pk]]
        assert row.place == 1 + len(better)


def cents_by_hand():
    """Hundredths of points of each person in the last quarter of 2026, by SQL alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT staff_id, SUM(points) FROM managers_pointentry"
            " WHERE day BETWEEN '2026-10-01' AND '2026-12-31' GROUP BY staff_id"
        )
        return dict(cursor.fetchall())
