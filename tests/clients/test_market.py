"""Market notes and the monthly report: due, handed in, read (rules E11)."""

from datetime import datetime

import pytest
from django.urls import reverse

from clients.market.actions import mark_read, open_reports, save_report, write_note
from clients.models import MarketNote, MarketReport
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from managers.models import Notification

pytestmark = pytest.mark.django_db

LONG = "Two competitors lowered their rates; the new estate by the lake is selling its last flats."


@pytest.fixture
def report(marketing, now):
    """The report of October, asked for this month."""
    open_reports(at=now)
    return MarketReport.objects.get()


def test_each_marketing_rm_is_asked_once_for_the_month_that_has_ended(marketing, rm, now):
    first = datetime(2026, 12, 1, 7, 30, tzinfo=clock.SHANGHAI)

    assert [open_reports(at=at) for at in (first, first)] == [1, 0]

    report = MarketReport.objects.get()
    assert (report.author, report.month.isoformat()) == (marketing, "2026-11-01")
    assert report.due_on.isoformat() == "2026-12-07"  # the fifth working day
    assert Notification.objects.get().kind == "market-due"


def test_who_is_late_is_reminded_once_until_it_is_handed_in(report, marketing, now):
    late = Notification.objects.filter(kind="market-overdue")
    open_reports(at=now)
    assert late.get().to == marketing

    late.delete()
    save_report(report, text=LONG, tags=[], hand_in=True, by=marketing, at=now)
    open_reports(at=now)

    assert not late.exists()


def test_a_report_is_its_authors_until_it_is_handed_in_and_then_the_outlets(
    report, marketing, rm, head, stranger, now
):
    seen = MarketReport.objects.visible_to
    assert [seen(one).exists() for one in (marketing, rm, head)] == [True, False, False]

    save_report(report, text=LONG, tags=["rates"], hand_in=True, by=marketing, at=now)

    people = (marketing, rm, head, stranger)
    assert [seen(one).exists() for one in people] == [True, True, True, False]
    mark_read(report := seen(rm).get(), by=rm, at=now)
    mark_read(report, by=rm, at=now)
    assert [reading.staff for reading in report.readings.all()] == [rm]


def test_what_is_handed_in_says_something_and_stays(report, marketing, rm, now):
    with pytest.raises(RuleBroken, match="at least 50 characters"):
        save_report(report, text="Quiet", tags=[], hand_in=True, by=marketing, at=now)
    with pytest.raises(RuleBroken, match="Only the author"):
        save_report(report, text=LONG, tags=[], by=rm, at=now)
    with pytest.raises(RuleBroken, match="not been handed in"):
        mark_read(report, by=rm, at=now)

    save_report(report, text=LONG, tags=[], hand_in=True, by=marketing, at=now)

    with pytest.raises(RuleBroken, match="has been handed in"):
        save_report(report, text="Other", tags=[], by=marketing, at=now)


def test_nobody_overwrites_what_they_have_not_seen(report, marketing, now):
    save_report(report, text="First", tags=[], version=1, by=marketing, at=now)

    with pytest.raises(Stale, match="saved elsewhere"):
        save_report(report, text="Second", tags=[], version=1, by=marketing, at=now)


def test_notes_are_the_outlets(marketing, rm, head, stranger, now):
    write_note(text="A competitor opens in May", tags=["competitor"], by=marketing, at=now)

    seen = [MarketNote.objects.visible_to(one).exists() for one in (rm, head, stranger)]
    assert seen == [True, True, False]
    with pytest.raises(RuleBroken, match="RMs write"):
        write_note(text="So do I", tags=[], by=head, at=now)


def test_the_pages_keep_tags_and_refuse_too_many(marketing, client):
    client.force_login(marketing)
    url = reverse("market")

    kept = client.post(url, {"text": "A competitor opens in May", "tags": "#rates, lake rates"})
    refused = client.post(url, {"text": "Another", "tags": "a b c d e f"})

    assert (kept.status_code, refused.status_code) == (302, 422)
    assert MarketNote.objects.get().tags == ["rates", "lake"]
    assert "A competitor opens in May" in client.get(url).content.decode()
