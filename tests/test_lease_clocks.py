"""Workers on machines whose clocks are minutes apart: what one of them holds, no other takes."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from clients.exports import actions as exports
from clients.exports.tasks import build_exports
from clients.intake.actions import runs
from clients.intake.actions import working as imports
from clients.intake.tasks import work_import
from clients.models import Client, Export
from clients.reassignment.actions import execute, working
from clients.reassignment.tasks import work_plan
from crm.lib import clock
from crm.lib.db import shared_now
from tests.clients.imports import checked, row, table
from tests.clients.plans import approved, leaving
from tests.wrong_clock import set_clock_wrong

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="On SQLite all workers share one machine"
    ),
]

FAST, SLOW = 60, -60  # minutes


@pytest.fixture
def present(now):
    """No frozen clock: the moment at which the test really runs."""
    clock.set(None)
    return shared_now()


@pytest.fixture
def machine():
    """Let what follows run on a machine whose clock is so many minutes wrong."""
    yield set_clock_wrong
    clock.datetime = datetime


@pytest.fixture
def plan(rm, peer, head, present):
    leaving(rm, 3)
    return execute(approved(rm, by=head, effective_on=clock.today()), by=head, at=present)


@pytest.fixture
def run(head, outlet, present):
    return runs.start(checked(head, table(row(1))), accepted=True, by=head, at=present)


@pytest.fixture
def export(head, outlet, rm, present):
    asked = {"kind": "clients", "unit": outlet, "reason": "For the quarterly review"}
    return exports.ask(format="csv", **asked, by=head, at=present)


def test_a_plan_that_a_worker_holds_is_not_taken_by_one_whose_clock_is_ahead(plan, rm, machine):
    held = working.claim(plan.pk, at=shared_now())
    machine(FAST)

    work_plan(plan.pk)

    plan.refresh_from_db()
    assert (plan.fence, plan.state) == (held.fence, "running")
    assert rm.book.count() == 3


def test_a_worker_whose_clock_is_behind_takes_a_plan_that_was_left(plan, peer, machine):
    working.claim(plan.pk, at=shared_now() - timedelta(minutes=30))
    machine(SLOW)

    work_plan(plan.pk)

    plan.refresh_from_db()
    assert plan.state == "done"
    assert plan.ended_at > plan.created_at


def test_an_import_that_a_worker_holds_is_not_taken_by_one_whose_clock_is_ahead(run, machine):
    held = imports.claim(run.pk, at=shared_now())
    machine(FAST)

    work_import(run.pk)

    run.refresh_from_db()
    assert (run.fence, run.state) == (held.fence, "running")
    assert not Client.objects.exists()


def test_a_worker_whose_clock_is_behind_takes_an_import_that_was_left(run, machine):
    imports.claim(run.pk, at=shared_now() - timedelta(minutes=30))
    machine(SLOW)

    work_import(run.pk)

    run.refresh_from_db()
    assert run.state == "done"
    assert Client.objects.count() == 1


def test_an_export_that_a_worker_holds_is_not_built_by_one_whose_clock_is_ahead(export, machine):
    until = shared_now() + timedelta(minutes=10)
    Export.objects.update(state=Export.State.BUILDING, lease_until=until)
    machine(FAST)

    build_exports()

    export.refresh_from_db()
    assert (export.state, export.lease_until) == (Export.State.BUILDING, until)


def test_a_worker_whose_clock_is_behind_builds_an_export_that_was_left(export, present, machine):
    left = present - timedelta(minutes=30)
    Export.objects.update(state=Export.State.BUILDING, lease_until=left)
    machine(SLOW)

    build_exports()

    export.refresh_from_db()
    assert export.state == Export.State.READY
    assert export.expires_at > present
