"""Who identified one person in two files has one point (H2, H7, C5)."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from clients.lobby.actions.identifying import credit_identification
from clients.merging.actions import merge, undo
from managers.models import PointEntry
from tests.clients.twins import kept, made, twin

__all__ = ["kept", "twin"]

pytestmark = pytest.mark.django_db


def points(*people):
    """What is left of each person's clients identified."""
    rows = PointEntry.objects.filter(metric="identified")
    return [rows.filter(staff=one).aggregate(sum=Sum("amount"))["sum"] or 0 for one in people]


def test_the_first_who_recognised_the_person_keeps_the_point(kept, twin, head, lobby, teller, now):
    credit_identification(twin, by=teller, at=now - timedelta(days=1))
    credit_identification(kept, by=lobby, at=now)

    merge(kept, twin, by=head, at=now)

    assert points(teller, lobby) == [1, 0]
    assert PointEntry.objects.get(reverses__staff=lobby).day == now.date()


def test_a_point_of_one_file_alone_stands(kept, twin, head, teller, now):
    credit_identification(twin, by=teller, at=now)

    merge(kept, twin, by=head, at=now)

    assert points(teller) == [1]


def test_a_third_file_brings_no_point_either(kept, twin, head, rm, teller, lobby, now):
    third = made(owner=rm)
    credit_identification(twin, by=teller, at=now)
    credit_identification(third, by=lobby, at=now)

    merge(kept, twin, by=head, at=now)
    merge(kept, third, by=head, at=now)

    assert points(teller, lobby) == [1, 0]


def test_a_merge_that_is_taken_back_gives_the_point_back_as_often_as_it_happens(
    kept, twin, head, lobby, teller, now
):
    credit_identification(kept, by=lobby, at=now)
    credit_identification(twin, by=teller, at=now)
    found = []
    for _time in range(2):
        done = merge(kept, twin, by=head, at=now)
        found.append(points(lobby, teller))
        undo(done, by=head, at=now)
        found.append(points(lobby, teller))

    assert found == [[1, 0], [1, 1], [1, 0], [1, 1]]
