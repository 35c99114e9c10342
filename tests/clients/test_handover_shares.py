"""What a handover counts for: written down at the introduction, shared to the cent, seen."""

import pytest
from django.urls import reverse

from clients.handover import actions
from clients.models import CreditShare
from tests.clients.handovers import accepted, drafted, filled, prospect, rule, submitted

__all__ = ["accepted", "drafted", "filled", "prospect", "submitted"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def introduced(accepted, rm, now):
    return actions.introduce(accepted, by=rm, at=now)


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


def test_both_see_their_own_share(client, introduced, marketing, rm):
    for person, percent in ((marketing, "60%"), (rm, "40%")):
        client.force_login(person)
        html = client.get(reverse("handover", args=[introduced.pk])).content.decode()
        own = html.split("Your share")[1][:200]
        assert percent in own
