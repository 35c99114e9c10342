"""Two at once over one import: one of them has it, nothing is doubled."""

import pytest
from django.db import connection

from clients.intake.actions import runs
from clients.intake.actions.working import work
from clients.models import Client, ImportRun
from managers.models import Staff
from tests.clients.imports import AT, checked, row, table
from tests.test_races import outcome_of
from tests.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer: no races to see"
    ),
]


def begin(run, head):
    """Start the run as another process would."""
    by = Staff.objects.get(pk=head.pk)
    return runs.start(ImportRun.objects.get(pk=run.pk), accepted=True, by=by, at=AT)


def test_two_who_start_one_import_at_once_start_it_once(head, outlet):
    run = checked(head, table(row(1)))

    results = at_once(*[lambda: begin(run, head)] * 2)

    assert outcome_of(results) == (1, 1)


def test_two_workers_on_one_import_bring_it_in_once(head, outlet):
    run = begin(checked(head, table(*[row(n) for n in range(1, 40)])), head)

    results = at_once(*[lambda: work(run.pk, now=lambda: AT)] * 3)

    assert sorted(results) == ["", "", "done"]
    run.refresh_from_db()
    assert (run.created, run.rejected, Client.objects.count()) == (39, 0, 39)


def test_a_cancel_during_the_run_leaves_counts_that_agree_with_the_book(head, outlet):
    run = begin(checked(head, table(*[row(n) for n in range(1, 40)])), head)

    at_once(
        lambda: work(run.pk, now=lambda: AT),
        lambda: runs.cancel(run, by=Staff.objects.get(pk=head.pk), at=AT),
    )

    run.refresh_from_db()
    assert run.state in ("done", "cancelled")
    assert run.created == Client.objects.count()
