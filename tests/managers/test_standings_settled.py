"""What is settled is summed up once a minute; what came since counts at once, however it came."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.lib import clock
from managers.competition.actions import credit, reverse
from managers.competition.sums import totals_until
from managers.models import PointEntry
from tests.managers.contest import TODAY
from tests.threads import NEVER_MIND

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("shared_sums"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite counts no transactions"),
]
MINUTE = timedelta(minutes=1)


def look(quarter) -> tuple:
    """What is found in haste, and whether what is settled was summed up for it."""
    days = (TODAY, TODAY - timedelta(days=1), quarter.first)
    with CaptureQueriesContext(connection) as captured:
        found = totals_until(quarter, *days, quick=True)
    assert found == totals_until(quarter, *days)
    return found[0], any('"written_in" <' in one["sql"] for one in captured.captured_queries)


def give(person, source, amount=4, days=0):
    at = clock.now()
    day = TODAY - timedelta(days=days)
    return credit(person, Decimal(amount), metric="new_vip", source=source, day=day, at=at)


def test_what_is_settled_is_summed_up_once_a_minute_and_what_came_since_counts_at_once(quarter, rm):
    give(rm, "vip:1")

    assert look(quarter) == ({rm.pk: {"new_vip": (400, 1)}}, True)
    give(rm, "vip:2", days=1)
    assert look(quarter) == ({rm.pk: {"new_vip": (800, 2)}}, False)
    reverse("vip:1", at=clock.now())
    assert look(quarter) == ({rm.pk: {"new_vip": (400, 1)}}, False)

    with clock.at(clock.now() + MINUTE):
        assert look(quarter) == ({rm.pk: {"new_vip": (400, 1)}}, True)


def test_people_of_another_division_are_settled_apart(quarter, rm, peer):
    give(rm, "vip:1")
    for people, theirs in (([rm.pk], {rm.pk: {"new_vip": (400, 1)}}), ([peer.pk], {})):
        assert totals_until(quarter, TODAY, staff=people, quick=True) == [theirs]


def test_a_result_counts_that_was_written_before_the_settling_and_committed_after_it(
    quarter, rm, peer
):
    """Its key is the lower one: whoever goes by the highest key loses it."""
    written, looked_at = threading.Event(), threading.Event()

    def long_import():
        with transaction.atomic():
            give(rm, "import:1")
            written.set()
            looked_at.wait(NEVER_MIND)
        connection.close()

    importing = threading.Thread(target=long_import)
    importing.start()
    assert written.wait(NEVER_MIND)
    PointEntry.objects.create(staff=peer, metric="new_vip", amount=4, source="vip:1", day=TODAY)
    assert look(quarter) == ({peer.pk: {"new_vip": (400, 1)}}, True)
    looked_at.set()
    importing.join(NEVER_MIND)

    both = {rm.pk: {"new_vip": (400, 1)}, peer.pk: {"new_vip": (400, 1)}}
    assert look(quarter) == (both, False)
    with clock.at(clock.now() + MINUTE):
        assert look(quarter) == (both, True)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(["credit", "late", "back", "look", "minute"]), max_size=12))
def test_in_haste_or_in_full_the_sums_are_the_same(quarter, rm, peer, acts):
    now, before = clock.now(), PointEntry.objects.count()
    for n, act in enumerate(acts, start=before):
        with clock.at(now):
            if act in {"credit", "late"}:
                give((rm, peer)[n % 2], f"vip:{before}-{n}", amount=n, days=40 * (act == "late"))
            elif act == "back" and (entry := PointEntry.objects.filter(reverses=None).first()):
                reverse(entry.source, at=now)
            elif act == "look":
                look(quarter)
            else:
                now += MINUTE
    with clock.at(now):
        look(quarter)
