"""The daily work log: filled from what was done, duties ticked, handed in, read by heads (D6)."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from clients.models import WorkLog
from clients.worklog.actions import save_log
from clients.worklog.queries import read_day
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    ClientFactory,
    ClientRequestFactory,
    ContactFactory,
    FollowUpFactory,
    HandoverFactory,
    ReferralFactory,
)

pytestmark = pytest.mark.django_db

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
EVERYTHING = ["calls", "promises", "referrals", "visits"]


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


@pytest.fixture
def book(rm, outlet):
    return ClientFactory(owner=rm, outlet=outlet, name="陈安然")


@pytest.fixture
def write(rm, now):
    def written(**more):
        return save_log(**{"day": MONDAY, "ticks": [], "note": "", "by": rm, "at": now} | more)

    return written


def test_a_day_is_filled_from_what_was_done(book, rm, marketing, now):
    ContactFactory(client=book, happened_at=now)
    ContactFactory(client=book, happened_at=now, is_valid=False)
    ContactFactory(client=book, happened_at=now - timedelta(days=1))
    AppointmentFactory(client=book, state="held")
    answered = {"answer": "Yes", "told": "call", "result": "done"}
    ClientRequestFactory(client=book, asked_at=now, state="closed", closed_at=now, **answered)
    ReferralFactory(target=rm, state="accepted", answered_at=now)
    HandoverFactory(from_staff=marketing, to_staff=rm, state="accepted", accepted_at=now)
    FollowUpFactory(client=book)
    FollowUpFactory(client=book, state="done", closed_at=now, trigger="regular")

    done = read_day(rm, MONDAY)

    assert done.figures == {
        "contacts": 2,
        "valid": 1,
        "visits": 1,
        "requests_taken": 1,
        "requests_closed": 1,
        "referrals": 1,
        "handovers": 1,
        "sales": 0,
        "due": 2,
        "undone": 1,
    }
    assert done.duties == ["promises", "referrals", "visits"]


def test_what_is_late_or_unsettled_leaves_its_duty_open(book, rm, now):
    FollowUpFactory(client=book)
    ClientRequestFactory(client=book, due_on=MONDAY)
    ReferralFactory(target=rm, answer_by=now)
    AppointmentFactory(client=book)

    assert read_day(rm, MONDAY).duties == []


@pytest.mark.parametrize(
    ("late", "due", "undone"),
    [
        ({}, 1, 1),  # due on Friday, and nobody has called yet
        ({"state": "done", "closed_at": datetime(2026, 11, 23, 2, tzinfo=UTC)}, 1, 0),
        ({"state": "done", "closed_at": datetime(2026, 11, 24, 2, tzinfo=UTC)}, 1, 1),
        ({"state": "done", "closed_at": datetime(2026, 11, 20, 2, tzinfo=UTC)}, 0, 0),
        ({"state": "missed", "closed_at": datetime(2026, 11, 22, 17, tzinfo=UTC)}, 0, 0),
    ],
)
def test_who_is_late_is_to_be_contacted_that_day_too(book, rm, late, due, undone):
    FollowUpFactory(client=book, due_on=FRIDAY, **late)

    done = read_day(rm, MONDAY)

    assert (done.figures["due"], done.figures["undone"]) == (due, undone)
    assert ("calls" in done.duties) is not bool(undone)


def test_a_log_that_is_handed_in_keeps_its_numbers(book, rm, write, now):
    ContactFactory(client=book, happened_at=now)

    log = write(ticks=["morning", "calls"], note="Two rates compared", hand_in=True)
    ContactFactory(client=book, happened_at=now)

    assert log.ticks == [*EVERYTHING, "morning"]  # what can be counted is never ticked by hand
    assert WorkLog.objects.get().figures["contacts"] == 1
    with pytest.raises(RuleBroken, match="has been handed in"):
        write(note="Another")


def test_a_log_belongs_to_its_days_and_to_rms(write, head, now):
    for day in (MONDAY + timedelta(days=1), MONDAY - timedelta(days=4)):
        with pytest.raises(RuleBroken, match="on its day"):
            write(day=day)
    with pytest.raises(RuleBroken, match="RMs keep"):
        write(by=head)

    assert write(day=MONDAY - timedelta(days=3)).version == 1


def test_a_day_too_far_back_is_read_and_not_written(client, rm):
    client.force_login(rm)

    page = client.get(reverse("work-logs"), {"day": clock.today() - timedelta(days=9)})

    assert "A work log is written on its day" in text(page)
    assert "Hand in" not in text(page)


def test_nobody_overwrites_what_they_have_not_seen(write):
    write(version=0)

    with pytest.raises(Stale, match="saved elsewhere"):
        write(version=0)


def test_heads_read_what_was_handed_in_and_nobody_else_does(write, rm, peer, head, other_head, now):
    log = write()
    seen = [WorkLog.objects.visible_to(one).exists() for one in (rm, peer, head, other_head)]
    assert seen == [True, False, False, False]

    write(hand_in=True)

    seen = [WorkLog.objects.visible_to(one).exists() for one in (rm, peer, head, other_head)]
    assert seen == [True, False, True, False]
    assert log.staff == rm


def test_an_rm_writes_and_hands_in_on_one_page(client, book, rm, now):
    ContactFactory(client=book, happened_at=now, notes="Compared the rates")
    client.force_login(rm)
    url = reverse("work-logs")

    page = client.get(url)
    kept = client.post(url, {"ticks": ["morning"], "note": "Busy", "version": 0})
    stale = client.post(url, {"note": "Other", "version": 0})
    handed = client.post(url, {"note": "Busy", "version": 1, "then": "hand_in"})
    read = client.get(url, follow=True)

    assert "Compared the rates" in text(page)
    assert [answer.status_code for answer in (kept, stale, handed)] == [302, 422, 302]
    assert "Work log of Lin Yue" in text(read)


def test_the_duties_that_were_ticked_stand_ticked_and_are_handed_in(client, rm, now):
    client.force_login(rm)
    url = reverse("work-logs")

    # Whether everybody was called is counted, not ticked by hand.
    assert client.post(url, {"ticks": ["morning", "calls"], "version": 0}).status_code == 422
    client.post(url, {"ticks": ["morning"], "version": 0})
    saved = client.get(url).context["form"]
    client.post(url, {"ticks": ["morning", "desk"], "version": 1, "then": "hand_in"})

    assert saved.initial["ticks"] == ["morning"]
    done = {
        str(label) for label, is_done in client.get(url, follow=True).context["duties"] if is_done
    }
    assert {"Took part in the morning meeting", "Desk and papers put in order"} <= done
    assert "Read the news of markets and products" not in done


def test_a_head_misses_no_log_of_who_is_away(client, head, rm, peer, now):
    save_log(day=MONDAY, ticks=[], note="", hand_in=True, by=rm, at=now)
    AbsenceFactory(staff=peer, first_day=FRIDAY, last_day=MONDAY)
    client.force_login(head)

    page = text(client.get(reverse("work-logs")))

    assert "1 of 1 have handed in." in page
    assert "Lin Yue 林悦 handed in 0 0 0 0 0" in page
    assert (" away " in page, " missing " in page) == (True, False)


def test_nobody_owes_a_log_on_a_day_off(client, head, rm):
    client.force_login(head)

    page = client.get(reverse("work-logs"), {"day": "2026-11-22"})

    assert "Not a working day: nobody owes a log." in text(page)
    assert " missing " not in text(page)
    assert page.context["before"] == FRIDAY
    assert " missing " in text(client.get(reverse("work-logs"), {"day": str(FRIDAY)}))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_head_costs_the_same_for_any_team(
    client, head, rm, peer, marketing, now, rows, django_assert_num_queries
):
    for one in (rm, peer, marketing)[:rows]:
        save_log(day=MONDAY, ticks=[], note="", hand_in=True, by=one, at=now)
    client.force_login(head)
    client.get(reverse("work-logs"))

    with django_assert_num_queries(8):
        page = client.get(reverse("work-logs"))

    assert f"{rows} of 3 have handed in." in text(page)
