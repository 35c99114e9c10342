"""Programmes on their pages, over the API and in the administration (rules F14)."""

from datetime import date, timedelta

import pytest

from clients.models import Programme, ProgrammeRun
from tests.clients.followups import MONDAY
from tests.clients.programmes import days, the_next
from tests.factories import ClientFactory


def test_the_page_begins_moves_and_calls_off(client, rm, now):
    mine = ClientFactory(owner=rm, last_contact_at=now)
    client.force_login(rm)
    url = f"/clients/{mine.pk}/programmes/"

    assert client.post(url, {"code": "onboarding"}).status_code == 302
    run = ProgrammeRun.objects.get()
    page = client.get(url).content.decode()
    assert "Onboarding of a new VIP" in page
    assert "First review of the portfolio" in page
    wrong = client.post(f"/programmes/{run.pk}/move/", {"number": 3, "to": "2026-11-20"})
    assert wrong.status_code == 422
    moved = {"number": 3, "to": "2026-12-08", "with_later": "on"}
    assert client.post(f"/programmes/{run.pk}/move/", moved).status_code == 302
    assert days(run)[2:4] == [date(2026, 12, 8), date(2026, 12, 24)]
    item = the_next(mine)
    assert "Move the later steps along" in client.get(f"/follow-ups/{item.pk}/").content.decode()

    assert client.post(f"/programmes/{run.pk}/call-off/").status_code == 302
    run.refresh_from_db()
    assert run.state == "called_off"
    assert "Called off" in client.get(url).content.decode()


def test_the_api_begins_moves_and_calls_off(client, rm, now):
    mine = ClientFactory(owner=rm, last_contact_at=now)
    client.force_login(rm)
    send = {"content_type": "application/json"}

    made = client.post("/api/v1/programmes/", {"client": mine.pk, "code": "onboarding"}, **send)
    address = f"/api/v1/programmes/{made.json()['id']}/"
    moved = client.post(address + "move/", {"number": 2, "to": "2026-11-30"}, **send).json()
    missing = client.post(address + "move/", {"number": 9, "to": "2026-11-30"}, **send)
    ended = client.post(address + "call-off/", **send).json()

    assert [step["due_on"] for step in moved["steps"]][1:3] == ["2026-11-30", "2026-12-11"]
    assert (missing.status_code, ended["state"]) == (409, "called_off")
    listed = client.get(f"/api/v1/programmes/?client={mine.pk}&state=called_off").json()
    assert len(listed["results"]) == 1


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        ("0 call Welcome\n14 visit", 302),
        ("0\tCall\n14 Meeting at the centre", 302),
        ("14 call\n3 call", 200),
        ("3 pigeon", 200),
        ("soon call", 200),
    ],
)
def test_the_administrator_sets_a_programme_from_tomorrow_on(client, admin, lines, answer):
    client.force_login(admin)
    typed = {
        "code": "onboarding",
        "name": "Welcome",
        "is_on": "on",
        "starts": ["assigned"],
        "steps": lines,
        "valid_from": str(MONDAY + timedelta(days=1)),
    }

    assert client.post("/admin/clients/programme/add/", typed).status_code == answer

    if answer == 302:
        row = Programme.objects.get()
        assert row.steps[1] == {"day": 14, "channel": "visit", "purpose": ""}
        page = client.get("/contact-rules/").content.decode()
        assert "Onboarding of a new VIP" in page  # today
        assert "Welcome" in page  # from tomorrow on
