"""Opening, giving and editing clients: the rules behind the pages."""

import pytest

from clients.book import actions as book
from clients.book.models import Client
from clients.desk.actions import assign_from_pool, assign_pool_many, edit_client
from clients.followups.models import FollowUp
from crm.lib.errors import RuleBroken, Stale
from crm.models import BankSetting
from managers.audit.models import AuditEvent
from tests.factories import AbsenceFactory, ClientFactory, FollowUpFactory, PostingFactory


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_an_assigned_client_has_an_owner_a_history_and_a_first_call(head, rm, outlet, now):
    client = ClientFactory(outlet=outlet)

    assign_from_pool(client, to=rm, was=None, by=head, at=now)

    client.refresh_from_db()
    assert (client.owner, client.pool, client.state) == (rm, None, "owned")
    spans = client.ownerships.order_by("since").values_list("owner", "until", "cause")
    assert list(spans) == [(None, now, "opened"), (rm.pk, None, "assigned")]
    call = FollowUp.objects.get()
    assert (call.owner, call.trigger, str(call.due_on)) == (rm, "new_client", "2026-11-25")
    assert client.next_due_at == call.due_at
    assert "client.given" in verbs()


def test_who_comes_second_is_told_who_was_first_and_when(head, rm, peer, outlet, now):
    client = ClientFactory(outlet=outlet)
    assign_from_pool(client, to=rm, was=None, by=head, at=now)

    with pytest.raises(RuleBroken, match="Lin Yue has this client since 2026-11-23 09:10") as lost:
        assign_from_pool(client, to=peer, was=None, by=head, at=now)

    assert lost.value.code == "conflict"
    assert client.ownerships.count() == 2
    assert FollowUp.objects.count() == 1


def test_follow_ups_go_with_the_client_to_a_new_owner(head, rm, peer, now):
    client = ClientFactory(owner=rm)
    promised = FollowUpFactory(client=client)

    assign_from_pool(client, to=peer, was=rm.pk, by=head, at=now)

    promised.refresh_from_db()
    assert promised.owner == peer


@pytest.mark.parametrize("who", ["rm", "marketing", "lobby", "other_head", "admin"])
def test_only_the_head_of_the_outlet_assigns(who, request, rm, outlet, now):
    client = ClientFactory(outlet=outlet)

    with pytest.raises(RuleBroken, match="Only the head"):
        assign_from_pool(client, to=rm, was=None, by=request.getfixturevalue(who), at=now)

    assert client.ownerships.count() == 1


def test_a_client_goes_to_nobody_of_another_outlet(head, stranger, outlet, now):
    with pytest.raises(RuleBroken, match="works for another outlet"):
        assign_from_pool(ClientFactory(outlet=outlet), to=stranger, was=None, by=head, at=now)


def test_a_client_goes_to_nobody_without_the_grade(head, outlet, now):
    trainee = PostingFactory(unit=outlet, grade="trainee", step=1).staff
    client = ClientFactory(outlet=outlet, tier="private")

    with pytest.raises(RuleBroken, match="has not the grade"):
        assign_from_pool(client, to=trainee, was=None, by=head, at=now)


def test_a_client_goes_to_nobody_who_is_away_without_cover(head, rm, outlet, now):
    AbsenceFactory(staff=rm)

    with pytest.raises(RuleBroken, match="is away"):
        assign_from_pool(ClientFactory(outlet=outlet), to=rm, was=None, by=head, at=now)


def test_a_full_book_takes_no_further_client(head, rm, outlet, now):
    limits = {"gold": 600, "platinum": 2, "diamond": 150, "private": 60}
    BankSetting.objects.create(key="book.limits", valid_from="2026-01-01", value=limits)
    ClientFactory.create_batch(2, owner=rm)

    with pytest.raises(RuleBroken, match="The book of Lin Yue is full"):
        assign_from_pool(ClientFactory(outlet=outlet), to=rm, was=None, by=head, at=now)


