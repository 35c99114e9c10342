"""The morning digest: who gets one, when, and what it tells."""

import re
from datetime import date, datetime, time, timedelta
from html import unescape

import pytest
from django.forms.models import model_to_dict

from clients.desk.digest import plan_digests
from clients.models import Contact, FollowUp
from crm.lib import clock
from managers.models import Letter, MailChoice
from managers.outbox import letters
from tests.factories import (
    AbsenceFactory,
    ClientFactory,
    FollowUpFactory,
    HandoverFactory,
    ReferralFactory,
)

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 20)
EARLIER = datetime(2026, 11, 2, 9, tzinfo=clock.SHANGHAI)
EIGHT = clock.at_time(MONDAY, time(8))


def owe(owner, name="陈安然", *, hours=None, day=MONDAY, tier="private", **what):
    """A follow-up that was booked weeks ago."""
    if hours:
        begin, end = (time.fromisoformat(hour) for hour in hours.split("-"))
        what |= {"from_time": begin, "to_time": end, "due_at": clock.at_time(day, end)}
    client = ClientFactory(owner=owner, name=name, tier=tier)
    return FollowUpFactory(client=client, due_on=day, **{"created_at": EARLIER, **what})


def plan(at):
    """Plan at a moment; who then has a letter."""
    with clock.at(at):
        plan_digests(at)
    return [letter.recipient for letter in Letter.objects.order_by("pk")]


def mail(at=EIGHT):
    with clock.at(at):
        return letters.write(Letter.objects.select_related("recipient").get())


# --- Who and when


@pytest.mark.faults
def test_it_is_planned_once_a_working_day_from_eight_on(rm):
    owe(rm)

    assert plan(EIGHT - timedelta(seconds=1)) == []
    assert plan(EIGHT) == [rm]
    assert plan(EIGHT + timedelta(minutes=1)) == [rm]
    assert plan(EIGHT + timedelta(days=1)) == [rm, rm]
    assert list(Letter.objects.values_list("about", "due_at").order_by("pk")) == [
        ("day:2026-11-23", EIGHT),
        ("day:2026-11-24", EIGHT + timedelta(days=1)),
    ]


def test_planning_tells_how_many_letters_are_new(rm, peer):
    owe(rm)
    owe(peer)

    assert plan_digests(EIGHT) == 2
    assert plan_digests(EIGHT) == 0


@pytest.mark.parametrize("owners", [1, 3])
def test_digests_are_posted_in_as_many_queries_for_one_as_for_many(
    django_assert_num_queries, rm, peer, stranger, owners
):
    for owner in [rm, peer, stranger][:owners]:
        owe(owner)
    plan_digests(EARLIER)  # the calendar and the settings are kept from now on

    with django_assert_num_queries(5):
        assert plan_digests(EIGHT) == owners


@pytest.mark.parametrize(
    ("day", "works"),
    [("2026-11-22", False), ("2026-10-01", False), ("2026-10-10", True)],
)
def test_nobody_is_written_to_on_a_day_off(rm, day, works):
    owe(rm, day=date(2026, 9, 1), created_at=datetime(2026, 8, 1, tzinfo=clock.SHANGHAI))

    assert bool(plan(clock.at_time(date.fromisoformat(day), time(9)))) is works


@pytest.mark.faults
def test_after_eight_days_down_there_is_one_digest(rm):
    owe(rm, day=date(2026, 11, 10))

    assert plan(EIGHT + timedelta(hours=7)) == [rm]


def test_what_is_booked_during_the_day_makes_no_morning_digest(rm):
    owe(rm, created_at=EIGHT + timedelta(hours=2))

    assert plan(EIGHT + timedelta(hours=3)) == []


def test_who_owes_nothing_today_gets_none(rm, peer):
    owe(rm, day=date(2026, 11, 24))
    owe(peer, state="done", closed_at=EARLIER)

    assert plan(EIGHT) == []


def test_the_deputy_gets_the_digest_of_a_colleague_who_is_away(rm, peer):
    owe(rm, "何秋")
    AbsenceFactory(staff=rm, deputy=peer)

    assert plan(EIGHT) == [peer]
    assert "He** [Private] · Call" in mail().body


def test_without_a_deputy_the_absent_colleague_is_told(rm):
    owe(rm)
    AbsenceFactory(staff=rm)

    assert plan(EIGHT) == [rm]


def test_who_left_the_bank_gets_none(rm):
    owe(rm)
    rm.is_active = False
    rm.save()

    assert plan(EIGHT) == []


# --- What it says


