"""From a score to the clients who made it: each reader is told what the own rights allow."""

from decimal import Decimal

import pytest
from django.urls import reverse

from clients.desk.subjects import subjects as ours
from managers.competition.actions import credit
from managers.competition.actions import reverse as take_back
from managers.competition.subjects import subjects
from managers.models import PointEntry
from tests.factories import (
    ClientFactory,
    CompetitionFactory,
    HandoverFactory,
    ReferralFactory,
    SaleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(rm):
    """A client of the RM, with a name that is masked for others."""
    return ClientFactory(owner=rm, name="沈以宸")


def told(person, source):
    thing = ours(person, {source}).get(source)
    return thing and (thing.label, thing.href, thing.text)


@pytest.mark.parametrize(
    "source",
    [
        "contact:{}:2026-11-20",
        "growth:{}:2026-10:7",
        "identified:{}",
        "late:prospect:{}:2026-11-20",
    ],
)
def test_a_result_of_a_client_leads_to_the_own_client_and_tells_a_colleague_nothing(
    rm, peer, admin, lin, source
):
    source = source.format(lin.pk)

    assert told(rm, source) == ("Shen Yichen", reverse("client", args=[lin.pk]), "")
    assert told(peer, source) is None
    assert told(admin, source) is None


def test_a_sale_tells_its_product_too(rm, lin):
    sale = SaleFactory(client=lin, staff=rm)

    label, _href, text = told(rm, f"fee:{sale.pk}")

    assert (label, text) == ("Shen Yichen", sale.product.shown_name)


def test_who_referred_or_won_a_client_of_a_colleague_is_led_to_the_masked_act(
    rm, lobby, marketing, peer, lin
):
    referral = ReferralFactory(client=lin, referrer=lobby)
    handover = HandoverFactory(client=lin, from_staff=marketing, to_staff=rm, state="introduced")

    assert told(lobby, f"referral:{referral.pk}") == (
        "Shen**",
        reverse("referral", args=[referral.pk]),
        "",
    )
    assert told(marketing, f"handover:{handover.pk}:from") == (
        "Shen**",
        reverse("handover", args=[handover.pk]),
        "",
    )
    assert told(peer, f"handover:{handover.pk}:from") is None


def test_who_identified_a_client_is_led_to_the_first_referral(lobby, rm, lin):
    first = ReferralFactory(client=lin, referrer=lobby, state="expired")
    ReferralFactory(client=lin, referrer=lobby)

    address = reverse("referral", args=[first.pk])
    assert told(lobby, f"identified:{lin.pk}") == ("Shen**", address, "")


def test_what_takes_a_result_back_is_about_the_same_client(rm, lin, now):
    day = now.date()
    source = f"contact:{lin.pk}:{day}"
    credit(rm, Decimal(1), metric="contact", source=source, day=day, at=now)
    take_back(source, at=now)

    entries = PointEntry.objects.select_related("reverses")

    assert [thing.label for _entry, thing in subjects(rm, entries)] == ["Shen Yichen"] * 2


@pytest.mark.parametrize(
    "source", ["core:99999999999999999999", "sale:", "late:prospect", "cross_sell:7:2026-10", "x"]
)
def test_a_source_that_names_no_client_costs_no_query(rm, source, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert told(rm, source) is None


@pytest.mark.parametrize("number", [1, 3])
def test_any_number_of_sources_costs_the_same(rm, lin, number, django_assert_num_queries):
    sources = [f"sale:{SaleFactory(client=lin, staff=rm).pk}" for _n in range(number)]

    with django_assert_num_queries(4):
        assert len(ours(rm, sources)) == number


def test_the_page_opens_a_metric_down_to_the_clients(client, rm, peer, lin, now):
    CompetitionFactory()
    day = now.date()
    credit(rm, Decimal(1), metric="contact", source=f"contact:{lin.pk}:{day}", day=day, at=now)
    query = {"why": rm.pk, "open": "contact"}

    client.force_login(rm)
    own = client.get(reverse("competition"), query).content.decode()
    client.force_login(peer)
    foreign = client.get(reverse("competition"), query).content.decode()

    assert f'<a href="{reverse("client", args=[lin.pk])}">Shen Yichen</a>' in own
    assert "Shen Yichen" not in foreign


def test_a_deduction_opens_like_a_metric(client, rm, lin, now):
    CompetitionFactory()
    day = now.date()
    source = f"late:prospect:{lin.pk}:{day}"
    credit(rm, Decimal(1), metric="late", source=source, day=day, at=now)
    client.force_login(rm)

    html = client.get(reverse("competition"), {"open": "late"}).content.decode()

    assert "Handover late" in html
    assert "Shen Yichen" in html
