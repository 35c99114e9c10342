"""Coverage of the contact standard agrees with a count by hand, whatever happened (rules F13)."""

import csv
import io
from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clients.book.actions import assign
from clients.coverage.queries import coverage, trend, uncovered
from clients.exports import actions as exports
from clients.models import Client, Contact, Export, Ownership
from crm.lib import clock
from crm.lib.packing import unpack
from tests.factories import ClientFactory, ContactFactory, OrgUnitFactory, PostingFactory

MONDAY = date(2026, 11, 23)
GAPS = {"private": 14, "diamond": 30, "platinum": 45, "gold": 90}


def share(found):
    return found.covered, found.clients


def spoken(client, days_ago, now, **more):
    return ContactFactory(client=client, happened_at=now - timedelta(days=days_ago), **more)


@pytest.mark.django_db
@pytest.mark.parametrize("tier", GAPS)
def test_a_client_is_covered_up_to_the_last_day_of_the_gap(rm, now, tier):
    gap = GAPS[tier]
    within, too_long = (ClientFactory(owner=rm, tier=tier) for _one in range(2))
    spoken(within, gap, now)
    spoken(too_long, gap + 1, now)

    assert share(coverage(rm, on=MONDAY).whole) == (1, 2)
    assert [row.client for row in uncovered(rm, on=MONDAY)] == [too_long]


@pytest.mark.django_db
def test_prospects_have_a_standard_of_their_own_and_regular_clients_none(rm, now):
    prospect = ClientFactory(owner=rm, tier="gold", state="prospect")
    spoken(prospect, 31, now)
    ClientFactory(owner=rm, tier="regular")

    assert share(coverage(rm, on=MONDAY).whole) == (0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "left_out", [{"state": "dormant"}, {"state": "lost"}, {"do_not_contact": True}]
)
def test_who_is_left_in_peace_is_not_measured(rm, left_out):
    ClientFactory(owner=rm, **left_out)

    assert share(coverage(rm, on=MONDAY).whole) == (0, 0)


@pytest.mark.django_db
def test_a_contact_that_is_not_valid_or_comes_later_covers_nobody(rm, now):
    client = ClientFactory(owner=rm)
    spoken(client, 3, now, is_valid=False)
    spoken(client, -1, now)

    assert share(coverage(rm, on=MONDAY).whole) == (0, 1)


@pytest.mark.django_db
def test_heads_see_each_rm_and_tier_of_their_outlets(rm, peer, stranger, head, outlet, now):
    for owner, tier, days in ((rm, "gold", 3), (rm, "private", 40), (peer, "gold", 3)):
        spoken(ClientFactory(owner=owner, outlet=outlet, tier=tier), days, now)
    ClientFactory(owner=stranger)

    found = coverage(head, on=MONDAY)

    assert [(row.key, *share(row)) for row in found.by_owner] == [(rm, 1, 2), (peer, 1, 1)]
    assert [(row.key, *share(row)) for row in found.by_tier] == [("private", 0, 1), ("gold", 2, 2)]
    assert (found.whole.percent, found.whole.missing) == (66, 1)


@pytest.mark.django_db
def test_a_month_that_ended_counts_who_owned_the_client_then(rm, peer, head, outlet, now):
    october = datetime(2026, 10, 20, 10, tzinfo=clock.SHANGHAI)
    client = ClientFactory(owner=rm, outlet=outlet, responsible_since=october)
    Ownership.objects.filter(client=client).update(since=october)
    spoken(client, 30, now)
    assign(client, to=peer, was=rm.pk, by=head, at=now)

    months = {day: share(found) for day, found in trend(head, on=MONDAY)}

    assert months[date(2026, 10, 31)] == months[MONDAY] == (1, 1)
    assert months[date(2026, 9, 30)] == (0, 0)
    owners = [coverage(head, on=day).by_owner[0].key for day in (date(2026, 10, 31), MONDAY)]
    assert owners == [rm, peer]


