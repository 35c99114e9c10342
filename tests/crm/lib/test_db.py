from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from crm.lib.db import lock, lock_many, on_postgresql
from crm.models import CalendarDay

pytestmark = pytest.mark.django_db


def a_day(day, name=""):
    return CalendarDay.objects.create(date=date(2026, 10, day), is_workday=False, name=name)


def test_a_locked_row_is_read_afresh():
    row = a_day(1)
    CalendarDay.objects.update(name="国庆节")

    with transaction.atomic():
        assert lock(row).name == "国庆节"

    assert row.name == ""


def test_a_row_that_is_gone_cannot_be_locked():
    row = a_day(1)
    CalendarDay.objects.all().delete()

    with pytest.raises(CalendarDay.DoesNotExist):
        lock(row)


def test_many_rows_are_locked_in_the_order_of_their_keys():
    third, first, second = sorted([a_day(1), a_day(2), a_day(3)], key=lambda row: row.date.day % 3)

    with transaction.atomic():
        locked = lock_many(CalendarDay, [third.pk, second.pk, first.pk, 0])

    assert locked == sorted([first, second, third], key=lambda row: row.pk)


def test_a_queryset_says_which_of_the_rows_may_be_locked():
    kept, left_out = a_day(1, name="国庆节"), a_day(2)

    with transaction.atomic():
        locked = lock_many(CalendarDay.objects.filter(name="国庆节"), [left_out.pk, kept.pk])

    assert locked == [kept]


def test_locks_leave_the_key_free_for_others_to_point_at():
    if not on_postgresql(connection):
        pytest.skip("SQLite ignores row locks.")
    row = a_day(1)

    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        lock(row)
        lock_many(CalendarDay, [row.pk])

    assert [query["sql"].count("FOR NO KEY UPDATE OF") for query in queries] == [1, 1]
