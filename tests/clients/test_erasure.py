"""Erasure and locking: what goes, what law keeps, and that nothing names the client any more."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from clients.book.details import name_columns
from clients.book.lookup import lookup
from clients.book.models import Client, Household, Member, SavedView
from clients.exports import actions as exports
from clients.exports.tasks import build_exports
from clients.file.models import Relative
from clients.intake.models import ImportRun
from clients.merging.actions import merge, undo
from clients.models import Erasure, Export
from clients.privacy import actions, emptying
from clients.privacy.models import Erasure as Proof
from crm.lib.errors import RuleBroken
from crm.lib.secrets import Sealed, UnreadableError, new_key
from managers.audit.queries import verify
from managers.models import AuditEvent
from tests.clients import wordy
from tests.clients.wordy import NAME, PHONE
from tests.factories import (
    BalanceFactory,
    ClientFactory,
    RelativeFactory,
)

pytestmark = pytest.mark.django_db

REQUEST = Proof.Basis.REQUEST


@pytest.fixture
def file(rm, lobby, marketing, now):
    return wordy.build(rm, lobby, marketing, now)


def erased(client, officer, now):
    proof = actions.erase(client, basis=REQUEST, by=officer, at=now)
    client.refresh_from_db()
    return proof


# --- What goes


def test_no_table_of_the_database_names_the_client_any_more(file, officer, now):
    assert len({table for table, _canary in wordy.traces()}) > 12

    erased(file, officer, now)

    assert wordy.traces() == set()


def test_what_the_key_sealed_cannot_be_read_again_and_the_audit_holds(file, officer, now):
    edited = AuditEvent.objects.filter(verb="client.edited").first()
    key = file.data_key
    assert Sealed(edited.sealed["phone"][0], key).open()

    erased(file, officer, now)

    with pytest.raises(UnreadableError):
        Sealed(edited.sealed["phone"][0], file.data_key).open()
    assert verify().fault is None


def test_figures_stay(file, officer, rm, now):
    contacts = file.contacts.count()

    erased(file, officer, now)

    assert (file.number, file.contacts.count()) == ("P7", contacts)
    assert file.contacts.get().is_valid
    assert file.ownerships.count() == 1


def test_the_proof_says_what_went_by_whom_and_the_audit_repeats_its_digest(file, officer, now):
    proof = erased(file, officer, now)

    assert (proof.by, proof.number, proof.basis) == (officer, "P7", "request")
    assert proof.rows["clients.contact"] == 1
    assert proof.rows["clients.importrun"] == proof.rows["clients.savedview"] == 1
    event = AuditEvent.objects.get(verb="erasure.made")
    assert (event.facts["digest"], event.client_id) == (proof.digest, file.pk)


def test_a_second_time_gives_the_same_proof(file, officer, now):
    assert erased(file, officer, now) == erased(file, officer, now)
    assert Erasure.objects.count() == 1


def test_a_client_list_that_left_today_is_emptied(file, head, outlet, officer, now):
    exports.ask(kind="clients", unit=outlet, reason="For the review", by=head, at=now)
    build_exports()

    erased(file, officer, now)

    export = Export.objects.get()
    assert (export.state, bool(export.body)) == ("expired", False)


def test_every_table_that_points_at_a_client_has_its_place():
    """A later feature says here what erasure does with its rows."""
    figures = {
        "balance",
        "benefitgrant",
        "client",
        "contribution",
        "merge",
        "monthaverage",
        "plannedmove",
        "programmerun",
        "standing",
        "statechange",
        "suitabilitycheck",
        "tierchange",
    }
    pointing = {
        link.field.model._meta.model_name
        for link in Client._meta.get_fields(include_hidden=True)
        if link.auto_created and (link.one_to_many or link.one_to_one)
    }
    handled = {m._meta.model_name for m in (*emptying.TYPED, *emptying.NAMED, *emptying.REMOVED)}
    assert pointing - handled == figures


# --- Nobody finds them


def test_no_page_search_or_api_finds_the_erased(client, file, rm, head, officer, now):
    erased(file, officer, now)

    for person in (rm, head):
        client.force_login(person)
        for name, asked in (("search", NAME), ("client-list", "P7"), ("search", PHONE)):
            key = "q" if name == "search" else "search"
            page = client.get(reverse(name), {key: asked}).content.decode()
            assert reverse("client", args=[file.pk]) not in page
        assert client.get(reverse("client", args=[file.pk])).status_code == 404
        assert client.get(f"/api/v1/clients/{file.pk}/").status_code == 404
    assert lookup(head, "P7", at=now) == []


# --- Merges, imports, restored backups


@pytest.fixture
def twins(rm, head, now):
    """Two prospects of one phone, made one."""
    same = {"owner": rm, "state": "prospect", "aum": 0, "phone_index": "same", "birth_date": None}
    kept = ClientFactory(name=NAME, **same)
    other = ClientFactory(**same | name_columns("Canary Wong"))
    return merge(kept, other, by=head, at=now)


def test_erasing_takes_every_file_of_the_person_and_no_merge_is_undone(twins, head, officer, now):
    erased(twins.merged, officer, now)

    assert Client.objects.filter(erased_at__isnull=False).count() == 2
    assert wordy.traces() == set()
    with pytest.raises(RuleBroken, match="locked or erased"):
        undo(twins, by=head, at=now)


def test_an_import_at_work_that_names_the_client_is_waited_for(file, officer, now):
    ImportRun.objects.update(state="running", lease_until=now + timedelta(minutes=5))

    with pytest.raises(RuleBroken, match="import that names"):
        actions.erase(file, basis=REQUEST, by=officer, at=now)

    file.refresh_from_db()
    assert file.name == NAME


def test_names_in_a_household_of_others_stay_with_them(file, rm, officer, now):
    other = ClientFactory(owner=rm)
    Member.objects.create(household=Household.objects.get(), client=other, relation="spouse")
    RelativeFactory(client=other, name="Somebody")
    BalanceFactory(client=other)

    erased(file, officer, now)

    assert Relative.objects.get().client == other
    assert Member.objects.get().client == other
    assert not SavedView.objects.exists()


def test_erasures_are_replayed_after_a_restore(file, rm, officer, now, tmp_path):
    served, kept = ClientFactory(owner=rm), tmp_path / "erased.txt"
    erased(file, officer, now)
    call_command("retention", list=kept, stdout=StringIO())
    assert kept.read_text() == "request P7\n"
    _restore(file)

    call_command("retention", replay=kept, stdout=StringIO())

    file.refresh_from_db()
    assert (file.erased_at is not None, file.name) == (True, "")
    served.refresh_from_db()
    assert served.erased_at is None


def _restore(client):
    """The row as a backup of yesterday has it, without any proof."""
    Erasure.objects.all().delete()
    restored = {"erased_at": None, "locked_at": None, "state": "prospect", "name": NAME}
    Client.objects.filter(pk=client.pk).update(**restored, data_key=new_key())
