"""Whom the bank suggests for an unassigned client, and why."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.book import rules
from clients.book.models import Client, Household, Member, Tier
from clients.book.reasons import Reason
from clients.book.suggestions import suggest, team
from managers.people.models import OrgUnit
from tests.factories import (
    AbsenceFactory,
    ClientFactory,
    HoldingFactory,
    LicenceFactory,
    OrgUnitFactory,
    PostingFactory,
    PreferencesFactory,
    SpokenLanguageFactory,
)

TODAY = date(2026, 11, 23)


def waiting(outlet, tier="platinum", **fields):
    """A client of the outlet's pool."""
    return ClientFactory(outlet=outlet, tier=tier, **fields)


def test_the_emptiest_book_is_suggested(rm, peer, outlet):
    ClientFactory.create_batch(3, owner=rm)

    found = suggest([client := waiting(outlet)], on=TODAY)[client.pk]

    assert (found.staff, found.reason, found.before, found.after) == (peer, Reason.LOAD, 0, 0)


def test_each_suggestion_counts_in_the_load_for_the_next(rm, peer, outlet):
    clients = [waiting(outlet, "private") for _number in range(4)]

    found = suggest(clients, on=TODAY)

    assert [found[client.pk].staff for client in clients] == [rm, peer, rm, peer]
    assert [(one.before, one.after) for one in found.values()] == [(0, 2), (0, 2), (2, 3), (2, 3)]


def test_regular_clients_who_weigh_nothing_are_shared_out_too(rm, peer, outlet):
    clients = [waiting(outlet, "regular") for _number in range(4)]

    found = suggest(clients, on=TODAY)

    assert [found[client.pk].staff for client in clients] == [rm, peer, rm, peer]


def test_who_spoke_with_the_client_comes_first(rm, peer, outlet):
    ClientFactory.create_batch(30, owner=rm)
    client = waiting(outlet)

    found = suggest([client], on=TODAY, met={client.pk: rm.pk})[client.pk]

    assert (found.staff, found.reason) == (rm, Reason.MET)


def test_who_serves_the_household_comes_next(rm, peer, outlet):
    ClientFactory.create_batch(30, owner=rm)
    client, spouse = waiting(outlet), ClientFactory(owner=rm)
    home = Household.objects.create()
    for person in (client, spouse):
        Member.objects.create(household=home, client=person, relation="spouse")

    found = suggest([client], on=TODAY)[client.pk]

    assert (found.staff, found.reason) == (rm, Reason.HOUSEHOLD)


def test_a_tier_that_needs_a_grade_says_so(rm, outlet):
    PostingFactory(unit=outlet, grade="assistant", step=1)

    found = suggest([client := waiting(outlet, "private")], on=TODAY)[client.pk]

    assert (found.staff, found.reason) == (rm, Reason.GRADE)


def test_who_has_the_licence_for_what_the_client_holds_comes_first(rm, peer, outlet):
    ClientFactory.create_batch(3, owner=peer)
    LicenceFactory(staff=peer, kind="fund")
    client = HoldingFactory(client=waiting(outlet), category="fund").client

    found = suggest([client], on=TODAY)[client.pk]

    assert (found.staff, found.reason) == (peer, Reason.LICENCE)


def test_a_licence_that_has_ended_is_none_and_then_the_load_decides(rm, peer, outlet):
    ClientFactory.create_batch(3, owner=peer)
    LicenceFactory(staff=peer, kind="fund", valid_until=date(2026, 11, 22))
    client = HoldingFactory(client=waiting(outlet), category="fund").client

    found = suggest([client], on=TODAY)[client.pk]

    assert (found.staff, found.reason) == (rm, Reason.LOAD)


def test_who_speaks_the_clients_language_comes_before_the_lowest_load(rm, peer, outlet):
    ClientFactory.create_batch(3, owner=peer)
    SpokenLanguageFactory(staff=peer, language="yue")
    SpokenLanguageFactory(staff=rm, language="en")
    client = PreferencesFactory(client=waiting(outlet), speaks="yue").client

    found = suggest([client, other := waiting(outlet)], on=TODAY)

    assert (found[client.pk].staff, found[client.pk].reason) == (peer, Reason.LANGUAGE)
    assert (found[other.pk].staff, found[other.pk].reason) == (rm, Reason.LOAD)


def test_nobody_is_suggested_without_the_grade(outlet):
    PostingFactory(unit=outlet, grade="assistant", step=1)

    found = suggest([client := waiting(outlet, "private")], on=TODAY)[client.pk]

    assert (found.staff, found.reason) == (None, Reason.NO_GRADE)


def test_nobody_is_suggested_where_every_book_is_full(rm, outlet):
    ClientFactory.create_batch(60, owner=rm, tier="private")

    found = suggest([client := waiting(outlet)], on=TODAY)[client.pk]

    assert (found.staff, found.reason) == (None, Reason.NO_ROOM)


def test_nobody_is_suggested_who_is_away_elsewhere_or_no_wealth_rm(
    rm, stranger, marketing, lobby, outlet
):
    AbsenceFactory(staff=rm, deputy=marketing)

    found = suggest([client := waiting(outlet)], on=TODAY)[client.pk]

    assert (found.staff, found.reason) == (None, Reason.NOBODY)


def test_the_centre_that_serves_the_outlet_takes_its_clients(outlet, branch_unit):
    centre = OrgUnitFactory(kind="wealth_centre", parent=branch_unit)
    OrgUnit.objects.filter(pk=outlet.pk).update(served_by=centre)
    outlet.refresh_from_db()
    of_centre = PostingFactory(unit=centre).staff

    assert suggest([client := waiting(outlet)], on=TODAY)[client.pk].staff == of_centre


