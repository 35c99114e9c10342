"""The page of one client: who sees it, what it says, a note, and corrections."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from clients.book.models import FileReader, Household, Member
from clients.desk.maturities import portfolio
from clients.models import Client, Contact
from managers.audit.models import AuditEvent
from tests.clients.one_client import address, file
from tests.factories import (
    AbsenceFactory,
    ClientFactory,
    ConsentFactory,
    ContactFactory,
    FollowUpFactory,
    HoldingFactory,
    ImportantDateFactory,
    LifeEventFactory,
    OutsideHoldingFactory,
    RelativeFactory,
)

__all__ = ["file"]

TODAY = date(2026, 11, 23)
TOLD = (
    ConsentFactory,
    ImportantDateFactory,
    LifeEventFactory,
    OutsideHoldingFactory,
    RelativeFactory,
)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("rm", 200),
        ("head", 200),
        ("peer", 404),
        ("marketing", 404),
        ("stranger", 404),
        ("other_head", 404),
        ("lobby", 404),
        ("teller", 404),
        ("officer", 404),
        ("admin", 404),
        ("auditor", 404),
    ],
)
@pytest.mark.parametrize("part", ["", "edit/", "note/"])
def test_who_may_not_see_the_file_finds_no_page(who, status, part, request, client, file):
    client.force_login(request.getfixturevalue(who))

    answer = (
        client.post(address(file, part)) if part == "note/" else client.get(address(file, part))
    )

    expected = {("edit/", 200): 403 if who == "head" else 200, ("note/", 200): 422}
    assert answer.status_code == expected.get((part, status), status)


def test_deputies_and_receivers_of_a_handover_see_the_file(client, file, rm, peer, stranger, now):
    AbsenceFactory(staff=rm, deputy=peer)
    FileReader.objects.create(client=file, staff=stranger, since=now)

    for person in (peer, stranger):
        client.force_login(person)
        assert client.get(address(file)).status_code == 200


def test_contact_details_are_masked(client, file, rm):
    client.force_login(rm)

    text = client.get(address(file)).content.decode()

    assert "161****2210" in text
    assert "z***@mail.example" in text
    for hidden in ("16112342210", "zhou@mail", "柳州路"):
        assert hidden not in text


def test_a_note_is_recorded_as_a_contact(client, file, rm):
    client.force_login(rm)
    typed = {
        "notes": "Half of it is for school fees in Sydney.",
        "channel": "call",
        "outcome": "reached",
        "next_step": "Send the fee table",
    }

    answer = client.post(address(file, "note/"), typed)

    assert (answer.status_code, answer.url) == (302, address(file))
    assert Contact.objects.get().is_valid
    file.refresh_from_db()
    assert file.last_contact is not None


def test_an_empty_note_is_refused_and_the_page_stays(client, file, rm):
    client.force_login(rm)

    answer = client.post(address(file, "note/"), {"channel": "call", "outcome": "reached"})

    assert answer.status_code == 422
    assert "notes" in answer.context["form"].errors
    assert not Contact.objects.exists()


def test_foreign_amounts_keep_their_currency_and_are_added_to_nothing(client, file, rm):
    HoldingFactory(client=file, amount=Decimal("1000.00"), currency="CZK", matures_on=TODAY)
    HoldingFactory(client=file, amount=Decimal("500000.00"), matures_on=date(2026, 12, 22))
    client.force_login(rm)

    page = client.get(address(file))

    assert "CZK 1,000.00" in page.content.decode()
    assert page.context["portfolio"].soon == Decimal("500000.00")


def test_the_ladder_holds_twelve_months_and_ends_there(file):
    for day in (date(2026, 11, 22), date(2026, 12, 22), date(2027, 10, 31), date(2027, 11, 1)):
        HoldingFactory(client=file, matures_on=day)
    HoldingFactory(client=file, category="loan", matures_on=date(2027, 1, 5))

    bars = portfolio(file, on=TODAY).ladder

    assert [bar.month for bar in bars if bar.amount] == [date(2026, 12, 1), date(2027, 10, 1)]
    assert len(bars) == 12


def test_others_of_the_household_are_masked_unless_they_are_own_clients(client, file, rm, peer):
    home = Household.objects.create()
    own, foreign = ClientFactory(owner=rm, name="徐岚心"), ClientFactory(owner=peer, name="周可一")
    for member, relation in ((file, "holder"), (own, "spouse"), (foreign, "child")):
        Member.objects.create(household=home, client=member, relation=relation)
    client.force_login(rm)

    text = client.get(address(file)).content.decode()

    assert "Xu Lanxin" in text
    assert "Zhou**" in text
    assert "周可一" not in text
    assert address(foreign) not in text


def test_a_page_without_data_has_no_empty_cards(client, rm):
    bare = ClientFactory(owner=rm, name="", number="B-77")
    client.force_login(rm)

    text = client.get(address(bare)).content.decode()

    assert "Client B-77" in text
    for card in ("promised", "contact", "holdings"):
        assert f'id="{card}"' not in text


def typed(file, **changes) -> dict:
    """The edit form as it is filled in when it opens, with changes."""
    return {"name": file.name, "version": file.version, **changes}


def test_the_owner_corrects_a_file(client, file, rm):
    client.force_login(rm)

    answer = client.post(address(file, "edit/"), typed(file, phone="161 8765 4321"))

    assert answer.status_code == 302
    file.refresh_from_db()
    assert (file.phone.open(), file.email.open()) == ("16187654321", "zhou@mail.example")
    assert AuditEvent.objects.get(verb="client.edited").facts == {"fields": ["phone"]}


def test_the_edit_form_shows_masks_and_no_number(client, file, rm):
    client.force_login(rm)

    text = client.get(address(file, "edit/")).content.decode()

    assert "161****2210, unchanged" in text
    assert "16112342210" not in text


def test_who_saves_second_sees_both_versions_and_loses_nothing(client, file, rm):
    client.force_login(rm)
    client.post(address(file, "edit/"), typed(file, name="周明源"))

    answer = client.post(address(file, "edit/"), typed(file, name="周铭远", phone="16187654321"))

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Somebody changed this file while you were writing." in text
    assert answer.context["theirs"] == {"name": "周明源", "phone": "161****2210"}
    assert 'value="周铭远"' in text

    client.post(address(file, "edit/"), typed(file, name="周铭远", version=2))

    file.refresh_from_db()
    assert (file.name, file.version) == ("周铭远", 3)


@pytest.mark.parametrize(("rows", "cost"), [(1, 46), (3, 46), (60, 48)])  # many are counted
def test_the_page_costs_the_same_for_any_history(
    rows, cost, client, file, rm, django_assert_num_queries
):
    home = Household.objects.create()
    Member.objects.create(household=home, client=file, relation="holder")
    for number in range(rows):
        ContactFactory(client=file, happened_at=datetime(2026, 10, 1, number % 24, tzinfo=UTC))
        FollowUpFactory(client=file, trigger="maturity", due_on=TODAY + timedelta(days=number))
        FollowUpFactory(client=file, state="missed", closed_at=datetime(2026, 10, 1, tzinfo=UTC))
        HoldingFactory(client=file, matures_on=TODAY)
        member = ClientFactory(owner=rm)
        Member.objects.create(household=home, client=member, relation="child")
        for told in TOLD:
            told(client=file)
        ConsentFactory(client=member, purpose="household")
    client.force_login(rm)
    client.get(address(file))

    with django_assert_num_queries(cost):
        client.get(address(file))


def test_a_head_finds_the_way_to_assign_a_client_of_the_pool(client, head, rm, outlet):
    pooled = ClientFactory(outlet=outlet)
    client.force_login(head)

    text = client.get(address(pooled)).content.decode()

    assert f"/branch/assign/?clients={pooled.pk}" in text
    assert client.get(f"/branch/assign/?clients={pooled.pk}").context["clients"] == [pooled]
    assert Client.objects.get().owner is None
