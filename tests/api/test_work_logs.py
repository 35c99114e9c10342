"""Work logs over the API."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_program_hands_a_day_in_and_the_head_reads_it(rm, peer, head, speaking_for):
    url = "/api/v1/work-logs/"

    made = speaking_for(rm).post(url, {"day": "2026-11-23", "ticks": ["news"], "hand_in": True})
    again = speaking_for(rm).post(url, {"day": "2026-11-23"})

    assert (made.status_code, again.status_code) == (201, 409)
    assert made.json()["ticks"] == ["calls", "promises", "referrals", "visits", "news"]
    found = [speaking_for(one).get(url).json()["results"] for one in (rm, peer, head)]
    assert [len(rows) for rows in found] == [1, 0, 1]
