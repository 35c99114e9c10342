"""A worker of Celery, woken over the broker that the run names."""

import threading
from datetime import timedelta

import pytest
from celery import signals
from celery.contrib.testing.worker import start_worker

from crm.celery import app
from crm.lib import clock
from managers.models import Letter
from managers.outbox.actions import post
from managers.outbox.tasks import deliver
from tests.managers.notes import notes
from tests.threads import NEVER_MIND

__all__ = ["notes"]

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("notes"),
]


@pytest.fixture
def finished():
    """Set when the worker has ended a delivery, not for what other tests left in the broker."""
    told = threading.Event()

    def tell(**_facts):
        told.set()

    signals.task_postrun.connect(tell, sender=deliver)
    yield told
    signals.task_postrun.disconnect(tell)


def test_a_letter_leaves_when_the_clock_wakes_the_worker(rm, now, smtp_sink, finished):
    note = post("note", to=rm, due=now, about="note:1", at=now, text="Hello")

    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=NEVER_MIND):
        deliver.delay()
        assert finished.wait(NEVER_MIND)

    assert smtp_sink.recipients == [rm.email]
    assert Letter.objects.get(pk=note.pk).state == Letter.State.SENT


def test_a_worker_hears_a_scheduler_whose_clock_is_minutes_behind(rm, now, smtp_sink, finished):
    post("note", to=rm, due=now, about="note:1", at=now, text="Hello")
    lasts = app.conf.beat_schedule["deliver"]["options"]["expires"]
    as_it_says = clock.running() - timedelta(minutes=10) + timedelta(seconds=lasts)

    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=NEVER_MIND):
        deliver.apply_async(expires=as_it_says)
        assert finished.wait(NEVER_MIND)

    assert smtp_sink.recipients == [rm.email]
