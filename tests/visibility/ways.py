"""Ways past a gate that no single request of the matrix would show."""

from datetime import date

from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse

from clients.book import lookup
from clients.exports import actions as leaving
from clients.intake.actions import mappings
from clients.intake.models import SavedMapping
from clients.lobby import actions as lobby
from clients.merging import actions as merging
from clients.models import Client
from clients.privacy import actions as privacy
from clients.reassignment import actions as plans
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.competition.models import Appeal
from managers.models import OrgUnit
from managers.people.models import Post, Posting
from tests.factories.exports import ExportFactory
from tests.factories.grades import CycleFactory


def all_rows(queryset, person):
    return queryset


def also_what_is_locked(queryset):
    return queryset


def all_households(queryset, person):
    return queryset.prefetch_related(Prefetch("members", to_attr="seen_members"))


def all_units(person, right):
    return OrgUnit.objects.all()


def all_of_the_bank(person):
    return None


def all_places(person):
    return Posting.objects.exclude(grade="")


def all_standings(person, table):
    return table.rows


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


def a_head_reads_standings_of_elsewhere(stage):
    running = stage.things["competition", "same"]
    url = reverse("api-competition-standings", args=[running.pk])
    found = stage.browser(Post.BRANCH_HEAD).get(url).json()["results"]
    return any(row["org_unit"] == stage.there.unit.pk for row in found)


def an_rm_reads_a_cycle_without_them(stage):
    with transaction.atomic():
        cycle = CycleFactory(kind="year", first=date(2020, 1, 1), last=date(2020, 12, 31))
        found = stage.browser(Post.WEALTH_RM).get(reverse("api-cycle-detail", args=[cycle.pk]))
        transaction.set_rollback(True)
    return found.status_code == 200


def a_head_takes_a_file_along(stage):
    head, there = stage.people[Post.BRANCH_HEAD], stage.there
    with transaction.atomic():
        taken = ExportFactory(asked_by=head, unit=there.unit)
        is_opened = done(lambda: leaving.download(taken, by=head, at=clock.now()))
        transaction.set_rollback(True)
    return is_opened


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