class AnyHistory(TestCase):
    """For any clients, contacts and owners the database and a loop over all rows agree."""

    @settings(max_examples=15)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from([*GAPS, "regular"]),
                st.sampled_from(["owned", "prospect", "dormant", "closed"]),
                st.booleans(),
                st.lists(st.tuples(st.integers(-2, 120), st.booleans()), max_size=4),
            ),
            max_size=8,
        )
    )
    def test_the_database_agrees_with_a_count_by_hand(self, clients):
        now = datetime(2026, 11, 23, 9, 10, tzinfo=clock.SHANGHAI)
        unit = OrgUnitFactory()
        owner = PostingFactory(unit=unit, post="wealth_rm").staff
        head = PostingFactory(unit=unit, post="branch_head").staff
        for tier, state, in_peace, contacts in clients:
            client = ClientFactory(
                owner=owner, outlet=unit, tier=tier, state=state, do_not_contact=in_peace
            )
            for days, valid in contacts:
                spoken(client, days, now, is_valid=valid)

        with clock.at(now):
            found = coverage(head, on=MONDAY).whole
            missing = set(uncovered(head, on=MONDAY).values_list("client", flat=True))

        covered, late = _by_hand(Client.objects.filter(owner=owner), MONDAY)
        assert (share(found), missing) == ((len(covered), len(covered) + len(late)), late)


def _by_hand(clients, day):
    """Covered and late clients, one by one, from the rules' words."""
    days, covered, late = {**GAPS, "prospect": 30}, set(), set()
    for client in clients:
        gap = days["prospect"] if client.state == "prospect" else days.get(client.tier)
        if gap is None or client.do_not_contact or client.state in ("dormant", "lost", "closed"):
            continue
        end = datetime.combine(day, time.max, tzinfo=clock.SHANGHAI)
        rows = Contact.objects.filter(client=client, is_valid=True, happened_at__lte=end)
        last = max((clock.local(row.happened_at).date() for row in rows), default=None)
        (covered if last and (day - last).days <= gap else late).add(client.pk)
    return covered, late


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_book(
    client, head, outlet, rm, rows, django_assert_num_queries
):
    for tier in ("gold", "private", "diamond")[:rows]:
        ClientFactory(owner=rm, outlet=outlet, tier=tier)
    client.force_login(head)
    client.get(reverse("coverage"))

    with django_assert_num_queries(21):
        page = client.get(reverse("coverage"))

    assert page.context["coverage"].whole.clients == rows


@pytest.mark.django_db
def test_the_list_behind_a_share_is_narrowed_by_its_line(client, head, outlet, rm, peer):
    mine = ClientFactory(owner=rm, outlet=outlet, tier="gold")
    ClientFactory(owner=peer, outlet=outlet, tier="private")
    client.force_login(head)

    def found(**asked):
        page = client.get(reverse("uncovered"), asked).context["page"]
        return {row.client_id for row in page.rows}

    assert len(found()) == 2
    assert found(owner=rm.pk) == found(tier="gold") == {mine.pk}
    page = client.get(reverse("uncovered"), {"owner": rm.pk, "tier": "gold"})
    assert "Gold · Lin Yue" in page.content.decode()
    assert not client.get(reverse("uncovered")).context["narrowed"]


@pytest.mark.django_db
def test_heads_take_it_out_as_any_list(head, outlet, rm, now):
    spoken(ClientFactory(owner=rm, outlet=outlet, number="K1"), 3, now)
    ClientFactory(owner=rm, outlet=outlet, number="K2")
    asked = {"kind": "coverage", "unit": outlet, "format": "csv", "reason": "For the meeting"}

    exports.ask(**asked, by=head, at=now)
    exports.build_waiting(at=now)

    body = unpack(Export.objects.get().body.open()).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert [(row[0], row[7]) for row in rows[2:]] == [("K1", "yes"), ("K2", "no")]
    assert head.employee_no in rows[0][0]
