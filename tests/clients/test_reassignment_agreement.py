"""Which heads agree to a plan, and what each may do with it."""

import pytest

from clients.reassignment import rules
from clients.reassignment.actions import approve, choose, refuse, submit
from clients.reassignment.models import ReassignmentPlan
from crm.lib.errors import RuleBroken, Stale
from managers.models import Notification, OrgUnit
from tests.clients.plans import approved, leaving, planned
from tests.factories import OrgUnitFactory, PostingFactory


@pytest.fixture
def centre_head(outlet, branch_unit):
    """The head of the wealth centre that serves the outlet."""
    centre = OrgUnitFactory(kind="wealth_centre", parent=branch_unit)
    OrgUnit.objects.filter(pk=outlet.pk).update(served_by=centre)
    return PostingFactory(unit=centre, post="wealth_head").staff


def test_where_there_is_no_centre_the_outlets_head_decides_alone(rm, peer, head, now):
    leaving(rm)

    assert approved(rm, by=head).state == "approved"


def test_the_head_of_the_wealth_centre_agrees(rm, peer, head, centre_head, now):
    leaving(rm)
    plan = submit(planned(rm, by=head), by=head, at=now)
    assert plan.state == "waiting"
    assert Notification.objects.get(kind="plan-waits").to == centre_head
    with pytest.raises(RuleBroken, match="Another head is asked to agree to this plan"):
        approve(plan, by=head, at=now)

    plan = approve(plan, by=centre_head, at=now)

    assert plan.state == "approved"
    assert Notification.objects.get(kind="plan-approved").to == head


def test_across_outlets_both_heads_agree(rm, peer, stranger, head, other_head, now):
    leaving(rm, 1)
    plan = planned(rm, by=head)
    plan = choose(plan, list(plan.moves.all()), to=stranger, by=head, at=now)

    plan = submit(plan, by=head, at=now)
    assert plan.state == "waiting"

    assert approve(plan, by=other_head, at=now).state == "approved"


def test_a_refused_plan_is_a_draft_again_and_its_author_hears_of_it(
    rm, peer, head, centre_head, now
):
    leaving(rm)
    plan = submit(planned(rm, by=head), by=head, at=now)

    assert refuse(plan, by=centre_head, at=now).state == "draft"
    assert Notification.objects.get(kind="plan-refused").to == head


def test_who_agreed_is_asked_again_when_a_row_changes(rm, peer, head, now):
    leaving(rm, 2)
    plan = approved(rm, by=head)

    plan = choose(plan, [plan.moves.first()], to=None, by=head, at=now)

    assert plan.state == "draft"
    assert not plan.approvals.exclude(by=None).exists()


def test_nobody_agrees_to_a_plan_that_they_have_not_seen(rm, peer, head, centre_head, now):
    leaving(rm)
    plan = submit(planned(rm, by=head), by=head, at=now)

    with pytest.raises(Stale, match="Somebody changed this plan meanwhile"):
        approve(plan, version=plan.version - 1, by=centre_head, at=now)


def test_the_verbs_are_those_of_the_state_and_the_person(rm, peer, head, centre_head, now):
    leaving(rm)
    plan = planned(rm, by=head)

    def verbs(person):
        fresh = ReassignmentPlan.objects.for_list().get(pk=plan.pk)
        return rules.allowed_actions(person, fresh, at=now)

    assert verbs(head) == ["change", "submit", "cancel"]
    assert verbs(peer) == []
    submit(plan, by=head, at=now)
    assert verbs(head) == ["change", "cancel"]
    assert verbs(centre_head) == ["change", "cancel", "approve", "refuse"]
