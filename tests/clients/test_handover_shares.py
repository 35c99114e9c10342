"""What a handover counts for: written down at the introduction, shared to the cent, seen."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from clients.handover import actions
from clients.models import Client, CreditShare
from managers.models import PointEntry
from tests.clients.handovers import accepted, drafted, filled, prospect, rule, submitted

__all__ = ["accepted", "drafted", "filled", "prospect", "submitted"]

pytestmark = pytest.mark.django_db

NINETY_DAYS = timedelta(days=90)


@pytest.fixture
def introduced(accepted, rm, now):
    return actions.introduce(accepted, by=rm, at=now)


def grown_to(client, amount):
    Client.objects.filter(pk=client.pk).update(aum=Decimal(amount))


def growth():
    rows = PointEntry.objects.filter(metric="aum_growth").order_by("pk")
    return list(rows.values_list("staff", "amount"))


def test_the_shares_of_each_event_are_written_down_and_sum_to_a_hundred(introduced, marketing, rm):
    rule("competition.handover_share", [70, 30])  # what is set later changes nothing

    shares = CreditShare.objects.values_list("event", "staff", "percent")
    assert sorted(shares) == sorted(
        [
            ("introduction", marketing.pk, 60),
            ("introduction", rm.pk, 40),
            ("growth", marketing.pk, 50),
            ("growth", rm.pk, 50),
            ("later", marketing.pk, 0),
            ("later", rm.pk, 100),
        ]
    )


def test_growth_of_the_first_ninety_days_is_shared_half_and_half_once(
    introduced, prospect, marketing, rm, now
):
    prospect.refresh_from_db()
    grown_to(prospect, prospect.aum + Decimal("100000.01"))

    assert actions.share_growth(at=now + NINETY_DAYS) == 0
    over = now + NINETY_DAYS + timedelta(days=1)
    assert [actions.share_growth(at=over) for _run in range(2)] == [1, 0]

    assert growth() == [(marketing.pk, Decimal("50000.01")), (rm.pk, Decimal("50000.00"))]


def test_who_did_not_grow_brings_nothing(introduced, prospect, now):
    grown_to(prospect, "0.00")

    assert actions.share_growth(at=now + timedelta(days=120)) == 1
    assert growth() == []


def test_both_see_their_own_share(client, introduced, marketing, rm):
    for person, percent in ((marketing, "60%"), (rm, "40%")):
        client.force_login(person)
        html = client.get(reverse("handover", args=[introduced.pk])).content.decode()
        own = html.split("Your share")[1][:200]
        assert percent in own
