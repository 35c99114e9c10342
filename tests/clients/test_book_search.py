"""The search box, the masked look-up, and opening a file."""

import re

import pytest
from django.core.cache import cache

from clients.book.actions import open_client
from clients.book.lookup import lookup
from clients.book.search import find
from clients.models import Client
from crm.lib.errors import RuleBroken
from crm.models import BankSetting
from managers.audit.models import AuditEvent
from managers.people.models import OrgUnit
from tests.factories import ClientFactory, OrgUnitFactory, PostingFactory


def search(person, text):
    return [hit.client for hit in find(person, text)]


@pytest.fixture(autouse=True)
def nobody_has_looked_up():
    """Every test has the whole hour's look-ups before it."""
    cache.clear()


@pytest.fixture
def zhang(rm, outlet, now):
    """Zhang Wei, own client with a phone."""
    return open_client(
        name="张伟",
        number="G880936",
        phone="161 3456 7890",
        outlet=outlet,
        owner=rm,
        by=rm,
        at=now,
    )


@pytest.mark.parametrize(
    "text",
    [
        "张伟",
        "张",
        "伟",
        "zhangwei",
        "Zhang Wei",
        "ZHANG",
        "wei",
        "zw",
        "G880936",
        "g8809",
        "16134567890",
        "+86 161-3456-7890",
        "１６１３４５６７８９０",
        "7890",
        "  zhangwei ",
    ],
)
def test_own_clients_are_found_by_whatever_people_type(text, zhang, rm):
    ClientFactory(owner=rm, name="李娜")

    assert search(rm, text) == [zhang]


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "%", "_", "zhongwen", "1613456", "----", "'", "王"]
)
def test_nothing_else_is_found(text, zhang, rm):
    assert search(rm, text) == []


@pytest.mark.parametrize("who", ["peer", "stranger", "marketing"])
def test_nobody_finds_a_colleagues_client(who, request, zhang):
    assert search(request.getfixturevalue(who), "zhangwei") == []


def test_the_only_client_who_fits_is_opened_at_once(client, zhang, rm):
    client.force_login(rm)

    page = client.post("/search/", {"q": "zw"}, follow=True)

    assert page.redirect_chain[-1] == (f"/clients/{zhang.pk}/", 302)


def test_several_clients_who_fit_are_listed(client, zhang, rm):
    other = ClientFactory(owner=rm, name="张文")
    client.force_login(rm)

    page = client.post("/search/", {"q": "zw"}, follow=True)

    assert [hit.client for hit in page.context["hits"]] == [zhang, other]


def test_a_search_without_a_hit_leads_to_the_look_up(client, zhang, rm):
    client.force_login(rm)

    page = client.post("/search/", {"q": "ouyang"}, follow=True)
    look_up = re.search(r'"(/relay/refer/[^"]+)"', page.content.decode())[1]

    assert client.get(look_up).context["text"] == "ouyang"


def test_who_keeps_no_clients_is_led_to_the_referral(client, zhang, lobby):
    client.force_login(lobby)

    page = client.post("/search/", {"q": "zw"}, follow=True)

    assert page.request["PATH_INFO"] == "/relay/refer/"
    assert page.context["text"] == "zw"


def test_an_officer_sees_masked_names_only(client, zhang, officer):
    client.force_login(officer)

    text = client.post("/search/", {"q": "zhangwei"}, follow=True).content.decode()

    assert "Zhang**" in text
    assert "张伟" not in text
    assert zhang.number not in text


@pytest.mark.parametrize("who", ["admin", "auditor"])
def test_who_may_look_nobody_up_has_no_search(who, request, client):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/search/?q=zw").status_code == 403


@pytest.mark.parametrize("who", ["peer", "marketing", "lobby", "teller", "head", "officer"])
def test_colleagues_of_the_outlet_look_a_client_up_masked(who, request, zhang, rm, now):
    [row] = lookup(request.getfixturevalue(who), "16134567890", at=now)

    assert (row.id, row.name, row.tier, row.state, row.owner) == (
        zhang.pk,
        "Zhang**",
        "regular",
        "prospect",
        rm,
    )


