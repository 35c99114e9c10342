"""The measures of a whole bank do the work that they say they measure."""

import pytest

from bench import digesting, ground, planning
from clients.models import Client, FollowUp
from managers.models import Letter, OrgUnit, Posting

CLIENTS = 400
pytestmark = pytest.mark.django_db


def test_the_ground_has_an_outlet_for_each_hundred_books_and_every_client_is_in_one(db):
    ground.build(CLIENTS, books=150)

    assert OrgUnit.objects.filter(kind="outlet").count() == 2
    assert Posting.objects.filter(post="wealth_rm").count() == 200
    assert Client.objects.values("owner").distinct().count() == 150
    homes = Posting.objects.values_list("staff", "unit")
    assert set(Client.objects.values_list("owner", "outlet")) <= set(homes)


def test_the_first_run_plans_for_everybody_with_a_standard_and_the_day_for_one_in_twenty(db):
    found = planning.measure(CLIENTS)

    asked = Client.objects.exclude(tier="regular").count()
    assert (found["first_planned"], found["day_planned"]) == (asked, CLIENTS // 20)
    assert FollowUp.objects.open().filter(trigger="cadence").count() == asked
    assert FollowUp.objects.filter(state="missed").count() == CLIENTS // 20


def test_every_client_who_is_due_stands_in_one_digest(db):
    found = digesting.measure(CLIENTS)

    day = FollowUp.objects.open().earliest("due_on").due_on
    due = FollowUp.objects.open().filter(due_on=day)
    assert found["due"] == found["told"] == due.count() == CLIENTS // 20
    owners = set(due.values_list("owner", flat=True))
    assert found["letters"] == found["mails"] == len(owners)
    assert set(Letter.objects.values_list("recipient", flat=True)) == owners
