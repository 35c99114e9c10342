"""What comes when mail goes again after days without: what is due today, and no flood."""

from datetime import date, datetime, time, timedelta

import pytest

from crm.lib import clock
from managers.outbox import letters
from managers.outbox.courier import deliver_due
from tests.factories import ClientFactory, FollowUpFactory

FIRST_DAY, MONDAY = date(2026, 11, 16), date(2026, 11, 23)
EARLIER = datetime(2026, 11, 2, 9, tzinfo=clock.SHANGHAI)
HALF_AN_HOUR = timedelta(minutes=30)

pytestmark = [pytest.mark.faults, pytest.mark.django_db]


@pytest.fixture
def owed(rm, head):
    """For each day a call, and another that was agreed for noon."""
    client = ClientFactory(owner=rm, name="陈安然", tier="diamond")
    for day in range(8):
        on = FIRST_DAY + timedelta(days=day)
        FollowUpFactory(client=client, due_on=on, created_at=EARLIER, trigger="manual")
        FollowUpFactory(
            client=ClientFactory(owner=rm, tier="diamond"),
            due_on=on,
            due_at=clock.at_time(on, time(12, 30)),
            from_time=time(12),
            to_time=time(12, 30),
            created_at=EARLIER,
            trigger="manual",
        )


def _told(sink, person):
    return [mail["Subject"] for mail in sink.mails if mail["To"] == person.email]


@pytest.mark.parametrize("planners_ran", [True, False], ids=["only-couriers-down", "all-down"])
def test_after_eight_days_without_mail_there_is_one_of_each_kind(
    planners_ran, owed, rm, head, smtp_sink
):
    at, back = clock.at_time(FIRST_DAY, time(8)), clock.at_time(MONDAY, time(9))
    while planners_ran and at < back:
        with clock.at(at):
            letters.plan_all(at)
        at += HALF_AN_HOUR

    for minutes in (0, 1, 20):
        at = back + timedelta(minutes=minutes)
        with clock.at(at):
            letters.plan_all(at)
            deliver_due(at)

    assert _told(smtp_sink, rm) == ["9 clients to contact today, 8 overdue"]
    assert [subject.split(":")[0] for subject in _told(smtp_sink, head)] == [
        "6 follow-ups are overdue for days",
        "Your week",
    ]
