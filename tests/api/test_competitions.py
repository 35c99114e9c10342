"""The competition over the API."""

from decimal import Decimal

import pytest

from crm.lib import clock
from managers.competition import actions
from managers.competition.actions import credit
from managers.competition.board import board
from managers.models import PointEntry
from tests.factories import CompetitionFactory, PointEntryFactory
from tests.managers.contest import TODAY, give
from tests.managers.examples import SECOND, THIRD, WEALTH

pytestmark = pytest.mark.django_db


def test_the_example_comes_out_of_the_api_to_the_cent(quarter, rm, peer, stranger, speaking_for):
    """Rules H8."""
    for person, amounts in ((rm, WEALTH), (peer, SECOND), (stranger, THIRD)):
        give(person, **amounts)

    url = f"/api/v1/competitions/{quarter.pk}/standings/?division=wealth_rm.middle"
    rows = speaking_for(rm).get(url).json()["results"]

    assert [(row["staff"], row["place"], row["score"], row["prize"]) for row in rows] == [
        (rm.pk, 1, "105.98", "10753.93"),
        (peer.pk, 2, "98.40", "9984.78"),
        (stranger.pk, 3, "91.27", "9261.29"),
    ]
    assert rows[0]["lines"][0] == {
        "metric": "aum_growth",
        "actual": "26504000.00",
        "target": "20000000.00",
        "weight": "25.00",
        "score": "33.13",
        "is_capped": False,
    }
    assert [line["metric"] for line in rows[0]["lines"] if line["is_capped"]] == ["tier_upgrade"]


def test_a_table_as_of_a_day_and_what_makes_no_sense(quarter, rm, speaking_for):
    give(rm, new_vip="3")
    program, url = speaking_for(rm), f"/api/v1/competitions/{quarter.pk}/standings/"

    [before] = program.get(url, {"as_of": "2026-11-22"}).json()["results"]

    assert before["score"] == "0.00"
    for query in ({"as_of": "yesterday"}, {"division": "king"}, {"metric": "csat"}, {"x": "1"}):
        assert program.get(url, query).status_code == 400


def test_a_table_by_one_metric_and_of_one_team(quarter, rm, peer, stranger, speaking_for):
    for person, vip, contacts in ((rm, "1", "30"), (peer, "9", "20"), (stranger, "2", "20")):
        give(person, new_vip=vip, contact=contacts)
    url = f"/api/v1/competitions/{quarter.pk}/standings/?division=wealth_rm.middle"

    def places(query):
        rows = speaking_for(rm).get(url + query).json()["results"]
        return [(row["place"], row["staff"]) for row in rows]

    by_contacts = places("&metric=contact")
    assert (by_contacts[0], {place for place, _who in by_contacts}) == ((1, rm.pk), {1, 2})
    assert places(f"&team={stranger.current_unit.pk}") == [(2, stranger.pk)]
    assert places(f"&metric=contact&team={stranger.current_unit.pk}") == [(2, stranger.pk)]
    assert speaking_for(rm).get(url + "&metric=handover").status_code == 400


def test_competitions_are_found_by_a_day_of_their_period(quarter, rm, speaking_for):
    url = "/api/v1/competitions/?period="

    def found(days):
        return [one["id"] for one in speaking_for(rm).get(url + days).json()["results"]]

    assert found("2026-12-31,2027-01-05") == [quarter.pk]
    assert found("2027-01-01,2027-01-05") == []


def test_the_entries_behind_a_score_are_for_the_person_and_the_head(
    quarter, rm, peer, head, speaking_for
):
    PointEntryFactory(staff=rm)
    url = f"/api/v1/competitions/{quarter.pk}/entries/?staff={rm.pk}"

    def seen_by(person):
        return [row["amount"] for row in speaking_for(person).get(url).json()["results"]]

    assert (seen_by(rm), seen_by(head), seen_by(peer)) == (["1.00"], ["1.00"], [])


def test_results_of_other_systems_count_once_however_often_they_are_sent(
    quarter, rm, admin, speaking_for
):
    item = {"source_key": "CB-1", "staff": rm.pk, "metric": "fee_income", "day": "2026-11-20"}
    batch = {"items": [{**item, "amount": "40000.00"}, {**item, "amount": "1.00"}]}
    program, url = speaking_for(admin), f"/api/v1/competitions/{quarter.pk}/entries/"

    answers = [program.post(url, batch, format="json") for _twice in range(2)]

    assert [(a.status_code, a.json()["created"]) for a in answers] == [(201, 1), (201, 0)]
    entry = PointEntry.objects.get()
    assert (entry.source, entry.amount) == ("core:CB-1", 40000)
    late = {"items": [{**item, "amount": "1.00", "day": "2027-01-01"}]}
    assert program.post(url, late, format="json").status_code == 400
    assert speaking_for(rm).post(url, batch, format="json").status_code == 403


