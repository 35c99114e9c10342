"""Proof that the matrix bites: without any one gate it finds somebody who gets too far.

The gates are found in the modules themselves: a new one needs its line here.
"""

import inspect
import sys

import pytest
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from clients.appointments import rules as visits
from clients.appointments.models import AppointmentQuerySet
from clients.assets import rules as assets
from clients.book import list_actions, lookup, queries
from clients.book import rules as book
from clients.book.models import OfClientsQuerySet
from clients.book.models.client import ClientQuerySet
from clients.book.models.duplicates import DuplicateQuerySet
from clients.book.models.holdings import HouseholdQuerySet
from clients.book.models.lists import KeptQuerySet
from clients.exports import actions as leaving
from clients.exports import rules as exports
from clients.exports.models import ExportQuerySet
from clients.followups import rules as followups
from clients.followups.models import ContactQuerySet, FollowUpQuerySet
from clients.handover import rules as handovers
from clients.handover.models import HandoverQuerySet
from clients.intake import rules as intake
from clients.intake.actions import mappings
from clients.intake.models import RunQuerySet, SavedMapping, SavedMappingQuerySet
from clients.lobby import actions as lobby
from clients.lobby import rules as referrals
from clients.lobby.models import ReferralQuerySet
from clients.market.models import MarketNote, NoteQuerySet, ReportQuerySet
from clients.merging import actions as merging
from clients.merging import rules as merges
from clients.models import Client
from clients.privacy import actions as privacy
from clients.privacy.models.requests import PrivacyRequestQuerySet
from clients.privacy.rules import requests as data_requests
from clients.prospecting import actions as winning
from clients.prospecting import rules as prospecting
from clients.prospecting.models import LeadList, LeadListQuerySet
from clients.reassignment import actions as plans
from clients.reassignment import rules as plan_rules
from clients.reassignment.models import PlanQuerySet
from clients.sales import rules as sales
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.competition import rules as competition
from managers.competition.models import Appeal, AppealQuerySet
from managers.inbox.models import NotificationQuerySet
from managers.models import OrgUnit
from managers.people import scope
from managers.people.models import Post
from tests.visibility.faults import faults
from tests.visibility.table import read
from tests.visibility.walk import ask

pytestmark = pytest.mark.django_db


def all_rows(queryset, person):
    return queryset


def also_what_is_locked(queryset):
    return queryset


def all_households(queryset, person):
    return queryset.prefetch_related(Prefetch("members", to_attr="seen_members"))


def all_units(person, right):
    return OrgUnit.objects.all()


def anybody(person, *args, **kwargs):
    return Client.objects.order_by("-pk")


def everybody(staff, text, **kwargs):
    return [lookup.masked(client) for client in Client.objects.select_related("owner")[:9]]


def yes(*args, **kwargs):
    return True


def no_objection(*args, **kwargs):
    return None


def an_rm_looks_up_a_stranger(stage):
    number = stage.things["client", "other"].number
    found = stage.browser(Post.WEALTH_RM).get(reverse("api-client-lookup"), {"q": number})
    return found.json()["results"] != []


