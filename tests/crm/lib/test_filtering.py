"""A span of days picks what happened on them, the last one included."""

import pytest

from clients.followups.filters import ContactFilter
from clients.models import Contact
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def talks(now):
    """One on the Sunday evening, one on the Monday, one on the Tuesday morning, Shanghai time."""
    evening = now.replace(day=22, hour=23, minute=59)
    morning = now.replace(day=24, hour=0, minute=0)
    return [ContactFactory(happened_at=at) for at in (evening, now, morning)]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ("2026-11-23,2026-11-23", [1]),
        ("2026-11-22,2026-11-23", [0, 1]),
        ("2026-11-23,2026-11-24", [1, 2]),
        ("2026-11-24,2026-11-22", []),
        ("2026-11-22T15:59:00Z,2026-11-23T01:10:00Z", [0, 1]),
        ("2026-11-23T09:10:01+08:00,2026-11-24", [2]),
    ],
)
def test_both_days_are_included(talks, days, found):
    chosen = ContactFilter({"happened_between": days}, Contact.objects.order_by("happened_at"))

    assert list(chosen.qs) == [talks[place] for place in found]


@pytest.mark.parametrize(
    "days", ["2026-11-23", "2026-11-23,", ",2026-11-23", "a,b", "1,2,3", "2026-1-5,2026-1-6"]
)
def test_anything_but_two_days_is_refused(days):
    chosen = ContactFilter({"happened_between": days}, Contact.objects.all())

    assert not chosen.is_valid()
