"""The list of clients: who sees whom, narrowing, sorting, paging, and what it costs."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from clients.book.models import FileReader, Ownership
from clients.models import Client
from crm.lib.secrets import Sealed
from tests.factories import AbsenceFactory, ClientFactory


def numbers(page) -> list[str]:
    """The client numbers of the rows, from top to bottom."""
    return [client.number for client in page.context["page"].rows]


@pytest.fixture
def sign_in(client):
    """The test browser, signed in as a person."""

    def as_person(person):
        client.force_login(person)
        return client

    return as_person


@pytest.fixture
def book(rm):
    """Three clients of Lin Yue, told apart by everything."""
    day = datetime(2026, 11, 20, 2, tzinfo=UTC)
    rows = [
        ("A1", "周明远", "diamond", "2312480.16", day, datetime(2026, 8, 1, tzinfo=UTC)),
        ("A2", "徐岚", "platinum", "512000.00", datetime(2026, 12, 1, tzinfo=UTC), day),
        ("A3", "白若溪", "private", "7200000.00", None, None),
    ]
    for number, name, tier, aum, due, contact in rows:
        times = {"next_due_at": due, "last_contact_at": contact}
        ClientFactory(
            owner=rm,
            number=number,
            name=name,
            tier=tier,
            aum=Decimal(aum),
            **{field: moment for field, moment in times.items() if moment},
        )


def test_an_rm_sees_the_own_book_and_nobody_elses(sign_in, rm, peer, stranger, outlet):
    mine = ClientFactory(owner=rm)
    for owner in (peer, stranger):
        ClientFactory(owner=owner)
    ClientFactory(outlet=outlet)

    assert numbers(sign_in(rm).get("/clients/")) == [mine.number]


def test_a_deputy_sees_the_covered_book_while_the_colleague_is_away(sign_in, rm, peer):
    theirs = ClientFactory(owner=peer)
    AbsenceFactory(staff=peer, deputy=rm)

    assert numbers(sign_in(rm).get("/clients/")) == [theirs.number]


def test_a_head_sees_all_clients_of_the_outlet(sign_in, head, rm, stranger, outlet):
    seen = {ClientFactory(owner=rm).number, ClientFactory(outlet=outlet).number}
    ClientFactory(owner=stranger)

    assert set(numbers(sign_in(head).get("/clients/"))) == seen


@pytest.mark.parametrize("who", ["lobby", "teller", "officer", "admin", "auditor"])
def test_who_keeps_no_clients_has_no_list(who, request, sign_in):
    page = sign_in(request.getfixturevalue(who)).get("/clients/")

    assert page.status_code == 403
    assert "This page is not for your post." in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["A3", "A1", "A2"]),
        ("sort=aum", ["A2", "A1", "A3"]),
        ("sort=name", ["A3", "A2", "A1"]),
        ("sort=next_due", ["A1", "A2", "A3"]),
        ("sort=-next_due", ["A3", "A2", "A1"]),
        ("sort=last_contact", ["A3", "A1", "A2"]),
        ("sort=phone", ["A3", "A1", "A2"]),
        ("tier=diamond", ["A1"]),
        ("tier=diamond,private", ["A3", "A1"]),
        ("state=owned,lost", ["A3", "A1", "A2"]),
        ("state=lost", []),
        ("min_aum=512000", ["A3", "A1", "A2"]),
        ("max_aum=511999.99", []),
        ("next_due_before=2026-11-24", ["A1"]),
        ("last_contact_before=2026-09-24", ["A3", "A1"]),
        ("unassigned=true", []),
    ],
)
def test_the_list_narrows_and_sorts_as_the_address_says(query, found, sign_in, rm, book):
    assert numbers(sign_in(rm).get(f"/clients/?{query}")) == found


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("tier=gilded", "Tier"),
        ("min_aum=lots", "Assets from"),
        ("min_aum=1.234", "Assets from"),
        ("max_aum=NaN", "Assets to"),
        ("next_due_before=soon", "Follow-up due before"),
        ("next_due_before=0001-01-01", "Follow-up due before"),
        ("owner=99999999999999999999999", "RM"),
    ],
)
def test_a_filter_without_sense_is_left_out_and_said(query, label, sign_in, rm, book):
    page = sign_in(rm).get(f"/clients/?{query}")

    assert page.status_code == 200
    assert numbers(page) == ["A3", "A1", "A2"]
    assert [wrong["label"] for wrong in page.context["wrong"]] == [label]


@pytest.mark.parametrize("typed", ["zhoumingyuan", "zmy"])
def test_what_is_typed_above_the_list_narrows_it_and_is_in_no_address(typed, sign_in, rm, book):
    browser = sign_in(rm)

    page = browser.post("/clients/", {"search": typed, "tier": "diamond", "sort": ""}, follow=True)

    [(address, _status)] = page.redirect_chain
    assert address.startswith("/clients/?tier=diamond&mark=")
    assert numbers(page) == ["A1"]
    # A sealed mark and a form's token may hold any three letters: only whole words are looked for.
    words = re.findall(rf"(?<![\w-]){typed}(?![\w-])", page.content.decode())
    assert len(words) == page.content.decode().count(f'value="{typed}"') == 1
    assert numbers(browser.get("/clients/?search=zmy")) == ["A3", "A1", "A2"]


def test_a_search_without_sense_is_left_out_and_said(sign_in, rm, book):
    page = sign_in(rm).post("/clients/", {"search": "\0"}, follow=True)

    assert [wrong["label"] for wrong in page.context["wrong"]] == ["Name, number or phone"]
    assert numbers(page) == ["A3", "A1", "A2"]


def test_pages_chips_and_acts_on_all_keep_what_was_typed(sign_in, rm, book):
    ClientFactory.create_batch(30, owner=rm, name="周明远", tier="gold")
    browser = sign_in(rm)
    page = browser.post("/clients/", {"search": "zmy"}, follow=True)
    links = re.findall(r'href="(\?[^"]+)"', page.content.decode().replace("&amp;", "&"))
    [following] = [link for link in links if "after=" in link]
    [diamond] = [link for link in links if "tier=diamond" in link]

    assert len(numbers(browser.get(f"/clients/{following}"))) == 6
    assert numbers(browser.get(f"/clients/{diamond}")) == ["A1"]
    back = page.wsgi_request.GET.urlencode()
    chosen = browser.post("/clients/selected/", {"all": "tag", "back": back})
    assert len(chosen.context["clients"]) == 31


def test_a_closed_client_shows_only_when_asked_for(sign_in, rm):
    closed = ClientFactory(owner=rm, state="closed")

    assert numbers(sign_in(rm).get("/clients/")) == []
    assert numbers(sign_in(rm).get("/clients/?state=closed")) == [closed.number]


def test_a_head_narrows_to_an_rm_and_to_the_pool(sign_in, head, rm, peer, outlet):
    mine, pooled = ClientFactory(owner=rm), ClientFactory(outlet=outlet)
    ClientFactory(owner=peer)
    browser = sign_in(head)

    assert numbers(browser.get(f"/clients/?owner={rm.pk}")) == [mine.number]
    assert numbers(browser.get("/clients/?unassigned=true")) == [pooled.number]


def test_the_pages_together_are_the_whole_list(sign_in, rm):
    ClientFactory.create_batch(60, owner=rm)
    browser, seen, query = sign_in(rm), [], ""
    while True:
        page = browser.get(f"/clients/?{query}")
        seen += numbers(page)
        if not page.context["page"].next_cursor:
            break
        query = f"after={page.context['page'].next_cursor}"

    rows = Client.objects.order_by("-aum", "pk").values_list("number", flat=True)
    assert seen == list(rows)


def test_a_torn_cursor_begins_anew(sign_in, rm, book):
    assert numbers(sign_in(rm).get("/clients/?after=torn")) == ["A3", "A1", "A2"]


def test_a_row_shows_the_last_four_digits_and_never_the_number(sign_in, rm):
    ClientFactory(owner=rm, phone=Sealed.of("16112345678"), phone_last4="5678")

    text = sign_in(rm).get("/clients/").content.decode()

    assert "****5678" in text
    assert "16112345678" not in text


def test_an_empty_book_says_where_clients_come_from(sign_in, rm):
    text = sign_in(rm).get("/clients/").content.decode()

    assert "No clients yet." in text
    assert "/clients/new/" in text


@pytest.mark.parametrize("rows", [1, 3, 1_000])
def test_the_list_costs_the_same_for_any_number_of_clients(
    rows, sign_in, rm, django_assert_num_queries
):
    many(rm, rows)
    browser = sign_in(rm)
    browser.get("/clients/")

    # session, person, posting, whom they cover thrice, tags, views, clients, counts
    with django_assert_num_queries(10):
        page = browser.get("/clients/")

    assert len(page.context["page"].rows) == min(rows, 25)


@pytest.mark.parametrize("rows", [1, 3, 1_000])
def test_a_heads_list_costs_the_same_for_any_number_of_clients(
    rows, sign_in, head, rm, django_assert_num_queries
):
    many(rm, rows)
    browser = sign_in(head)
    browser.get("/clients/")

    # session, person, posting, RMs, outlets, tags, views, clients, decisions, counts
    with django_assert_num_queries(10):
        browser.get("/clients/")


def many(owner, rows):
    """So many clients of one RM, in two statements."""
    clients = ClientFactory.build_batch(rows, owner=owner, outlet=owner.current_unit, pool=None)
    Client.objects.bulk_create(clients)
    Ownership.objects.bulk_create(
        Ownership(client=one, owner=owner, since=one.responsible_since) for one in clients
    )


def test_a_file_sent_with_a_handover_is_in_the_readers_list_once(sign_in, rm, peer, now):
    theirs = ClientFactory(owner=peer)
    FileReader.objects.create(client=theirs, staff=rm, since=now)

    assert numbers(sign_in(rm).get("/clients/")) == [theirs.number]
