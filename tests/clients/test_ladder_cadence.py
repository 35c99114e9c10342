"""The contact standard as a criterion of a grade (rules B6), by the coverage of F13."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from clients.coverage.ladder import cadence_kept
from crm.lib import clock
from managers.grades import criteria
from tests.factories import ClientFactory, ContactFactory

pytestmark = pytest.mark.django_db
QUARTER = date(2026, 7, 1), date(2026, 9, 30)


def test_it_is_the_share_of_ones_clients_spoken_to_in_time_at_the_end(rm, peer):
    end = clock.start_of_day(QUARTER[1])
    since = datetime(2026, 7, 1, tzinfo=clock.SHANGHAI)
    for days in (10, 90, 91):  # a gold client may wait for 90
        client = ClientFactory(owner=rm, tier="gold", responsible_since=since)
        ContactFactory(client=client, happened_at=end - timedelta(days=days))

    assert cadence_kept([rm.pk, peer.pk], *QUARTER) == {rm.pk: Decimal(66)}
    read = criteria.readings([rm.pk], *QUARTER)
    assert read["cadence"] == {rm.pk: Decimal(66)}
    rules = {
        "ladder.criteria": {"wealth_rm": {"cadence": {"senior": 70}}},
        "ladder.most_deducted": 5,
    }
    own = {"cadence": read["cadence"][rm.pk]}
    met, _complaints = criteria.judge(rules, post="wealth_rm", grade="senior", read=own)
    assert (met.code, met.needed, met.actual, met.met) == ("cadence", 70, 66, False)