def test_another_outlet_looks_up_nobody(zhang, stranger, other_head, now):
    assert lookup(stranger, "zhangwei", at=now) == []
    assert lookup(other_head, "zhangwei", at=now) == []


def test_a_wealth_centre_looks_up_the_outlets_that_it_serves(zhang, outlet, branch_unit, now):
    centre = OrgUnitFactory(kind="wealth_centre", parent=branch_unit)
    OrgUnit.objects.filter(pk=outlet.pk).update(served_by=centre)
    rm_of_centre = PostingFactory(unit=centre).staff

    assert [row.id for row in lookup(rm_of_centre, "zw", at=now)] == [zhang.pk]


@pytest.mark.parametrize("text", ["", "z", "张"])
def test_a_look_up_needs_two_characters(text, zhang, peer, now):
    assert lookup(peer, text, at=now) == []
    assert not AuditEvent.objects.filter(verb="client.looked_up").exists()


def test_a_look_up_is_recorded_by_its_count_alone(zhang, peer, now):
    lookup(peer, "16134567890", at=now)

    event = AuditEvent.objects.get(verb="client.looked_up")
    assert (event.actor, event.client_id, event.facts) == (peer, None, {"count": 1})


def test_look_ups_of_an_hour_are_limited(zhang, peer, rm, now):
    BankSetting.objects.create(key="lookup.per_hour", valid_from="2026-01-01", value=3)
    for _time in range(3):
        lookup(peer, "zhangwei", at=now)

    with pytest.raises(RuleBroken, match="3 times this hour") as refused:
        lookup(peer, "zhangwei", at=now)

    assert refused.value.code == "too_many"
    assert lookup(rm, "zhangwei", at=now)


def test_a_look_up_shows_few_rows(peer, rm, now):
    ClientFactory.create_batch(15, owner=rm, name="张伟")

    assert len(lookup(peer, "zhangwei", at=now)) == 10


def test_nobody_looks_up_without_the_right(zhang, admin, now):
    with pytest.raises(RuleBroken) as refused:
        lookup(admin, "zhangwei", at=now)

    assert refused.value.code == "forbidden"


def test_an_rm_opens_a_file_and_lands_on_it(client, rm, outlet):
    client.force_login(rm)

    page = client.post("/clients/new/", {"name": "白若溪", "outlet": outlet.pk})

    opened = Client.objects.get()
    assert (page.status_code, page.url) == (302, f"/clients/{opened.pk}/")
    assert opened.owner == rm


def test_the_lobby_opens_a_file_in_the_pool(client, lobby, outlet):
    client.force_login(lobby)

    client.post("/clients/new/", {"name": "白若溪", "phone": "16112345678", "outlet": outlet.pk})

    assert Client.objects.get().pool == outlet


def test_what_is_wrong_with_a_new_file_stands_beside_the_field(client, zhang, peer, outlet):
    client.force_login(peer)
    typed = {"name": "", "phone": "12", "email": "nobody", "outlet": outlet.pk}

    page = client.post("/clients/new/", typed)

    assert page.status_code == 422
    assert sorted(page.context["form"].errors) == ["email", "name", "phone"]

    page = client.post(
        "/clients/new/", {**typed, "name": "某人", "phone": "16134567890", "email": ""}
    )

    assert page.context["form"].errors["phone"] == [
        "This number belongs to Zhang**, a client of Lin Yue."
    ]
    assert Client.objects.count() == 1


def test_a_foreign_outlet_is_no_choice(client, rm, other_outlet):
    client.force_login(rm)

    page = client.post("/clients/new/", {"name": "白若溪", "outlet": other_outlet.pk})

    assert page.status_code == 422
    assert not Client.objects.exists()


@pytest.mark.parametrize("who", ["officer", "admin", "auditor"])
def test_who_opens_no_files_has_no_form(who, request, client):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/clients/new/").status_code == 403
