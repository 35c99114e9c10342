"""A month that is over opens and leaves as it was: whom it missed, by owner and tier of then."""

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from clients.assets.actions.lifecycle import change_state
from clients.assets.models import TierChange
from clients.assets.rules.states import Verdict
from clients.book.actions import give
from clients.exports import actions as exports
from clients.models import Client, Export, Ownership
from crm.lib import clock
from managers.audit.models import AccessEvent
from tests.factories import ClientFactory, ContactFactory

pytestmark = pytest.mark.django_db

SUMMER = datetime(2026, 7, 1, tzinfo=clock.SHANGHAI)


@pytest.fixture
def moved(rm, peer, stranger, outlet, other_outlet, now):
    """Missed in October; since then one rose, one sleeps, two have other owners."""
    names = ("rising", "passed_on", "leaving", "sleeping")
    found = {
        name: ClientFactory(
            owner=rm, outlet=outlet, tier="gold", number=name, responsible_since=SUMMER
        )
        for name in names
    }
    ContactFactory(client=found["rising"], happened_at=SUMMER)
    _rise(found["rising"], now)
    give(found["passed_on"], to=peer, cause=Ownership.Cause.REASSIGNED, by=peer, at=now)
    elsewhere = {"to": stranger, "outlet": other_outlet, "by": stranger}
    give(found["leaving"], **elsewhere, cause=Ownership.Cause.REASSIGNED, at=now)
    change_state(found["sleeping"], Verdict("dormant", {}), at=now)
    for one in found.values():
        ContactFactory(client=one, happened_at=now - timedelta(days=1))
    return found


def _rise(client, now):
    """The night's count makes a gold client a diamond one."""
    month = now.date().replace(day=1)
    why = {"cause": "reached", "month": month, "average": Decimal(1), "effective_on": month}
    TierChange.objects.create(client=client, was="gold", now="diamond", at=now, **why)
    Client.objects.filter(pk=client.pk).update(tier="diamond")


def listed(client, **asked):
    """Numbers of the clients on the page behind a share, and its text."""
    page = client.get(reverse("uncovered"), {"month": "2026-10", **asked})
    return {row.client.number for row in page.context["page"].rows}, page.content.decode()


def test_a_head_opens_whom_nobody_spoke_to_in_october(
    client, head, other_head, rm, peer, outlet, moved
):
    client.force_login(head)
    missed = {"passed_on", "sleeping", "rising"}

    names, text = listed(client)

    assert names == missed
    assert "1 more is looked after elsewhere by now" in text
    assert "2026-07-01" in text
    then = ({"owner": rm.pk}, {"tier": "gold"}, {"state": "owned"}, {"outlet": outlet.pk})
    assert [listed(client, **line)[0] for line in then] == [missed] * 4
    since = ({"owner": peer.pk}, {"tier": "diamond"}, {"state": "dormant"}, {"month": ""})
    assert [listed(client, **line)[0] for line in since] == [set()] * 4
    client.force_login(other_head)
    assert listed(client)[0] == set()


def test_an_rm_opens_the_october_of_the_own_book(client, rm, peer, moved):
    client.force_login(rm)
    assert listed(client)[0] == {"sleeping", "rising"}
    client.force_login(peer)
    assert listed(client)[0] == set()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_a_month_costs_the_same(
    client, head, rm, outlet, rows, django_assert_num_queries
):
    for _one in range(rows):
        ClientFactory(owner=rm, outlet=outlet, responsible_since=SUMMER)
    client.force_login(head)
    listed(client)

    with django_assert_num_queries(10):
        names, _text = listed(client)

    assert len(names) == rows


def test_each_month_of_the_chart_opens_its_figures(client, head, moved):
    client.force_login(head)

    page = client.get(reverse("coverage"), {"month": "2026-10"})

    whole = page.context["coverage"].whole
    assert (whole.covered, whole.missing) == (0, 4)
    text = page.content.decode()
    assert "Saturday, 2026-10-31" in text
    assert text.count('class="is-now"') == 1
    for link in ("?month=2026-09", "?month=2026-10&amp;tier=gold", "coverage&amp;month=2026-10"):
        assert link in text


@pytest.mark.parametrize("month", ["2031-01", "2026-13", "x", "", "2026-11"])
def test_a_month_without_sense_is_today(client, head, month, now):
    client.force_login(head)
    assert client.get(reverse("coverage"), {"month": month}).context["on"] == now.date()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_month_leaves_as_it_was(client, head, rm, outlet, moved, now, kind):
    asked = {"kind": "coverage", "unit": outlet.pk, "format": kind, "month": "2026-10"}
    client.force_login(head)

    client.post(reverse("export-new"), {**asked, "reason": "For the meeting of October"})
    exports.build_waiting(at=now)

    rows = _sheet(exports.download(Export.objects.get(), by=head, at=now), kind)
    assert rows.keys() == {"rising", "passed_on", "sleeping"}
    assert [rows["rising"][place] for place in (2, 6, 7)] == ["Gold", "2026-07-01", "no"]
    assert [rows["sleeping"][place] for place in (3, 6, 7)] == ["Owned", "", "no"]
    assert rm.latin_name in rows["passed_on"][4]
    assert outlet.latin_name in rows["passed_on"][5]
    log = AccessEvent.objects.filter(verb="exported").values_list("client_id", flat=True)
    assert set(log) == {moved[name].pk for name in rows}


def _sheet(body, kind) -> dict:
    """The rows below the two of the head, by the client's number."""
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    else:
        cells = load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)
        rows = [[cell or "" for cell in row] for row in cells]
    return {row[0]: row for row in rows[2:]}
