"""What a losing colleague would question: found before the standings become final (rules H7)."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from crm.lib import clock
from managers.competition import fairness
from managers.competition.actions import reverse as take_back
from managers.competition.board import board
from tests.factories import CompetitionFactory, PointEntryFactory, StaffFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 15)


@pytest.fixture
def over(db):
    return CompetitionFactory(is_over=True)


def findings(competition, person):
    table = board(competition, today=clock.today())
    return [text for one in fairness.report(table) if one.row.staff == person for text in one.texts]


def entry(person, n, *, day=DAY, hour=10, metric="sales", amount="100", source="sale"):
    moment = datetime(day.year, day.month, day.day, hour, n % 60, tzinfo=clock.SHANGHAI)
    known = {"metric": metric, "amount": amount, "day": day, "recorded_at": moment}
    return PointEntryFactory(staff=person, source=f"{source}:{person.pk}:{n}", **known)


def test_even_results_in_working_hours_are_fair(over, rm):
    for n in range(30):
        entry(rm, n, day=date(2026, 7, 1) + timedelta(days=n // 3), source="core:x")

    assert findings(over, rm) == []


@pytest.mark.parametrize(
    ("amounts", "is_found"),
    [
        (("300", "200", "100", "399", "1"), True),  # 899 of 1000
        (("30", "20", "10", "10", "10", "10", "10"), False),  # 60 of 100 is not more than 60 %
        (("30", "20", "10.01", "10", "10", "10", "9.99"), True),
        (("500", "300", "200"), False),  # three clients are all there are
    ],
)
def test_three_clients_are_few_above_sixty_percent(over, rm, amounts, is_found):
    for n, amount in enumerate(amounts):
        entry(rm, n, amount=amount, source="core:x")

    told = "Weighted sales: three clients make more than 60% of it."
    assert (told in findings(over, rm)) is is_found


def test_what_was_taken_back_is_neither_large_nor_late(over, rm):
    for n in range(5):
        entry(rm, n, amount="100", source="core:x")
    large = entry(rm, 9, amount="900", day=over.last, source="core:x")
    assert len(findings(over, rm)) == 2

    take_back(large.source, at=datetime(2026, 9, 30, 18, tzinfo=clock.SHANGHAI))

    assert findings(over, rm) == []


@pytest.mark.parametrize(("late", "is_found"), [("42.85", False), ("42.86", True)])
def test_the_last_two_days_spike_above_thirty_percent(over, rm, late, is_found):
    for n in range(4):
        entry(rm, n, amount="25", source="core:x")
    entry(rm, 5, amount=late, day=over.last - timedelta(days=1), source="core:x")

    # 42.85 of 142.85 is 29.996 %, 42.86 of 142.86 is 30.002 %.
    told = "Weighted sales: more than 30% came on the last two days."
    assert (told in findings(over, rm)) is is_found


@pytest.mark.parametrize(
    ("moment", "is_found"),
    [("09-30 23:59", False), ("10-01 00:01", True), ("10-30 23:59", True), ("10-31 00:01", False)],
)
def test_for_thirty_days_after_the_end_a_reversal_is_noticed(over, rm, moment, is_found):
    back = entry(rm, 1, metric="new_vip", amount="1", source="core:x")

    take_back(back.source, at=datetime.fromisoformat(f"2026-{moment}+08:00"))

    told = "New VIP clients: a result was taken back soon after the end."
    assert (told in findings(over, rm)) is is_found


@pytest.mark.parametrize(
    ("day", "hour", "is_odd"),
    [
        (DAY, 7, False),
        (DAY, 19, False),
        (DAY, 6, True),
        (DAY, 20, True),
        (date(2026, 9, 13), 10, True),  # a Sunday
    ],
)
def test_more_than_a_fifth_outside_working_hours_is_noticed(over, rm, day, hour, is_odd):
    for n in range(4):
        entry(rm, n, hour=10)
    entry(rm, 5, day=day, hour=hour)
    told = "More than 20% was recorded outside working hours."
    assert told not in findings(over, rm)  # one of five is not more

    entry(rm, 6, day=day, hour=hour)

    assert (told in findings(over, rm)) is is_odd


def test_what_the_clock_counts_at_night_for_a_month_is_neither_odd_nor_a_spike(over, rm):
    for n in range(6):
        for metric in ("aum_growth", "new_vip", "tier_upgrade", "late"):
            entry(rm, n, metric=metric, amount="1", day=over.last, hour=2, source=metric)

    assert findings(over, rm) == []


def test_what_a_losing_colleague_would_question_is_named(over, rm, peer, stranger, outlet):
    for n, amount in enumerate(("500", "400", "300", "9", "9")):
        entry(rm, n, amount=amount)
    for n in range(5):
        day = over.last if n > 2 else DAY
        entry(peer, n, metric="new_vip", amount="1", day=day, source="core:x")
    for n in range(25):
        entry(stranger, n, metric="contact", amount="1", hour=22)
    back = entry(rm, 9, metric="new_vip", amount="1")
    take_back(back.source, at=datetime(2026, 10, 8, 10, tzinfo=clock.SHANGHAI))

    assert findings(over, rm) == [
        "Weighted sales: three clients make more than 60% of it.",
        "New VIP clients: a result was taken back soon after the end.",
    ]
    assert findings(over, peer) == ["New VIP clients: more than 30% came on the last two days."]
    assert findings(over, stranger) == [
        "More than 20% was recorded outside working hours.",
        "More than 20 contacts were recorded within an hour.",
    ]
    assert findings(over, StaffFactory()) == []


def test_head_office_reads_the_findings_before_the_standings_become_final(
    client, rm, peer, admin, head
):
    over = CompetitionFactory(is_over=True, state="provisional")
    for n, amount in enumerate(("500", "400", "300", "9", "9")):
        entry(rm, n, amount=amount)
    for n in range(5):
        entry(peer, n, metric="contact", amount="1", day=over.last if n > 2 else DAY, hour=22)
    back = entry(rm, 9, metric="new_vip", amount="1")
    take_back(back.source, at=datetime(2026, 10, 8, 10, tzinfo=clock.SHANGHAI))
    url = reverse("competition-lead", args=[over.pk])
    told = (
        "Weighted sales: three clients make more than 60% of it.",
        "Valid contacts: more than 30% came on the last two days.",
        "New VIP clients: a result was taken back soon after the end.",
        "More than 20% was recorded outside working hours.",
    )

    client.force_login(admin)
    page = client.get(url).content.decode()
    client.force_login(head)

    assert [text for text in told if text not in page] == []
    assert client.get(url).status_code == 403