def test_what_else_is_true_of_the_suggested_stands_behind_what_decided(
    rm, peer, outlet, branch_unit
):
    centre = OrgUnitFactory(kind="wealth_centre", parent=branch_unit)
    OrgUnit.objects.filter(pk=outlet.pk).update(served_by=centre)
    outlet.refresh_from_db()
    PostingFactory(unit=centre, staff__is_active=True)
    known, other = waiting(outlet), waiting(outlet)
    ClientFactory(owner=peer, tier="gold")

    found = suggest([known, other], on=TODAY, met={known.pk: peer.pk})

    assert (found[known.pk].staff, found[known.pk].why) == (
        peer,
        "has spoken with this client · works at the client's outlet",
    )
    assert found[other.pk].why == "lowest load · works at the client's outlet"


def test_near_is_not_said_where_all_work_at_the_clients_outlet(rm, peer, outlet):
    assert suggest([client := waiting(outlet)], on=TODAY)[client.pk].why == "lowest load"


@pytest.mark.parametrize("number", [1, 3, 60])
def test_suggesting_costs_the_same_for_any_number_of_clients(
    number, rm, peer, outlet, django_assert_num_queries
):
    clients = [waiting(outlet) for _number in range(number)]
    suggest(clients, on=TODAY)

    # RMs, load, absences, licences needed, households, languages wanted
    with django_assert_num_queries(6):
        suggest(clients, on=TODAY)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tiers=st.lists(st.sampled_from(Tier.values), max_size=12),
    filled=st.integers(0, 3),
)
def test_every_suggestion_is_one_that_the_rules_allow(rm, peer, outlet, tiers, filled):
    undo = transaction.savepoint()
    ClientFactory.create_batch(filled, owner=rm, tier="private")
    clients = [waiting(outlet, tier) for tier in tiers]

    for pk, found in suggest(clients, on=TODAY).items():
        rules.check_receiver(found.staff, Client.objects.get(pk=pk), on=TODAY)

    transaction.savepoint_rollback(undo)


def free(outlet, *pairs):
    """The team of the outlet, each with the free hours given."""
    known = dict(pairs)
    return [replace(one, free=known[one.staff]) for one in team([outlet], on=TODAY)]


def test_who_has_hours_free_comes_before_the_emptier_book_that_has_none(rm, peer, outlet):
    ClientFactory.create_batch(3, owner=peer)
    client = waiting(outlet)

    found = suggest([client], on=TODAY, candidates=free(outlet, (rm, -7), (peer, 28)))[client.pk]

    assert found.staff == peer
    assert found.said == ["lowest load among those with hours free", "28 hours free"]


def test_where_nobody_has_hours_free_the_load_decides_and_the_shortage_is_said(rm, peer, outlet):
    ClientFactory.create_batch(3, owner=peer)
    client = waiting(outlet)

    found = suggest([client], on=TODAY, candidates=free(outlet, (rm, -7), (peer, 0)))[client.pk]

    assert found.staff == rm
    assert found.said == ["lowest load", "7 hours short"]


def test_who_knows_the_client_is_suggested_though_short_of_hours(rm, peer, outlet):
    client, among = waiting(outlet), free(outlet, (rm, -1), (peer, 28))

    found = suggest([client], on=TODAY, met={client.pk: rm.pk}, candidates=among)[client.pk]

    assert (found.staff, found.said) == (rm, ["has spoken with this client", "1 hour short"])


def test_all_that_sets_the_rm_apart_is_said(rm, peer, outlet):
    PostingFactory(unit=outlet, grade="assistant", step=1)
    SpokenLanguageFactory(staff=peer, language="yue")
    LicenceFactory(staff=peer, kind="fund")
    client = PreferencesFactory(client=waiting(outlet, "private"), speaks="yue").client
    HoldingFactory(client=client, category="fund")

    found = suggest([client], on=TODAY, met={client.pk: peer.pk})[client.pk]

    assert found.said == [
        "has spoken with this client",
        "speaks the client's language",
        "has the grade for this tier",
        "has the licence for what the client holds",
    ]


@pytest.fixture
def of_centre(outlet, branch_unit):
    """A wealth RM of the centre that serves the outlet."""
    centre = OrgUnitFactory(kind="wealth_centre", parent=branch_unit)
    OrgUnit.objects.filter(pk=outlet.pk).update(served_by=centre)
    outlet.refresh_from_db()
    return PostingFactory(unit=centre).staff


def test_of_equally_full_books_the_nearest_is_suggested_and_said(of_centre, rm, outlet):
    ClientFactory(owner=rm, tier="gold")  # fewer clients at the centre, both at 0 percent

    found = suggest([client := waiting(outlet)], on=TODAY)[client.pk]

    assert (found.staff, found.said) == (rm, ["lowest load", "works at the client's outlet"])


def test_a_fuller_book_that_is_nearer_waits(of_centre, rm, outlet):
    ClientFactory.create_batch(3, owner=rm, tier="private")

    found = suggest([client := waiting(outlet)], on=TODAY)[client.pk]

    said = ["lowest load", "works at the centre that serves the outlet"]
    assert (found.staff, found.said) == (of_centre, said)


def test_who_goes_finds_receivers_at_the_outlet_first_then_in_the_branch(
    rm, stranger, outlet, other_outlet
):
    ClientFactory.create_batch(59, owner=rm, tier="private")
    clients = [waiting(outlet, "private"), waiting(outlet, "private")]

    both = team([outlet, other_outlet], on=TODAY)
    found = suggest(clients, on=TODAY, candidates=both, elsewhere=True)

    assert [(one.staff, one.why) for one in found.values()] == [
        (rm, "works at the client's outlet"),
        (stranger, "works in the same branch"),
    ]