def done(act) -> bool:
    """Whether an action goes through; it is undone."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except RuleBroken:
        return False
    return True


def an_rm_makes_two_files_one(stage):
    pair, rm = stage.things["duplicate", "same"], stage.people[Post.WEALTH_RM]
    return done(lambda: merging.merge(pair.first, pair.second, by=rm, at=pair.found_at))


def an_rm_refers_a_stranger(stage):
    client, rm = stage.things["pooled", "other"], stage.people[Post.WEALTH_RM]
    known = {"cues": ["vip_card"], "on_site": True, "target": stage.there.spare}
    return done(lambda: lobby.refer(client, by=rm, at=clock.now(), **known))


def an_auditor_reads_a_file_that_was_sent_to_them(stage):
    sent = stage.things["submitted-to-me", Post.AUDITOR]
    page = stage.browser(Post.AUDITOR).get(reverse("handover", args=[sent.pk]))
    return sent.file["needs"] in page.content.decode()


def a_head_finds_a_mapping_of_elsewhere(stage):
    head = stage.people[Post.BRANCH_HEAD]
    with transaction.atomic():
        theirs = {"owner": stage.there.spare, "created_at": clock.now(), "mapping": {}}
        kept = SavedMapping.objects.create(name="Core", kind="clients", **theirs)
        found = SavedMapping.objects.visible_to(head).filter(pk=kept.pk).exists()
        transaction.set_rollback(True)
    return found


def a_head_shares_a_mapping_with_all(stage):
    head, kept = stage.people[Post.BRANCH_HEAD], {"kind": "clients", "name": "Core", "shared": True}
    with transaction.atomic():
        shared = mappings.keep({}, by=head, at=clock.now(), **kept)
        transaction.set_rollback(True)
    return shared.unit != head.current_unit


def an_rm_approves_what_they_were_not_asked(stage):
    export, rm = stage.things["export-waiting", "other"], stage.people[Post.WEALTH_RM]
    return done(lambda: leaving.decide(export, approve=True, by=rm, at=clock.now()))


def a_head_reads_a_note_of_elsewhere(stage):
    head, there = stage.people[Post.BRANCH_HEAD], stage.there
    with transaction.atomic():
        MarketNote.objects.create(author=there.marketing, unit=there.unit, text="A fair in May")
        found = MarketNote.objects.visible_to(head).exists()
        transaction.set_rollback(True)
    return found


def an_rm_finds_a_list_of_elsewhere(stage):
    rm, there = stage.people[Post.WEALTH_RM], stage.there
    with transaction.atomic():
        sides = {"given_by": there.spare, "given_to": there.marketing, "unit": there.unit}
        LeadList.objects.create(name="Fair", quota=3, due_on=clock.today(), **sides)
        found = LeadList.objects.visible_to(rm).filter(unit=there.unit).exists()
        transaction.set_rollback(True)
    return found


def an_rm_moves_the_prospect_of_a_colleague(stage):
    client, rm = stage.things["draft-client", "same"], stage.people[Post.WEALTH_RM]
    act = {"stage": "lost", "reason": "Has a bank", "by": rm, "at": clock.now()}
    return done(lambda: winning.advance(client, **act))


def an_rm_answers_a_request(stage):
    asked, rm = stage.things["correction", "same"], stage.people[Post.WEALTH_RM]
    return done(lambda: privacy.answer(asked, answer="It was done", by=rm, at=clock.now()))


def an_rm_takes_a_request_of_a_stranger_down(stage):
    client, rm = stage.things["client", "other"], stage.people[Post.WEALTH_RM]
    how = {"kind": "erasure", "channel": "app", "identity": "app", "received_on": clock.today()}
    return done(lambda: privacy.take_down(client, **how, by=rm, at=clock.now()))


def a_head_gives_up_a_plan_of_elsewhere(stage):
    plan, head = stage.things["plan", "other"], stage.people[Post.BRANCH_HEAD]
    return done(lambda: plans.cancel(plan, by=head, at=clock.now()))


def an_rm_reads_the_entries_of_a_colleague(stage):
    running = stage.things["competition", "same"]
    url = reverse("api-competition-entries", args=[running.pk])
    theirs = {"staff": stage.things["staff", "same"].pk, "count": 1}
    return stage.browser(Post.WEALTH_RM).get(url, theirs).json()["count"] > 0


def an_rm_reads_the_appeal_of_a_colleague(stage):
    theirs, rm = stage.things["appeal", "same"], stage.people[Post.WEALTH_RM]
    return Appeal.objects.visible_to(rm).filter(pk=theirs.pk).exists()


GATES = [
    (ClientQuerySet, "visible_to", all_rows, "client GET client"),
    (ClientQuerySet, "visible_to", all_rows, "assign GET pooled"),
    (ClientQuerySet, "visible_to", all_rows, "api-client-detail GET pooled"),
    (ClientQuerySet, "visible_to", all_rows, "api-holding-detail GET holding"),
    (ClientQuerySet, "in_use", also_what_is_locked, "client GET locked"),
    (FollowUpQuerySet, "visible_to", all_rows, "follow-up GET follow-up"),
    (FollowUpQuerySet, "visible_to", all_rows, "api-follow-up-detail GET follow-up"),
    (ContactQuerySet, "visible_to", all_rows, "api-contact-detail GET contact"),
    (AppointmentQuerySet, "visible_to", all_rows, "api-appointment-detail GET visit"),
    (visits, "may_work", yes, "api-appointment-confirm POST proposed"),
    (visits, "may_receive", yes, "api-appointment-tick POST visit"),
    (NoteQuerySet, "visible_to", all_rows, a_head_reads_a_note_of_elsewhere),
    (ReportQuerySet, "visible_to", all_rows, "market-report GET report"),
    (LeadListQuerySet, "visible_to", all_rows, an_rm_finds_a_list_of_elsewhere),
    (prospecting, "may_win", yes, an_rm_moves_the_prospect_of_a_colleague),
    (prospecting, "may_give_leads", yes, "lead-list-new GET -"),
    (HouseholdQuerySet, "visible_to", all_households, "api-household-detail GET household"),
    (ReferralQuerySet, "visible_to", all_rows, "referral GET referral-to-me"),
    (HandoverQuerySet, "visible_to", all_rows, "handover GET submitted-to-me"),
    (scope, "units", all_units, "client GET client"),
    (scope, "units", all_units, "api-referral-list POST pooled"),
    (scope, "may", yes, "api-audit-event-detail GET audit-event"),
    (scope, "may", yes, "api-competition-standings GET competition"),
    (scope, "require", no_objection, "client-list GET -"),
    (scope, "require", no_objection, "branch GET -"),
    (book, "may_edit", yes, "client-edit POST client"),
    (book, "may_restrict", yes, "client-protection POST client"),
    (book, "may_assign", yes, "api-client-assign POST client"),
    (followups, "may_work", yes, "follow-up POST follow-up"),
    (followups, "may_direct", yes, "api-follow-up-reassign POST follow-up"),
    (handovers, "may_send", yes, "handover-withdraw POST submitted-to-me"),
    (handovers, "may_answer", yes, "handover-accept POST submitted-by-me"),
    (handovers, "may_waive", yes, "handover-waive POST gap-by-me"),
    (handovers, "may_decide", yes, "handover-decide POST twice-by-me"),
    (handovers, "may_introduce", yes, "api-handover-introduce POST accepted-by-me"),
    (referrals, "check_answer", no_objection, "referral-decline POST referral-by-me"),
    (referrals, "may_answer", yes, "referral-decline POST referral-by-me"),
    (referrals, "may_place", yes, "referral-place POST referral-to-me"),
    (referrals, "may_refer", yes, an_rm_refers_a_stranger),
    (handovers, "may_hand_over", yes, "api-handover-list POST client"),
    (handovers, "may_read_file", yes, an_auditor_reads_a_file_that_was_sent_to_them),
    (ExportQuerySet, "visible_to", all_rows, "export-download POST export"),
    (exports, "may_decide", yes, an_rm_approves_what_they_were_not_asked),
    (PrivacyRequestQuerySet, "visible_to", all_rows, "privacy-request GET data-request"),
    (data_requests, "may_answer", yes, an_rm_answers_a_request),
    (data_requests, "may_take_down", yes, an_rm_takes_a_request_of_a_stranger_down),
    (RunQuerySet, "visible_to", all_rows, "import GET import"),
    (SavedMappingQuerySet, "visible_to", all_rows, a_head_finds_a_mapping_of_elsewhere),
    (intake, "may_share_with_all", yes, a_head_shares_a_mapping_with_all),
    (OfClientsQuerySet, "visible_to", all_rows, "api-important-date-detail GET file-date"),
    (KeptQuerySet, "visible_to", all_rows, "view-drop POST view"),
    (DuplicateQuerySet, "visible_to", all_rows, "duplicate GET duplicate"),
    (NotificationQuerySet, "visible_to", all_rows, "inbox-read POST notification"),
    (PlanQuerySet, "visible_to", all_rows, "plan GET plan"),
    (plan_rules, "may_direct", yes, a_head_gives_up_a_plan_of_elsewhere),
    (lookup, "lookup", everybody, "api-client-lookup GET -"),
    (queries, "within_reach", anybody, an_rm_looks_up_a_stranger),
    (list_actions, "may_drop", yes, "view-drop POST shared-view"),
    (followups, "may_book", yes, "client-note POST lent"),
    (followups, "may_cancel", yes, "follow-up-cancel POST lent-follow-up"),
    (book, "may_reveal", yes, "client-reveal POST lent"),
    (assets, "may_record", yes, "api-balance-list POST client"),
    (sales, "may_advise", yes, "client-offer POST client"),
    (merges, "may_merge", yes, an_rm_makes_two_files_one),
    (competition, "may_explain", yes, an_rm_reads_the_entries_of_a_colleague),
    (competition, "may_run", yes, "api-competition-cancel POST competition"),
    (AppealQuerySet, "visible_to", all_rows, an_rm_reads_the_appeal_of_a_colleague),
]


def breaches(stage, row):
    """Cells in which the answer is not what the matrix says, or holds too much, one by one."""
    for cell, sign in row.cells.items():
        answer = ask(stage, row, *cell)
        if not row.expects(sign, answer) or faults(row, answer, stage.known[cell[0]]):
            yield cell


def gates() -> set[tuple[str, str]]:
    """Where the product says who may: every `visible_to`, `may_…` and look-up, by its home."""
    found = {(scope.__name__, name) for name in ("units", "may", "require")}
    for name, module in [*sys.modules.items()]:
        if name.partition(".")[0] in {"api", "clients", "managers", "crm"}:
            found |= {(name, gate) for gate in _gates_of(module)}
    return found


def _gates_of(module):
    for name, thing in vars(module).items():
        if getattr(thing, "__module__", "") != module.__name__:
            continue  # it lives elsewhere
        if inspect.isfunction(thing) and name.startswith(("may_", "lookup", "within_reach")):
            yield name
        elif inspect.isclass(thing) and issubclass(thing, QuerySet) and "visible_to" in vars(thing):
            yield f"{name}.visible_to"


def _named(place, gate) -> tuple[str, str]:
    if inspect.isclass(place):
        return place.__module__, f"{place.__name__}.{gate}"
    return getattr(place, gate).__module__, gate


def replace(monkeypatch, place, gate, opened):
    """Open a gate wherever it was imported to."""
    closed = getattr(place, gate)
    monkeypatch.setattr(place, gate, opened)
    for name, module in [*sys.modules.items()]:
        is_ours = name.partition(".")[0] in {"api", "clients", "managers", "crm"}
        if is_ours and vars(module).get(gate) is closed:
            monkeypatch.setattr(module, gate, opened)


def test_every_gate_has_its_line():
    opened = {_named(place, gate) for place, gate, *_rest in GATES}

    assert gates() - opened == set()


@pytest.mark.parametrize(("place", "gate", "opened", "way"), GATES)
def test_without_a_gate_the_matrix_finds_a_breach(stage, monkeypatch, place, gate, opened, way):
    if callable(way):
        assert not way(stage)
    replace(monkeypatch, place, gate, opened)

    if callable(way):
        assert way(stage)
    else:
        [row] = [row for row in read() if str(row) == way]
        assert next(breaches(stage, row), None) is not None