def test_what_came_after_the_freeze_is_listed_apart(rm, peer, head, admin, speaking_for):
    """Rules H6: it counts nothing; one's own, of the own people, or of all for head office."""
    over = CompetitionFactory(is_over=True, state="appeal")
    give(rm, over.last, new_vip="1")
    actions.freeze(over, by=admin, at=clock.now())
    give(rm, over.last, new_vip="5")
    url = f"/api/v1/competitions/{over.pk}"

    def amounts(person, which):
        return [
            one["amount"] for one in speaking_for(person).get(f"{url}/{which}/").json()["results"]
        ]

    assert [amounts(one, "late-entries") for one in (rm, peer, head, admin)] == (
        [["5.00"], [], ["5.00"], ["5.00"]]
    )
    assert amounts(rm, "entries") == ["1.00"]


def test_a_score_says_where_the_rules_stop_counting(quarter, rm, speaking_for):
    """Rules H1, H3: the cap of deductions, and the floor."""
    give(rm, new_vip="3", complaint="12")

    url = f"/api/v1/competitions/{quarter.pk}/standings/"
    [row] = speaking_for(rm).get(url).json()["results"]

    assert (row["lost"], row["deducted"], row["score"]) == ("24.00", "20.00", "0.00")
    assert row["is_raised"]


def test_what_another_system_sent_wrong_is_taken_back_and_comes_again(
    quarter, rm, peer, admin, speaking_for
):
    """By entries, once, in one request; a known key with other figures is told, and stays."""
    item = {"staff": rm.pk, "metric": "csat", "day": "2026-11-20"}
    url = f"/api/v1/competitions/{quarter.pk}/entries/"

    def send(*items, take_back=()):
        batch = {"items": [{**item, **one} for one in items], "take_back": take_back}
        answer = speaking_for(admin).post(url, batch, format="json")
        return answer.status_code, answer.json()

    send({"source_key": "S-1", "amount": "9.50"}, {"source_key": "S-2", "amount": "95.00"})
    changed = {"source_key": "S-1", "amount": "95.00"}

    assert send(changed, {"source_key": "S-2", "amount": "95.00"}) == (
        201,
        {"created": 0, "known": 2, "taken_back": 0, "differing": ["S-1"]},
    )
    mended = {**changed, "source_key": "S-1b"}
    assert [send(mended, take_back=["S-1"])[1]["taken_back"] for _twice in range(2)] == [1, 0]
    found = board(quarter, today=TODAY).of(rm.pk).score.actual("csat")
    assert (found, PointEntry.objects.count()) == (95, 4)
    credit(peer, Decimal(1), metric="contact", source="contact:9", day=TODAY, at=clock.now())
    for unknown in ("S-9", "contact:9"):
        status, _answer = send({**changed, "source_key": "S-3"}, take_back=["S-2", unknown])
        assert status == 409
    assert PointEntry.objects.count() == 5


def test_what_is_measured_elsewhere_counts_by_its_metric(quarter, rm, admin, speaking_for):
    """Net growth, fees, readings of satisfaction, and a complaint that costs points."""
    measured = [
        ("aum_growth", "20000000.00"),
        ("fee_income", "40000.00"),
        ("csat", "94.00"),
        ("csat", "96.00"),
        ("complaint", "1.00"),
    ]
    items = [
        {"source_key": f"X-{n}", "staff": rm.pk, "metric": m, "amount": a, "day": "2026-11-20"}
        for n, (m, a) in enumerate(measured)
    ]
    program, url = speaking_for(admin), f"/api/v1/competitions/{quarter.pk}"

    for _twice in range(2):
        assert program.post(f"{url}/entries/", {"items": items}, format="json").status_code == 201

    [row] = program.get(f"{url}/standings/").json()["results"]
    scored = {line["metric"]: line["score"] for line in row["lines"] if line["score"] != "0.00"}
    assert scored == {"aum_growth": "25.00", "fee_income": "10.00", "csat": "5.00"}
    assert (row["deducted"], row["score"]) == ("2.00", "38.00")


def test_tellers_do_not_see_the_competition(quarter, teller, speaking_for):
    url = f"/api/v1/competitions/{quarter.pk}/standings/"

    assert speaking_for(teller).get(url).status_code == 403
