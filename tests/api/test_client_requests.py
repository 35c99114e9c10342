"""Requests of clients over the API."""

import pytest

from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db


def test_a_program_takes_answers_and_closes(rm, peer, outlet, speaking_for):
    book, program = ClientFactory(owner=rm, outlet=outlet), speaking_for(rm)
    new = {"client": book.pk, "asked": "The rate", "due_on": "2026-11-24"}

    made = program.post("/api/v1/client-requests/", new)
    url = f"/api/v1/client-requests/{made.json()['id']}/"
    refused = program.post(f"{url}close/", {"told": "call", "result": "done"})
    answered = program.post(f"{url}answer/", {"answer": "2.1 percent"})
    closed = program.post(f"{url}close/", {"told": "call", "result": "done"})

    assert made.json()["allowed_actions"] == ["answer", "close"]
    assert (refused.status_code, answered.json()["state"]) == (409, "answered")
    assert (closed.json()["state"], closed.json()["allowed_actions"]) == ("closed", [])
    assert speaking_for(peer).get(url).status_code == 404