def test_it_tells_who_why_and_when_in_the_order_of_the_day(rm, marketing):
    owe(rm, "周明远", day=FRIDAY, tier="diamond", trigger="large_movement")
    owe(rm, "方若兰", hours="09:30-10:30", trigger="new_client", tier="platinum")
    owe(rm, "沈亦辰", hours="14:00-15:00", channel="visit", tier="regular")
    owe(rm, "高霖", trigger="birthday", channel="message")
    HandoverFactory(
        client=ClientFactory(name="马思雨", owner=marketing, state="prospect"),
        from_staff=marketing,
        to_staff=rm,
        state="submitted",
        due_at=clock.end_of_day(date(2026, 11, 24)),
    )
    plan(EIGHT)

    written = mail()

    assert written.subject == "4 clients to contact today, 1 overdue"
    lines = [line for line in written.body.splitlines() if line and "http" not in line]
    assert lines == [
        "Good morning, Lin Yue",
        "Monday, 2026-11-23. 4 clients expect you today. 1 has waited too long.",
        "Overdue · 1",
        "- Zhou** [Diamond] · Large movement · 3 days late",
        "This morning · 1",
        "- Fang** [Platinum] · First call · 09:30–10:30",
        "This afternoon · 1",
        "- Shen** · Meeting at the centre · 14:00–15:00",
        "Any time today · 1",
        "- Gao** [Private] · Birthday · Message · today",
        "Waiting for your answer · 1",
        "- Ma** [Platinum] · Handover from Guo Feng, accept or return · by Tue 11-24",
        "Fit my day · 1",
        "- 2 calls · 09:30–09:50",
        "--",
        "Sent at 08:00 on working days, only when there is something to do. Names are masked; "
        "numbers and amounts are shown after you sign in.",
    ]


def test_each_line_opens_its_client_on_the_list(rm):
    item = owe(rm)
    plan(EIGHT)

    written = mail()

    address = f"http://testserver/today/?open={item.pk}"
    assert address in written.body
    html, kind = written.alternatives[0]
    assert kind == "text/html"
    assert f'href="{address}"' in html


def test_opening_its_links_changes_nothing(client, rm):
    item = owe(rm)
    plan(EIGHT)
    html, _kind = mail().alternatives[0]
    links = {unescape(link) for link in re.findall(r'href="http://testserver([^"]+)"', html)}
    before = state_of(item)

    with clock.at(EIGHT):
        for _visit in ("a scanner", "its reader"):
            for link in links:
                client.get(link)
                client.head(link)
            client.force_login(rm)

    assert len(links) > 1
    assert state_of(item) == before


def state_of(item):
    """What a click might change: the follow-up, what was recorded, and what its reader gets."""
    item.refresh_from_db()
    rows = [model.objects.count() for model in (FollowUp, Contact, MailChoice)]
    return model_to_dict(item), rows


def test_neither_names_nor_amounts_nor_what_somebody_typed_leave_the_house(rm, lobby):
    owe(rm, "陈安然", purpose="Chen Anran has ¥3,000,000, call 13812345678", channel="visit")
    ReferralFactory(
        client=ClientFactory(name="徐丽", outlet=rm.current_unit, state="referred"),
        referrer=lobby,
        target=rm,
        cues=[],
        note="徐丽 13812345678",
        answer_by=EIGHT + timedelta(minutes=30),
    )
    plan(EIGHT)

    for language in ("en", "zh-hans"):
        rm.language = language
        rm.save()
        written = mail()
        whole = written.subject + written.body + written.alternatives[0][0]
        for secret in ("陈安然", "Anran", "徐丽", "13812345678", "3,000,000", "3.00M"):
            assert secret not in whole


def test_a_long_list_is_cut_with_the_number_of_the_rest(rm):
    for number in range(10):
        owe(rm, f"客户{number}", day=FRIDAY)
    plan(EIGHT)

    written = mail()

    assert written.subject == "10 clients to contact today, 10 overdue"
    assert written.body.count("days late") == 8
    assert "and 2 more" in written.body


def test_it_speaks_the_language_of_its_reader(rm):
    rm.language = "zh-hans"
    rm.save()
    owe(rm, "陈安然", day=FRIDAY)
    plan(EIGHT)

    written = mail()

    assert "2026年11月23日 星期一" in written.body
    assert "陈**" in written.body
    assert not re.search(r"Chen", written.body)


def test_what_was_done_before_it_left_is_not_in_it(rm):
    done, kept = owe(rm, "何秋"), owe(rm, "高霖")
    plan(EIGHT)
    done.state, done.closed_at = "done", EIGHT
    done.save()

    assert "He**" not in mail().body

    kept.state, kept.closed_at = "done", EIGHT
    kept.save()
    assert mail() is None


@pytest.mark.faults
def test_a_digest_that_could_not_leave_yesterday_is_dropped(rm):
    owe(rm)
    plan(EIGHT)

    assert mail(EIGHT + timedelta(days=1)) is None


def test_clients_who_went_to_a_colleague_are_not_in_it(rm, peer):
    item = owe(rm)
    plan(EIGHT)
    item.client.owner = item.owner = peer
    item.client.save()
    item.save()

    assert mail() is None
