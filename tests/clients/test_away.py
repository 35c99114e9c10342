"""While you were away: which days count, what the screen and the mail tell, and to whom."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.desk.away import last_away, news_since
from clients.desk.reminders.away import plan_returns
from clients.models import TierChange
from crm.lib import clock
from managers.models import Letter, Notification
from managers.outbox import letters
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    ClientFactory,
    ClientRequestFactory,
    ContactFactory,
    FollowUpFactory,
)

pytestmark = pytest.mark.django_db

LEFT, LAST, BACK = date(2026, 11, 16), date(2026, 11, 20), date(2026, 11, 23)
EIGHT = clock.at_time(BACK, time(8))
MEANWHILE = datetime(2026, 11, 18, 10, tzinfo=clock.SHANGHAI)


@pytest.fixture
def absence(rm, peer):
    """Lin Yue was away for a week; Xu Ke covered."""
    return AbsenceFactory(staff=rm, deputy=peer, first_day=LEFT, last_day=LAST)


def of(rm, name="陈安然", **what):
    return ClientFactory(owner=rm, name=name, **what)


def news_of(rm, at=EIGHT):
    return news_since(rm, last_away(rm, on=clock.local(at).date()), at=at)


def told(promises):
    return [(one.kind, one.when, one.tone, one.who) for one in promises]


# --- Which days


def test_days_off_without_a_day_of_work_between_them_are_one_time_away(rm, peer, head):
    AbsenceFactory(staff=rm, deputy=peer, first_day=date(2026, 11, 2), last_day=date(2026, 11, 3))
    AbsenceFactory(staff=rm, deputy=peer, first_day=date(2026, 11, 9), last_day=date(2026, 11, 13))
    last = AbsenceFactory(staff=rm, deputy=head, first_day=LEFT, last_day=LAST)

    away = last_away(rm, on=BACK)

    assert (away.last, away.first_day, away.last_day) == (last, date(2026, 11, 9), LAST)
    assert away.deputies == [peer, head]


@pytest.mark.parametrize(
    ("first_day", "last_day", "counts"),
    [
        (LEFT, LAST, True),
        (LEFT, BACK, False),
        (date(2026, 10, 20), date(2026, 10, 24), True),
        (date(2026, 10, 19), date(2026, 10, 23), False),
    ],
)
def test_only_days_that_are_over_and_not_long_ago_count(rm, peer, first_day, last_day, counts):
    AbsenceFactory(staff=rm, deputy=peer, first_day=first_day, last_day=last_day)

    assert bool(last_away(rm, on=BACK)) is counts


def test_nobody_covered_so_nothing_is_told(rm):
    AbsenceFactory(staff=rm, first_day=LEFT, last_day=LAST)

    assert last_away(rm, on=BACK) is None
    assert plan_returns(EIGHT) == 0


# --- What is told


def test_what_changed_was_promised_and_is_due_stands_with_its_client(absence, rm, peer):
    client = of(rm, tier="private")
    ContactFactory(client=client, staff=peer, outcome="reached", happened_at=MEANWHILE)
    ClientRequestFactory(client=client, owner=rm, taken_by=peer, asked_at=MEANWHILE, due_on=LAST)
    at = {"created_by": peer, "created_at": MEANWHILE}
    FollowUpFactory(client=client, due_on=BACK + timedelta(days=2), from_time=time(10), **at)
    AppointmentFactory(client=client, booked_by=peer, booked_at=MEANWHILE)
    FollowUpFactory(client=client, due_on=LAST, trigger="birthday")
    TierChange.objects.create(
        client=client,
        was="diamond",
        now="private",
        cause="reached",
        month=date(2026, 10, 1),
        average=8_000_000,
        effective_on=date(2026, 11, 17),
    )

    [news] = news_of(rm)

    assert [(one.title, one.who) for one in news.changed] == [
        ("Call, reached", peer),
        ("Tier raised from Diamond to Private", None),
    ]
    assert told(news.promised) == [
        ("Answer to a request", "3 days late", "late", peer),
        ("Call", "in 2 days, 10:00", "", peer),
        ("Advice", "2026-11-23, 09:00", "", peer),
    ]
    assert told(news.due) == [("Birthday", "3 days late", "late", None)]


def test_own_work_other_days_and_what_is_settled_are_not_told(absence, rm, peer):
    client = of(rm)
    before = MEANWHILE - timedelta(days=9)
    ContactFactory(client=client, staff=rm, happened_at=MEANWHILE)
    ContactFactory(client=client, staff=peer, happened_at=before)
    FollowUpFactory(client=client, due_on=date(2026, 12, 1), created_by=rm, created_at=MEANWHILE)
    FollowUpFactory(
        client=client,
        due_on=date(2026, 12, 2),
        created_by=peer,
        created_at=MEANWHILE,
        state="done",
        closed_at=MEANWHILE,
    )
    FollowUpFactory(client=client, due_on=date(2026, 12, 3), created_by=peer, created_at=before)

    assert news_of(rm) == []


def test_what_a_deputy_promised_for_today_is_told_once(absence, rm, peer):
    FollowUpFactory(client=of(rm), due_on=BACK, created_by=peer, created_at=MEANWHILE)

    [news] = news_of(rm)

    assert (told(news.promised), news.due) == ([("Call", "today", "soon", peer)], [])


def test_clients_who_went_to_somebody_else_are_not_told_of(absence, rm, peer, stranger):
    gone = ClientFactory(owner=stranger)
    ContactFactory(client=gone, staff=peer, happened_at=MEANWHILE)

    assert news_of(rm) == []


def test_a_client_who_came_meanwhile_is_told_of(absence, rm):
    of(rm, responsible_since=MEANWHILE)

    [news] = news_of(rm)

    assert [one.title for one in news.changed] == ["File opened by Lin Yue"]


def test_late_ones_come_first_then_promises_then_by_tier(absence, rm, peer):
    for name, tier in (("何秋", "gold"), ("高霖", "private")):
        ContactFactory(client=of(rm, name, tier=tier), staff=peer, happened_at=MEANWHILE)
    later = {"due_on": date(2026, 12, 1), "created_by": peer, "created_at": MEANWHILE}
    FollowUpFactory(client=of(rm, "方若兰", tier="gold"), **later)
    FollowUpFactory(client=of(rm, "周明远", tier="regular"), due_on=LAST)

    assert [one.client.name for one in news_of(rm)] == ["周明远", "方若兰", "高霖", "何秋"]


def test_more_clients_ask_no_more_of_the_database(absence, rm, peer):
    def busy(name):
        client = of(rm, name)
        ContactFactory(client=client, staff=peer, happened_at=MEANWHILE)
        ClientRequestFactory(client=client, owner=rm, taken_by=peer, asked_at=MEANWHILE)
        FollowUpFactory(client=client, due_on=BACK, created_by=peer, created_at=MEANWHILE)

    busy("何秋")
    with CaptureQueriesContext(connection) as one:
        news_of(rm)
    busy("高霖")
    busy("方若兰")
    with CaptureQueriesContext(connection) as three:
        assert len(news_of(rm)) == 3

    assert len(three) == len(one)


# --- The screen and the mail


def test_the_screen_names_clients_and_links_to_what_is_open(absence, rm, peer, client):
    asked = ClientRequestFactory(
        client=of(rm), owner=rm, taken_by=peer, asked_at=MEANWHILE, promised="The rate sheet"
    )
    client.force_login(rm)

    page = client.get(reverse("away")).content.decode()

    assert "Chen Anran" in page
    assert "The rate sheet" in page
    assert reverse("request", args=[asked.pk]) in page
    assert "covered by Xu Ke" in page


def test_without_days_away_the_screen_says_so(rm, client):
    client.force_login(rm)

    assert "Nobody covered for you" in client.get(reverse("away")).content.decode()


def test_one_mail_and_one_notice_come_on_the_first_day_back(absence, rm, peer):
    ContactFactory(client=of(rm), staff=peer, happened_at=MEANWHILE)

    made = [plan_returns(at) for at in (EIGHT - timedelta(seconds=1), EIGHT, EIGHT, at_noon(2))]

    assert made == [0, 1, 0, 0]
    assert Letter.objects.get().due_at == EIGHT
    assert Notification.objects.get().to == rm


def test_after_a_standstill_the_mail_still_comes_and_after_two_weeks_no_more(absence, rm, peer):
    ContactFactory(client=of(rm), staff=peer, happened_at=MEANWHILE)

    assert plan_returns(at_noon(15)) == 0
    assert plan_returns(at_noon(4)) == 1


def test_who_is_away_again_is_told_on_coming_back(absence, rm, peer):
    AbsenceFactory(staff=rm, deputy=peer, first_day=BACK, last_day=BACK)

    assert plan_returns(at_noon(0)) == 0
    assert plan_returns(at_noon(1)) == 1


def test_the_mail_is_masked_and_says_nothing_that_somebody_typed(absence, rm, peer):
    client = of(rm)
    secret = "Chen Anran moves ¥3,000,000, 13812345678"
    ContactFactory(client=client, staff=peer, notes=secret, happened_at=MEANWHILE)
    ClientRequestFactory(
        client=client, owner=rm, taken_by=peer, asked_at=MEANWHILE, asked=secret, promised=secret
    )
    FollowUpFactory(
        client=client, due_on=BACK, purpose=secret, created_by=peer, created_at=MEANWHILE
    )
    plan_returns(EIGHT)

    for language, mask in (("en", "Chen**"), ("zh-hans", "陈**")):
        rm.language = language
        rm.save()
        written = write(EIGHT)
        whole = written.subject + written.body + written.alternatives[0][0]
        assert mask in whole
        assert not [word for word in ("陈安然", "Anran", "3,000,000", "13812") if word in whole]


def test_the_mail_is_dropped_when_nothing_is_to_be_told(absence, rm):
    plan_returns(EIGHT)

    assert write(EIGHT) is None


def at_noon(days):
    """Noon, so many days after the first day back."""
    return clock.at_time(BACK + timedelta(days=days), time(12))


def write(at):
    with clock.at(at):
        return letters.write(Letter.objects.select_related("recipient").get())
