"""Clients twice on file: found, and merged without loss."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from clients.book.actions import edit, open_client, protect
from clients.book.details import sealed_columns
from clients.book.duplicates import note
from clients.followups.actions import plan_contacts
from clients.merging.actions import keep_apart, merge, undo
from clients.models import Client, Duplicate, FollowUp, Holding, Household, Member, Merge, Tagging
from clients.prospecting.actions import advance
from crm.lib.errors import RuleBroken
from managers.audit.models import AuditEvent
from tests.clients.twins import BORN, IDENTITY, PHONE, kept, made, pair, twin
from tests.factories import (
    ClientFactory,
    ContactFactory,
    FollowUpFactory,
    HandoverFactory,
    HoldingFactory,
    ReferralFactory,
)
from tests.factories.lists import TagFactory

__all__ = ["kept", "pair", "twin"]


# --- Finding


def test_an_identity_number_that_the_bank_knows_opens_no_second_file(rm, outlet, now):
    person = {"outlet": outlet, "by": rm, "at": now, "identity_no": IDENTITY}
    open_client(name="张伟", owner=rm, **person)

    with pytest.raises(RuleBroken) as refused:
        open_client(name="章伟", owner=rm, **person)

    assert refused.value.code == "duplicate"
    assert list(refused.value.fields) == ["identity_no"]


def test_the_same_name_and_birth_date_asks_the_head_at_entry(rm, outlet, kept, now):
    new = open_client(name="张伟", birth_date=BORN, outlet=outlet, owner=rm, by=rm, at=now)

    [pair] = Duplicate.objects.all()
    assert (pair.first, pair.second, pair.reason) == (kept, new, "birth")


def test_a_corrected_phone_that_another_client_has_asks_the_head(rm, kept, now):
    other = ClientFactory(owner=rm, name="李娜")

    edit(other, version=other.version, phone=PHONE, by=rm, at=now)

    [pair] = Duplicate.objects.all()
    assert (pair.first, pair.second, pair.reason) == (kept, other, "phone")


def test_a_name_alone_asks_nobody(rm, kept, now):
    other = ClientFactory(owner=rm, name="张伟", birth_date=date(1981, 5, 4))

    assert note([other], by=rm, at=now) == []


def test_the_strongest_reason_is_named_and_nobody_is_asked_twice(rm, kept, head, now):
    other = made(owner=rm, **sealed_columns(phone=PHONE))

    [pair] = note([kept, other], by=None, at=now)
    keep_apart(pair, by=head, at=now)

    assert pair.reason == "phone"
    assert note([kept, other], by=None, at=now) == []


# --- Merging


def test_a_merge_loses_nothing(kept, twin, rm, peer, head, now):
    contact, holding = ContactFactory(client=twin), HoldingFactory(client=twin)
    call = FollowUpFactory(client=twin)
    tag = TagFactory(owner=head, unit=head.current_unit, clients=[twin])
    referral = ReferralFactory(client=twin, outlet=twin.outlet, state="accepted")
    home = Household.objects.create()
    Member.objects.create(household=home, client=twin, relation="holder")

    merge(kept, twin, by=head, at=now)

    kept.refresh_from_db()
    for row in (contact, holding, call, referral):
        row.refresh_from_db()
        assert row.client == kept
    assert Tagging.objects.get(tag=tag).client == kept
    assert Member.objects.get(household=home).client == kept
    assert call.owner == rm
    assert kept.next_due_at == call.due_at
    assert kept.aum == Decimal("120.50")
    assert kept.profile == {"city": "杭州"}


def test_empty_fields_are_filled_and_others_taken_on_request(kept, twin, head, now):
    merge(kept, twin, take=["phone"], by=head, at=now)

    kept.refresh_from_db()
    twin.refresh_from_db()
    assert (kept.phone.open(), kept.phone_last4) == ("16100000001", "0001")
    assert twin.phone.open() == PHONE
    assert kept.email.open() == "zhang@mail.example"


def test_what_is_not_taken_stays(kept, twin, head, now):
    merge(kept, twin, by=head, at=now)

    kept.refresh_from_db()
    assert kept.phone.open() == PHONE


def test_holdings_of_one_key_both_stay(kept, twin, head, now):
    for client in (kept, twin):
        HoldingFactory(client=client, source_key="demo:account")

    merge(kept, twin, by=head, at=now)

    assert Holding.objects.filter(client=kept).count() == 2


def test_a_second_follow_up_for_the_same_reason_and_day_is_called_off(kept, twin, head, now):
    first, second = FollowUpFactory(client=kept), FollowUpFactory(client=twin)

    done = merge(kept, twin, by=head, at=now)

    assert list(FollowUp.objects.open()) == [first]
    undo(done, by=head, at=now)
    assert list(FollowUp.objects.open()) == [first, second]


def test_who_asked_once_not_to_be_contacted_is_left_in_peace(kept, twin, head, now):
    FollowUpFactory(client=kept)
    Client.objects.filter(pk=twin.pk).update(do_not_contact=True)

    merge(kept, twin, by=head, at=now)

    kept.refresh_from_db()
    assert kept.do_not_contact
    assert not FollowUp.objects.open().exists()


@pytest.fixture
def prospects(marketing):
    """One prospect with two files of one RM."""
    return made(owner=marketing, state="prospect"), made(owner=marketing, state="prospect")


def give_up(client, now):
    return advance(client, stage="lost", reason="Another bank", by=client.owner, at=now)


def standing(client):
    client = Client.objects.select_related("lead").get(pk=client.pk)
    return bool(client.given_up_at), client.lead.stage if hasattr(client, "lead") else "new"


def test_a_prospect_is_given_up_only_if_both_files_were(prospects, marketing, head, now):
    kept, twin = prospects
    give_up(kept, now)
    call = {"channel": "call", "due_on": now.date() + timedelta(days=1)}
    advance(twin, stage="contacted", next_step=call, by=marketing, at=now)

    done = merge(kept, twin, by=head, at=now)

    assert standing(kept) == (False, "contacted")
    plan_contacts(at=now)
    assert FollowUp.objects.open().filter(client=kept, trigger="cadence").exists()
    undo(done, by=head, at=now)
    assert (standing(kept), standing(twin)) == ((True, "lost"), (False, "contacted"))


def test_a_new_file_of_the_prospect_begins_the_winning_anew(prospects, head, now):
    kept, twin = prospects
    give_up(kept, now)

    done = merge(kept, twin, by=head, at=now)

    assert standing(kept) == (False, "new")
    undo(done, by=head, at=now)
    assert (standing(kept), standing(twin)) == ((True, "lost"), (False, "new"))


@pytest.mark.parametrize(("both", "is_given_up"), [(True, True), (False, False)])
def test_what_the_other_file_gave_up_ends_nothing_here(prospects, head, now, both, is_given_up):
    kept, twin = prospects
    for client in (kept, twin) if both else (twin,):
        give_up(client, now)

    merge(kept, twin, by=head, at=now)

    assert standing(kept) == (is_given_up, "lost" if is_given_up else "new")


def test_the_merged_file_leads_to_the_kept_one(client, kept, twin, peer, rm, head, now):
    merge(kept, twin, by=head, at=now)

    client.force_login(rm)
    assert client.get(f"/clients/{twin.pk}/").url == f"/clients/{kept.pk}/"
    client.force_login(peer)
    assert client.get(f"/clients/{twin.pk}/").status_code == 404
    client.force_login(head)
    assert [row.pk for row in client.get("/clients/").context["page"].rows] == [kept.pk]


def test_a_merge_is_recorded_for_both_files_without_personal_data(kept, twin, head, now):
    merge(kept, twin, take=["phone"], by=head, at=now)

    events = AuditEvent.objects.filter(verb="client.merged")
    assert sorted(event.client_id for event in events) == sorted([kept.pk, twin.pk])
    assert "161" not in str([event.facts["exchanged"] for event in events])
    assert PHONE not in str(Merge.objects.values_list("set", "moved"))


def test_only_a_head_of_both_outlets_merges(kept, twin, rm, other_head, lobby, now):
    for person in (rm, other_head, lobby):
        with pytest.raises(RuleBroken) as refused:
            merge(kept, twin, by=person, at=now)
        assert refused.value.code == "forbidden"


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"birth_date": None}, "age alone"),
        ({"name": "张玮"}, "age alone"),
        ({"state": "closed"}, "closed file"),
    ],
)
def test_no_two_people_are_merged(columns, sentence, kept, rm, head, now):
    with pytest.raises(RuleBroken, match=sentence):
        merge(kept, made(owner=rm, **columns), by=head, at=now)


def test_a_merge_makes_nobody_the_keeper_of_their_own_file(kept, twin, rm, head, now):
    protect(twin, restricted=False, person=rm, by=head, at=now)

    with pytest.raises(RuleBroken, match="nobody keeps their own file"):
        merge(kept, twin, by=head, at=now)


def test_two_identity_numbers_are_two_people(rm, head, now):
    first = made(owner=rm, **sealed_columns(identity_no=IDENTITY))
    second = made(owner=rm, **sealed_columns(identity_no="110101198005040030"))

    with pytest.raises(RuleBroken, match="two people"):
        merge(first, second, by=head, at=now)


def test_the_file_that_an_rm_serves_is_kept(kept, outlet, head, now):
    waiting = made(outlet=outlet)

    with pytest.raises(RuleBroken, match="whom an RM serves"):
        merge(waiting, kept, by=head, at=now)

    assert merge(kept, waiting, by=head, at=now).kept == kept


def test_what_is_under_way_is_finished_first(kept, twin, rm, peer, head, now):
    handover = HandoverFactory(client=twin, from_staff=peer, to_staff=rm, state="submitted")
    with pytest.raises(RuleBroken, match="handover"):
        merge(kept, twin, by=head, at=now)
    handover.delete()

    ReferralFactory(client=twin, outlet=twin.outlet)
    with pytest.raises(RuleBroken, match="referral"):
        merge(kept, twin, by=head, at=now)
