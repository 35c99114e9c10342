"""Exports through the API."""

import pytest

from clients.exports.tasks import build_exports
from tests.factories import ClientFactory
from tests.factories.exports import ExportFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/exports/"


def test_a_head_asks_waits_and_downloads(head, rm, outlet, speaking_for):
    ClientFactory(owner=rm, outlet=outlet)
    program = speaking_for(head)

    made = program.post(
        URL, {"kind": "clients", "unit": outlet.pk, "reason": "For the quarterly review"}
    ).json()
    assert (made["state"], made["allowed_actions"]) == ("queued", [])
    build_exports()

    ready = program.get(f"{URL}{made['id']}/").json()
    assert (ready["state"], ready["allowed_actions"]) == ("ready", ["download"])
    assert program.post(f"{URL}{made['id']}/download/").content[:2] == b"PK"


def test_the_audit_is_exported_by_days(auditor, head_office, speaking_for):
    asked = {"kind": "audit", "unit": head_office.pk, "reason": "Asked by the regulator"}

    assert speaking_for(auditor).post(URL, asked).status_code == 400


def test_an_rm_exports_nothing(rm, outlet, speaking_for):
    asked = {"kind": "clients", "unit": outlet.pk, "reason": "For the quarterly review"}

    assert speaking_for(rm).post(URL, asked).status_code == 403


def test_others_do_not_see_it(head, peer, speaking_for):
    export = ExportFactory(asked_by=head)

    assert speaking_for(peer).get(f"{URL}{export.pk}/").status_code == 404