def test_one_refusal_leaves_the_others_assigned(head, rm, stranger, outlet, other_outlet, now):
    mine, strange, foreign = (
        ClientFactory(outlet=outlet),
        ClientFactory(outlet=outlet),
        ClientFactory(outlet=other_outlet),
    )
    pairs = [(foreign.pk, stranger), (strange.pk, stranger), (mine.pk, rm)]

    results = assign_pool_many(pairs, by=head, at=now)

    assert results == [
        (mine.pk, ""),
        (strange.pk, "Tao Ran works for another outlet."),
        (foreign.pk, "There is no such client."),
    ]
    assert list(rm.book.all()) == [mine]


def test_an_rm_opens_a_prospect_of_their_own(rm, outlet, now):
    client = book.open_prospect(name="单雄信", phone="161 1234 5678", outlet=outlet, by=rm, at=now)

    assert (client.owner, client.state, client.joined_pinyin) == (rm, "prospect", "shanxiongxin")
    assert (client.phone_last4, client.phone.open()) == ("5678", "16112345678")
    assert client.number == f"P{client.pk:08d}"


@pytest.mark.parametrize("who", ["lobby", "teller", "head"])
def test_everybody_else_opens_prospects_in_the_pool(who, request, outlet, now):
    by = request.getfixturevalue(who)

    client = book.open_prospect(name="白若溪", outlet=outlet, by=by, at=now)

    assert (client.owner, client.pool, client.state) == (None, outlet, "identified")


def test_nobody_opens_a_prospect_at_a_foreign_outlet(rm, other_outlet, now):
    with pytest.raises(RuleBroken, match="your own outlet"):
        book.open_prospect(name="白若溪", outlet=other_outlet, by=rm, at=now)


@pytest.fixture
def known(peer, outlet, now):
    """A client of a colleague, with a phone."""
    return book.open_client(
        name="徐岚", phone="16112345678", outlet=outlet, owner=peer, by=peer, at=now
    )


def test_a_known_phone_is_told_masked_at_the_same_outlet(known, rm, outlet, now):
    with pytest.raises(RuleBroken) as refused:
        book.open_prospect(name="徐蓝", phone="+86 161-1234-5678", outlet=outlet, by=rm, at=now)

    assert str(refused.value) == "This number belongs to Xu**, a client of Xu Ke."
    assert refused.value.code == "duplicate"
    assert Client.objects.count() == 1


def test_a_known_phone_tells_nothing_at_another_outlet(known, stranger, other_outlet, now):
    with pytest.raises(RuleBroken) as refused:
        book.open_prospect(
            name="徐蓝", phone="16112345678", outlet=other_outlet, by=stranger, at=now
        )

    assert (
        str(refused.value)
        == "The bank has a client with this number already. Please ask your head."
    )


def test_the_owner_edits_a_file_and_the_audit_names_only_the_fields(known, peer, now):
    edited = edit_client(
        known, version=known.version, name="徐岚岚", phone="16187654321", email="", by=peer, at=now
    )

    assert (edited.joined_pinyin, edited.phone_last4, edited.version) == ("xulanlan", "4321", 2)
    event = AuditEvent.objects.get(verb="client.edited")
    assert event.facts == {"fields": ["name", "phone"]}


def test_saving_the_same_changes_nothing(known, peer, now):
    edited = edit_client(known, version=1, name="徐岚", phone="16112345678", by=peer, at=now)

    assert edited.version == 1
    assert "client.edited" not in verbs()


def test_a_stale_edit_is_refused(known, peer, now):
    edit_client(known, version=1, name="徐岚岚", by=peer, at=now)

    with pytest.raises(Stale):
        edit_client(known, version=1, name="徐澜", by=peer, at=now)


@pytest.mark.parametrize("who", ["rm", "head", "stranger", "lobby"])
def test_nobody_but_the_owner_edits(who, request, known, now):
    with pytest.raises(RuleBroken, match="Only the owner"):
        edit_client(known, version=1, name="徐澜", by=request.getfixturevalue(who), at=now)


def test_who_asks_not_to_be_contacted_has_nothing_promised_but_callbacks(known, peer, now):
    call = FollowUpFactory(client=known)
    callback = FollowUpFactory(client=known, trigger="callback")

    edit_client(known, version=known.version, do_not_contact=True, by=peer, at=now)

    states = {item.pk: item.state for item in FollowUp.objects.all()}
    assert states == {call.pk: "cancelled", callback.pk: "open"}
