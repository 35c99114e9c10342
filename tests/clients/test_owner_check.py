"""Every night the database is asked whether everybody has somebody (rules E9)."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from clients.models import Client, Ownership
from clients.reassignment.actions import check_owners
from clients.reassignment.owner_check import Fault, faulty
from clients.reassignment.tasks import check_owners as nightly
from crm.celery import app
from crm.lib import clock
from managers.inbox.kinds import tell
from managers.models import Letter, Notification, Staff
from tests.factories import AbsenceFactory, ClientFactory

pytestmark = pytest.mark.django_db


def faults():
    return dict(faulty(on=clock.today()).values_list("pk", "fault"))


def summary():
    out = StringIO()
    code = 0
    try:
        call_command("check_owners", "--json", stdout=out)
    except SystemExit as stopped:
        code = stopped.code
    return code, json.loads(out.getvalue().splitlines()[-1])


def test_where_everybody_has_somebody_the_night_proves_zero(rm, peer, head, outlet, now):
    ClientFactory.create_batch(2, owner=rm)
    AbsenceFactory(staff=peer, deputy=rm)
    ClientFactory(owner=peer)
    ClientFactory(owner=None, outlet=outlet, state="identified", responsible_since=now)
    ClientFactory(owner=None, outlet=outlet, state="closed")

    assert faults() == {}
    code, told = summary()
    assert (code, told["ok"], told["clients"]) == (0, True, 0)
    assert not Notification.objects.exists()


def told_to_each() -> dict:
    """What stands in the inbox of each person: the notification and its words."""
    rows = Notification.objects.order_by("pk")
    return {row.to: pair for row in rows for pair in tell([row], to=row.to)}


def test_what_is_broken_behind_the_actions_back_is_found_and_told_to_the_head_once(
    rm, peer, stranger, head, other_head, outlet, now
):
    fine, unknown, gone, uncovered, waiting = (
        ClientFactory(owner=rm),
        ClientFactory(owner=rm),
        ClientFactory(owner=stranger),
        ClientFactory(owner=peer),
        ClientFactory(owner=None, outlet=outlet, state="identified"),
    )
    Client.objects.filter(pk=unknown.pk).update(owner=head)  # past the history
    Staff.objects.filter(pk=stranger.pk).update(is_active=False)  # past the refusal
    AbsenceFactory(staff=peer, deputy=None)
    since = now - timedelta(days=10)
    Ownership.objects.filter(client=waiting).update(since=since)
    Client.objects.filter(pk=waiting.pk).update(responsible_since=since)

    assert faults() == {
        unknown.pk: Fault.UNKNOWN,
        gone.pk: Fault.GONE,
        uncovered.pk: Fault.UNCOVERED,
        waiting.pk: Fault.WAITING,
    }
    assert fine.pk not in faults()
    nightly()
    nightly()
    check_owners(at=now + timedelta(hours=3))

    told = told_to_each()
    assert set(told) == {head, other_head}
    assert told[head][1].title == "3 clients have nobody: Nanhu Road outlet"
    assert told[head][1].text == (
        "Why: the history names another RM, or none (1), the RM is away and nobody covers (1) and "
        "waits in the pool for longer than allowed (1)."
    )
    assert Letter.objects.filter(kind="notification").count() == 2
    assert summary()[0] == 1
    with translation.override("zh-hans"):
        chinese = {reader: words for reader, (_row, words) in told_to_each().items()}
    assert chinese[head].title == "3 位客户无人负责：南湖路支行"

    check_owners(at=now + timedelta(days=1))
    assert Notification.objects.filter(to=head).count() == 2


def test_a_client_may_wait_five_working_days_and_not_a_sixth(outlet, head, now):
    waiting = ClientFactory(owner=None, outlet=outlet, state="identified")
    # Monday, and the Monday before that: five working days lie between, six since the Friday.
    for day, expected in ((16, {}), (13, {waiting.pk: Fault.WAITING})):
        since = now.replace(day=day)
        Client.objects.filter(pk=waiting.pk).update(responsible_since=since)
        assert faults() == expected


def test_a_head_sees_who_it_is_and_why(client, rm, stranger, head):
    mine, other = ClientFactory(owner=rm), ClientFactory(owner=stranger)
    Staff.objects.filter(pk__in=[rm.pk, stranger.pk]).update(is_active=False)
    client.force_login(head)

    page = client.get(reverse("owner-check")).content.decode()

    assert reverse("client", args=[mine.pk]) in page
    assert reverse("client", args=[other.pk]) not in page
    assert "does not work here any more" in page


def test_the_clock_starts_it_every_night():
    entry = app.conf.beat_schedule["check-owners"]
    assert entry["task"] == nightly.name
