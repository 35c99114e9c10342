"""Market notes and reports over the API (rules E11)."""

from datetime import date

import pytest

from clients.market.actions import mark_read, open_reports, save_report, write_note
from clients.models import MarketNote, MarketReport

pytestmark = pytest.mark.django_db

NOTES, REPORTS = "/api/v1/market-notes/", "/api/v1/market-reports/"
LONG = "Two competitors lowered their rates; the new estate by the lake is selling its last flats."


@pytest.fixture
def report(marketing, now):
    """The report of October, asked for this month; due on the 6th of November."""
    open_reports(at=now)
    return MarketReport.objects.get()


def found(program, url) -> list[int]:
    answer = program.get(url)
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


def test_what_an_rm_notices_is_read_by_the_outlet(marketing, head, stranger, speaking_for):
    told = {"text": "A competitor opens in May", "tags": ["竞争", "rates", "rates"]}

    made = speaking_for(marketing).post(NOTES, told)

    assert (made.status_code, made.json()["tags"]) == (201, ["竞争", "rates"])
    assert made.json()["author"] == marketing.pk
    pk = made.json()["id"]
    lists = [found(speaking_for(one), NOTES) for one in (marketing, head, stranger)]
    assert lists == [[pk], [pk], []]
    assert speaking_for(stranger).get(f"{NOTES}{pk}/").status_code == 404


def test_a_head_writes_no_note_and_tags_are_words(head, marketing, speaking_for):
    refused = speaking_for(head).post(NOTES, {"text": "So do I"})
    wrong = [["a b"], ["#rates"], ["a", "b", "c", "d", "e", "f"], ["x" * 21]]
    malformed = [
        speaking_for(marketing).post(NOTES, {"text": "Rates fell", "tags": tags}) for tags in wrong
    ]

    assert refused.status_code == 403
    assert {answer.status_code for answer in malformed} == {400}
    assert not MarketNote.objects.exists()


def test_notes_are_narrowed_by_tag_author_outlet_and_days(marketing, rm, now, speaking_for):
    program = speaking_for(rm)
    rates = write_note(text="Rates fell", tags=["利率", "Rates"], by=marketing, at=now)
    estate = write_note(text="Flats are sold", tags=["estate", "rate"], by=rm, at=now)

    asked = {
        "tag=利率": [rates.pk],
        "tag=rates": [rates.pk],
        "tag=rate": [estate.pk],
        "tag=est": [],
        f"author={rm.pk}": [estate.pk],
        f"org_unit={rates.unit_id}": [estate.pk, rates.pk],
        "between=2026-11-24,2026-11-30": [],
        "ordering=written_at": [rates.pk, estate.pk],
    }
    assert {query: found(program, f"{NOTES}?{query}") for query in asked} == asked
    assert program.get(f"{NOTES}?tags=rates").status_code == 400


def test_an_author_writes_a_report_and_hands_it_in(report, marketing, head, speaking_for):
    program, url = speaking_for(marketing), f"{REPORTS}{report.pk}/"
    seen = program.get(url)
    assert seen.json()["allowed_actions"] == ["update", "hand-in"]
    assert speaking_for(head).get(url).status_code == 404

    blind = program.patch(url, {"text": LONG})
    saved = program.patch(url, {"text": LONG}, headers={"If-Match": seen.headers["ETag"]})
    stale = program.patch(url, {"tags": ["x"]}, headers={"If-Match": seen.headers["ETag"]})
    tagged = program.patch(url, {"tags": ["rates"]}, headers={"If-Match": saved.headers["ETag"]})
    handed_in = program.post(f"{url}hand-in/")

    assert [one.status_code for one in (blind, saved, stale, tagged)] == [428, 200, 412, 200]
    assert (handed_in.json()["text"], handed_in.json()["tags"]) == (LONG, ["rates"])
    assert handed_in.json()["submitted_at"] is not None
    assert handed_in.json()["allowed_actions"] == []
    again = program.post(f"{url}hand-in/")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


def test_a_report_that_says_too_little_is_not_handed_in(report, marketing, speaking_for, now):
    save_report(report, text="Quiet", tags=[], by=marketing, at=now)

    refused = speaking_for(marketing).post(f"{REPORTS}{report.pk}/hand-in/")

    assert refused.status_code == 409
    assert refused.json()["fields"]["text"] == ["A report has at least 50 characters."]
    assert MarketReport.objects.get().submitted_at is None


def test_colleagues_mark_a_report_as_read(report, marketing, rm, speaking_for, now):
    save_report(report, text=LONG, hand_in=True, by=marketing, at=now)
    program, url = speaking_for(rm), f"{REPORTS}{report.pk}/"
    before = program.get(url).json()["allowed_actions"]

    read = [program.post(f"{url}read/") for _time in range(2)]

    assert (before, read[0].json()["allowed_actions"]) == (["read"], [])
    assert [reading["staff"] for reading in read[1].json()["readings"]] == [rm.pk]
    assert speaking_for(rm).patch(url, {"text": "Mine"}).status_code == 403


def test_reports_are_narrowed_by_month_author_and_where_they_stand(
    report, marketing, rm, now, speaking_for
):
    rows = {"author": marketing, "unit": report.unit, "due_on": date(2026, 10, 9)}
    old = MarketReport.objects.create(
        month=date(2026, 9, 1), text=LONG, tags=["rates"], submitted_at=now, **rows
    )
    author, reader = speaking_for(marketing), speaking_for(rm)

    asked = {
        "": [report.pk, old.pk],
        "month=2026-09-01": [old.pk],
        f"author={marketing.pk}": [report.pk, old.pk],
        f"org_unit={report.unit_id}": [report.pk, old.pk],
        "tag=rates": [old.pk],
        "handed_in=true": [old.pk],
        "handed_in=false": [report.pk],
        "overdue=true": [report.pk],
        "overdue=false": [old.pk],
        "unread=true": [],
        "ordering=due_on": [old.pk, report.pk],
    }
    assert {query: found(author, f"{REPORTS}?{query}") for query in asked} == asked
    assert found(reader, f"{REPORTS}?unread=true") == [old.pk]
    mark_read(old, by=rm, at=now)
    assert found(reader, f"{REPORTS}?unread=true") == []
    assert found(reader, f"{REPORTS}?unread=false") == [old.pk]
    assert author.get(f"{REPORTS}?state=new").status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_any_number(
    rows, marketing, now, speaking_for, django_assert_num_queries
):
    for month in range(1, rows + 1):
        write_note(text="Rates fell", tags=["rates"], by=marketing, at=now)
        given = {"author": marketing, "unit": marketing.current_unit, "due_on": date(2026, 11, 6)}
        MarketReport.objects.create(month=date(2026, month, 1), **given)
    program = speaking_for(marketing)
    for url in (NOTES, REPORTS):
        program.get(url)
        with django_assert_num_queries(1):
            assert len(found(program, url)) == rows
