"""Proof that the matrix bites: without any one gate it finds somebody who gets too far."""

import pytest
from django.db.models import Prefetch

from clients.book import rules as book
from clients.book.models.client import ClientQuerySet
from clients.book.models.holdings import HouseholdQuerySet
from clients.followups import rules as followups
from clients.followups.models import ContactQuerySet, FollowUpQuerySet
from clients.handover import rules as handovers
from clients.handover.models import HandoverQuerySet
from clients.lobby import rules as referrals
from clients.lobby.models import ReferralQuerySet
from managers.models import OrgUnit
from managers.people import scope
from tests.visibility.table import read
from tests.visibility.walk import ask

pytestmark = pytest.mark.django_db


def all_rows(queryset, person):
    return queryset


def all_households(queryset, person):
    return queryset.prefetch_related(Prefetch("members", to_attr="seen_members"))


def all_units(person, right):
    return OrgUnit.objects.all()


def yes(*args, **kwargs):
    return True


def no_objection(*args, **kwargs):
    return None


GATES = [
    (ClientQuerySet, "visible_to", all_rows, "client GET client"),
    (ClientQuerySet, "visible_to", all_rows, "assign GET pooled"),
    (ClientQuerySet, "visible_to", all_rows, "api-client-detail GET pooled"),
    (ClientQuerySet, "visible_to", all_rows, "api-holding-detail GET holding"),
    (FollowUpQuerySet, "visible_to", all_rows, "follow-up GET follow-up"),
    (FollowUpQuerySet, "visible_to", all_rows, "api-follow-up-detail GET follow-up"),
    (ContactQuerySet, "visible_to", all_rows, "api-contact-detail GET contact"),
    (HouseholdQuerySet, "visible_to", all_households, "api-household-detail GET household"),
    (ReferralQuerySet, "visible_to", all_rows, "referral GET referral-to-me"),
    (HandoverQuerySet, "visible_to", all_rows, "handover GET submitted-to-me"),
    (scope, "units", all_units, "client GET client"),
    (scope, "units", all_units, "api-referral-list POST pooled"),
    (scope, "may", yes, "api-audit-event-detail GET audit-event"),
    (scope, "may", yes, "api-competition-standings GET -"),
    (scope, "require", no_objection, "client-list GET -"),
    (scope, "require", no_objection, "branch GET -"),
    (book, "may_edit", yes, "client-edit POST client"),
    (book, "may_restrict", yes, "client-protection POST client"),
    (book, "may_assign", yes, "api-client-assign POST client"),
    (followups, "may_work", yes, "follow-up POST follow-up"),
    (followups, "may_direct", yes, "api-follow-up-reassign POST follow-up"),
    (handovers, "may_send", yes, "handover-withdraw POST submitted-to-me"),
    (handovers, "may_answer", yes, "handover-accept POST submitted-by-me"),
    (handovers, "may_introduce", yes, "api-handover-introduce POST accepted-by-me"),
    (referrals, "check_answer", no_objection, "referral-decline POST referral-by-me"),
]


def breaches(stage, row):
    """Cells in which the answer is not what the matrix says, found one by one."""
    for cell, sign in row.cells.items():
        if not row.expects(sign, ask(stage, row, *cell)):
            yield cell


@pytest.mark.parametrize(("place", "gate", "open_gate", "line"), GATES)
def test_without_a_gate_the_matrix_finds_a_breach(stage, monkeypatch, place, gate, open_gate, line):
    [row] = [row for row in read() if str(row) == line]
    monkeypatch.setattr(place, gate, open_gate)

    assert next(breaches(stage, row), None) is not None
