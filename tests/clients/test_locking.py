"""What law keeps is locked: it is there for nobody who serves the client (rules J7)."""

import pytest
from django.urls import reverse

from clients.book.actions import edit
from clients.book.details import sealed_columns
from clients.book.models import Client
from clients.models import Erasure, FollowUp, Handover, Holding, Referral
from clients.privacy import actions
from crm.lib.errors import RuleBroken
from managers.inbox.actions import notify
from tests.factories import (
    ClientFactory,
    FollowUpFactory,
    HandoverFactory,
    HoldingFactory,
    ReferralFactory,
)

pytestmark = pytest.mark.django_db
PHONE = "16187654321"


@pytest.fixture
def served(rm, lobby, marketing):
    """A client with a deposit, with whom something is under way."""
    client = ClientFactory(owner=rm, name="欧阳寒霜", **sealed_columns(phone=PHONE))
    HoldingFactory(client=client)
    FollowUpFactory(client=client, owner=rm)
    ReferralFactory(client=client, referrer=lobby, target=rm)
    HandoverFactory(client=client, from_staff=marketing, to_staff=rm, state="submitted")
    return client


@pytest.mark.parametrize(
    ("ended_on", "reason"), [(None, "as long as the relationship"), ("2020-05-04", "2030-05-04")]
)
def test_law_keeps_a_client_and_says_how_long(served, officer, now, ended_on, reason):
    Client.objects.filter(pk=served.pk).update(ended_on=ended_on)

    with pytest.raises(RuleBroken, match=reason) as refused:
        actions.erase(served, basis=Erasure.Basis.REQUEST, by=officer, at=now)

    assert refused.value.code == "kept_by_law"
    assert not Erasure.objects.exists()


def test_after_ten_years_the_night_erases_a_client(served, now):
    Client.objects.filter(pk=served.pk).update(ended_on="2016-11-22", state="closed")

    assert actions.apply_retention(at=now)["clients"] == 1

    proof = Erasure.objects.get(kind="clients")
    assert (proof.basis, proof.by) == ("period", None)
    assert Holding.objects.get().source_key.startswith("–")


def test_a_locked_file_is_there_for_nobody_who_serves(client, served, rm, head, officer, now):
    actions.lock_away(served, by=officer, at=now)

    assert not FollowUp.objects.open().exists()
    assert Referral.objects.get().state == "expired"
    assert Handover.objects.get().state == "withdrawn"
    for person in (rm, head):
        client.force_login(person)
        assert client.get(reverse("client", args=[served.pk])).status_code == 404
        assert not Referral.objects.visible_to(person).exists()
        assert not Handover.objects.visible_to(person).exists()
    served.refresh_from_db()
    assert served.phone.open() == PHONE
    with pytest.raises(RuleBroken):
        edit(served, version=served.version, by=rm, at=now, name="Somebody")


def test_neither_the_own_access_log_nor_the_inbox_names_who_is_locked(
    client, served, rm, officer, now
):
    notify("referral-new", to=rm, about=Referral.objects.get(), key="1", at=now)
    client.force_login(rm)
    client.get(reverse("client", args=[served.pk]))
    pages = [reverse("access-log"), reverse("inbox")]
    assert all("Ouyang" in client.get(page).content.decode() for page in pages)

    actions.lock_away(served, by=officer, at=now)

    assert not any("Ouyang" in client.get(page).content.decode() for page in pages)


def test_the_night_closes_a_client_whose_relationship_ended(served, now):
    Client.objects.filter(pk=served.pk).update(ended_on="2026-11-20")

    assert (actions.close_ended(at=now), actions.close_ended(at=now)) == (1, 0)

    served.refresh_from_db()
    assert (served.state, served.locked_at) == ("closed", None)
    assert not FollowUp.objects.open().exists()
