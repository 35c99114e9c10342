"""The competition over the API."""

import pytest

from tests.factories import PointEntryFactory

pytestmark = pytest.mark.django_db


def test_equal_points_share_a_place_and_who_has_none_still_stands_there(
    rm, peer, stranger, marketing, lobby, speaking_for
):
    for person, points in ((rm, "5.00"), (peer, "5.00"), (stranger, "9.50")):
        PointEntryFactory(staff=person, points=points)

    rows = speaking_for(rm).get("/api/v1/competitions/2026-Q4/standings/").json()["results"]

    assert [(row["staff"], row["place"], row["points"]) for row in rows] == [
        (stranger.pk, 1, "9.50"),
        (rm.pk, 2, "5.00"),
        (peer.pk, 2, "5.00"),
        (marketing.pk, 4, "0.00"),
        (lobby.pk, 4, "0.00"),
    ]


def test_a_division_stands_alone(rm, marketing, speaking_for):
    url = "/api/v1/competitions/2026-11/standings/?division=marketing_rm"

    rows = speaking_for(rm).get(url).json()["results"]

    assert [row["staff"] for row in rows] == [marketing.pk]


def test_the_entries_behind_a_score_are_for_the_person_and_the_head(rm, peer, head, speaking_for):
    PointEntryFactory(staff=rm)
    url = f"/api/v1/competitions/2026-11/entries/?staff={rm.pk}"

    def seen_by(person):
        return [row["points"] for row in speaking_for(person).get(url).json()["results"]]

    assert (seen_by(rm), seen_by(head), seen_by(peer)) == (["10.00"], ["10.00"], [])


def test_a_period_that_is_none_does_not_exist(rm, speaking_for):
    program = speaking_for(rm)

    assert program.get("/api/v1/competitions/2026-Q4/").json()["last"] == "2026-12-31"
    assert program.get("/api/v1/competitions/2026-13/").status_code == 404
    assert program.get("/api/v1/competitions/2026-11/standings/?team=1").status_code == 400


def test_tellers_do_not_see_the_competition(teller, speaking_for):
    assert speaking_for(teller).get("/api/v1/competitions/2026-11/standings/").status_code == 403
