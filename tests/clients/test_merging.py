"""Two files of one person: found, compared, made one, and made two again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.book.actions import edit, open_client
from clients.book.details import sealed_columns
from clients.book.duplicates import note
from clients.merging import moves
from clients.merging.actions import keep_apart, merge, undo
from clients.models import (
    Client,
    Duplicate,
    FollowUp,
    Holding,
    Household,
    Member,
    Merge,
    Tagging,
)
from crm.lib.errors import RuleBroken
from managers.audit.models import AuditEvent
from tests.factories import (
    ClientFactory,
    ContactFactory,
    FollowUpFactory,
    HandoverFactory,
    HoldingFactory,
    ReferralFactory,
)
from tests.factories.lists import TagFactory

BORN = date(1980, 5, 4)
PHONE = "16134567890"
IDENTITY = "110101198005040014"


def made(**columns):
    return ClientFactory(**{"name": "张伟", "birth_date": BORN, **columns})


def snapshot():
    """Every row that a merge may touch, without versions."""
    found = {}
    for model in {field.model for field in moves.relations()} | {Client}:
        for row in model.objects.order_by("pk"):
            columns = {field.attname: getattr(row, field.attname) for field in row._meta.fields}
            columns.pop("version", None)
            found[model._meta.label, row.pk] = {
                name: value.open() if hasattr(value, "open") else value
                for name, value in columns.items()
            }
    return found


@pytest.fixture
def kept(rm):
    """Zhang Wei, with a phone and a deposit."""
    return made(owner=rm, aum=Decimal("100.00"), **sealed_columns(phone=PHONE))


@pytest.fixture
def twin(peer):
    """The same person in a colleague's book, with another phone, an e-mail and some history."""
    details = sealed_columns(phone="16100000001", email="zhang@mail.example")
    return made(owner=peer, aum=Decimal("20.50"), profile={"city": "杭州"}, **details)


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


# --- Taking back


def test_a_merge_is_taken_back_whole(kept, twin, head, now):
    for client in (kept, twin):
        ContactFactory(client=client)
        HoldingFactory(client=client, source_key="demo:account")
        FollowUpFactory(client=client)
    before = snapshot()

    done = merge(kept, twin, take=["phone", "name"], by=head, at=now)
    assert snapshot() != before
    undo(done, by=head, at=now + timedelta(days=30))

    assert snapshot() == before


def test_after_thirty_days_it_stands(kept, twin, head, now):
    done = merge(kept, twin, by=head, at=now)

    with pytest.raises(RuleBroken, match="too old"):
        undo(done, by=head, at=now + timedelta(days=31))


def test_what_came_after_the_merge_stays_where_it_was_written(kept, twin, head, now):
    done = merge(kept, twin, by=head, at=now)
    later = ContactFactory(client=kept)

    undo(done, by=head, at=now)

    later.refresh_from_db()
    assert later.client == kept


def test_nothing_is_taken_back_twice(kept, twin, head, now):
    done = merge(kept, twin, by=head, at=now)
    undo(done, by=head, at=now)

    with pytest.raises(RuleBroken, match="already"):
        undo(done, by=head, at=now)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=9
    ),
    take=st.lists(st.sampled_from(["name", "phone", "email", "birth_date"]), unique=True),
)
def test_merges_and_undo_in_any_order_restore_everything(steps, take, rm, peer, head, now, outlet):
    same = sealed_columns(identity_no=IDENTITY)
    files = []
    for number in range(4):
        details = sealed_columns(phone=f"1610000{Client.objects.count():04d}")
        client = made(owner=(rm, peer)[number % 2], **details, **same)
        HoldingFactory(client=client, source_key="demo:account")
        FollowUpFactory(client=client)
        ContactFactory(client=client)
        files.append(client)
    before, standing = snapshot(), []
    for is_merge, a, b in steps:
        try:
            if is_merge:
                fresh = [Client.objects.get(pk=files[i].pk) for i in (a, b)]
                standing.append(merge(*fresh, take=take, by=head, at=now))
            elif standing:
                made_one = standing[a % len(standing)]
                undo(made_one, by=head, at=now)
                standing.remove(made_one)
        except RuleBroken:
            continue
        total = sum(Client.objects.filter(merged_into=None).values_list("aum", flat=True))
        assert total == sum(row["aum"] for key, row in before.items() if key[0] == "clients.Client")
    for made_one in reversed(standing):
        undo(made_one, by=head, at=now)

    assert snapshot() == before


# --- Pages


@pytest.fixture
def pair(kept, twin, now):
    """The two files, and the question about them."""
    [found] = note([twin], by=None, at=now)
    return found


def test_a_head_compares_merges_and_takes_back(client, pair, kept, twin, head):
    ContactFactory(client=twin)
    client.force_login(head)

    listed = client.get(reverse("duplicate-list")).content.decode()
    compared = client.get(reverse("duplicate", args=[pair.pk])).content.decode()
    assert reverse("duplicate", args=[pair.pk]) in listed
    assert "Contacts: 1" in compared
    assert "161****0001" in compared
    assert "16100000001" not in compared

    page = client.post(reverse("duplicate", args=[pair.pk]), {"keep": kept.pk, "take": ["phone"]})
    assert page.url == f"/clients/{kept.pk}/"
    assert client.get(reverse("duplicate", args=[pair.pk])).status_code == 404
    done = Merge.objects.get()
    assert (
        reverse("merge-undo", args=[done.pk])
        in client.get(reverse("duplicate-list")).content.decode()
    )

    page = client.post(reverse("merge-undo", args=[done.pk]))
    assert page.url == f"/clients/{twin.pk}/"
    pair.refresh_from_db()
    assert pair.state == "open"


def test_a_refused_merge_says_why(client, pair, kept, twin, head):
    HandoverFactory(client=twin, from_staff=twin.owner, to_staff=kept.owner, state="submitted")
    client.force_login(head)

    page = client.post(reverse("duplicate", args=[pair.pk]), {"keep": kept.pk})

    assert page.status_code == 422
    assert "A handover of the other file is under way" in page.content.decode()


def test_two_people_stay_two(client, pair, head):
    client.force_login(head)

    client.post(reverse("duplicate-distinct", args=[pair.pk]))

    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == ("distinct", head)
    assert list(client.get(reverse("duplicate-list")).context["page"].rows) == []


def test_duplicates_are_not_for_rms_and_foreign_ones_not_there(client, pair, rm, other_head):
    client.force_login(rm)
    assert client.get(reverse("duplicate-list")).status_code == 403
    client.force_login(other_head)
    assert client.get(reverse("duplicate", args=[pair.pk])).status_code == 404
    assert list(client.get(reverse("duplicate-list")).context["page"].rows) == []


def test_the_list_of_duplicates_asks_as_much_for_one_as_for_three(
    client, pair, rm, head, now, django_assert_max_num_queries
):
    client.force_login(head)
    with django_assert_max_num_queries(30) as one:
        client.get(reverse("duplicate-list"))
    for number in range(2):
        phones = sealed_columns(phone=f"1610000100{number}")
        twins = [ClientFactory(owner=rm, **phones) for _twin in range(2)]
        note(twins, by=None, at=now)
    with django_assert_max_num_queries(len(one)):
        client.get(reverse("duplicate-list"))


def test_what_points_at_a_client_either_goes_or_stays_on_purpose():
    names = {field.model.__name__ for field in moves.relations()}

    assert {"Contact", "FollowUp", "Holding", "Referral", "Handover", "Tagging", "Member"} <= names
    assert not names & {model.__name__ for model in moves.STAYS}
