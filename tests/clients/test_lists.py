"""Tags, saved views, and what a person does with a selection of the list."""

from datetime import date

import pytest
from django.urls import reverse

from clients.book.list_actions import MOST, drop_view, save_view, tag_many, untag
from clients.desk.bulk import follow_up_many
from clients.models import FollowUp, SavedView, Tag, Tagging
from crm.lib.errors import RuleBroken
from managers.audit.models import AuditEvent
from tests.factories import ClientFactory
from tests.factories.lists import SavedViewFactory, TagFactory

LIST, BULK = reverse("client-list"), reverse("client-bulk")
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def zhang(rm):
    return ClientFactory(owner=rm, name="张伟")


@pytest.fixture
def desk(client, rm):
    client.force_login(rm)
    return client


def rows(page):
    return [row.pk for row in page.context["page"].rows]


def messages(page):
    return [str(message) for message in page.context["messages"]]


# --- Tags


def test_an_own_tag_is_ones_own_and_a_shared_one_the_outlets(zhang, rm, peer, stranger, now):
    tag_many([zhang.pk], name=" 高尔夫 ", shared=False, by=rm, at=now)
    tag_many([zhang.pk], name="沙龙", shared=True, by=rm, at=now)

    assert [tag.name for tag in Tag.objects.visible_to(rm)] == ["沙龙", "高尔夫"]
    assert [tag.name for tag in Tag.objects.visible_to(peer)] == ["沙龙"]
    assert list(Tag.objects.visible_to(stranger)) == []


def test_a_tag_is_put_on_once_and_recorded(zhang, rm, now):
    for _time in range(2):
        assert tag_many([zhang.pk], name="高尔夫", shared=False, by=rm, at=now) == [(zhang.pk, "")]

    assert Tagging.objects.count() == 1
    assert AuditEvent.objects.filter(verb="client.tagged", client_id=zhang.pk).count() == 1


def test_nobody_tags_a_colleagues_client(zhang, peer, now):
    [(pk, refusal)] = tag_many([zhang.pk], name="高尔夫", shared=True, by=peer, at=now)

    assert (pk, refusal) == (zhang.pk, "There is no such client.")
    assert not Tagging.objects.exists()


def test_a_tag_that_is_on_nobody_is_gone(zhang, rm, now):
    tag = TagFactory(owner=rm, clients=[zhang])

    untag(zhang, tag, by=rm, at=now)

    assert not Tag.objects.exists()


def test_a_tag_needs_a_name(zhang, rm, now):
    with pytest.raises(RuleBroken, match="a name"):
        tag_many([zhang.pk], name="  ", shared=False, by=rm, at=now)


def test_the_page_of_a_client_shows_puts_on_and_takes_off_tags(desk, zhang, peer):
    TagFactory(name="围棋", owner=peer, clients=[zhang])
    address = reverse("client-tags", args=[zhang.pk])

    desk.post(address, {"name": "高尔夫"})
    page = desk.get(f"/clients/{zhang.pk}/").content.decode()
    assert "高尔夫" in page
    assert "围棋" not in page

    desk.post(address, {"remove": Tag.objects.get(name="高尔夫").pk})
    assert "高尔夫" not in desk.get(f"/clients/{zhang.pk}/").content.decode()


def test_a_foreign_tag_is_not_there(desk, zhang, peer):
    foreign = TagFactory(owner=peer, clients=[zhang])

    assert (
        desk.post(reverse("client-tags", args=[zhang.pk]), {"remove": foreign.pk}).status_code
        == 404
    )
    assert desk.get(LIST, {"tag": foreign.pk}).context["wrong"][0]["name"] == "tag"


def test_the_list_is_narrowed_by_a_tag(desk, rm, zhang):
    ClientFactory(owner=rm)
    tag = TagFactory(owner=rm, clients=[zhang])

    assert rows(desk.get(LIST, {"tag": tag.pk})) == [zhang.pk]


# --- Saved views


def test_filters_are_kept_under_a_name(desk, rm):
    private = ClientFactory(owner=rm, tier="private")
    ClientFactory(owner=rm)

    page = desk.post(
        reverse("view-new"),
        {"name": "Top", "asked": "tier=private&sort=name&search=16134567890&after=x"},
    )

    view = SavedView.objects.get()
    assert (view.name, view.query, view.unit) == ("Top", "tier=private&sort=name", None)
    assert page.url == f"{LIST}?tier=private&sort=name"
    page = desk.get(page.url)
    assert rows(page) == [private.pk]
    assert page.context["views"] == [view]


def test_a_shared_view_is_the_outlets(rm, peer, stranger, now):
    view = save_view(name="Top", asked={"tier": "private"}, shared=True, by=rm, at=now)

    assert list(SavedView.objects.visible_to(peer)) == [view]
    assert list(SavedView.objects.visible_to(stranger)) == []


def test_the_same_name_again_replaces_the_filters(rm, peer, now):
    save_view(name="Top", asked={"tier": "private"}, shared=True, by=rm, at=now)
    save_view(name="Top", asked={"tier": "gold"}, shared=True, by=rm, at=now)

    assert SavedView.objects.get().query == "tier=gold"
    with pytest.raises(RuleBroken, match="colleague"):
        save_view(name="Top", asked={"tier": "diamond"}, shared=True, by=peer, at=now)


def test_the_whole_list_is_no_view(rm, now):
    with pytest.raises(RuleBroken, match="filter first"):
        save_view(name="All", asked={"search": "zhang"}, shared=False, by=rm, at=now)


def test_who_saved_a_view_and_the_head_remove_it(rm, peer, head, now):
    view = save_view(name="Top", asked={"tier": "private"}, shared=True, by=rm, at=now)

    with pytest.raises(RuleBroken):
        drop_view(view, by=peer, at=now)
    drop_view(view, by=head, at=now)

    assert not SavedView.objects.exists()


def test_a_view_of_somebody_else_is_not_there(desk, peer):
    foreign = SavedViewFactory(owner=peer)

    assert desk.post(reverse("view-drop", args=[foreign.pk])).status_code == 404


# --- A selection


def test_a_selection_shows_its_effect_before_anything_happens(desk, rm, zhang):
    quiet = ClientFactory(owner=rm, do_not_contact=True)

    page = desk.post(BULK, {"act": "follow_up", "clients": [zhang.pk, quiet.pk]})

    assert page.context["effects"] == [
        "A follow-up is booked for the RM of 1 client.",
        "1 client is left in peace or has no RM, and is passed over.",
    ]
    assert not FollowUp.objects.exists()


def test_a_selection_is_tagged(desk, rm, zhang, peer):
    other, foreign = ClientFactory(owner=rm), ClientFactory(owner=peer)

    page = desk.post(
        BULK,
        {"act": "tag", "go": 1, "name": "高尔夫", "back": "tier=platinum"}
        | {"clients": [zhang.pk, other.pk, foreign.pk]},
        follow=True,
    )

    assert messages(page) == ["Done for 2 clients."]
    assert page.redirect_chain == [(f"{LIST}?tier=platinum", 302)]
    assert sorted(Tagging.objects.values_list("client", flat=True)) == [zhang.pk, other.pk]


def test_follow_ups_are_booked_with_an_answer_for_each(desk, rm, zhang):
    quiet = ClientFactory(owner=rm, name="李静", do_not_contact=True)

    page = desk.post(
        BULK,
        {"act": "follow_up", "go": 1, "channel": "call", "due_on": "2026-11-24"}
        | {"clients": [zhang.pk, quiet.pk], "purpose": "The salon"},
        follow=True,
    )

    assert messages(page) == [
        "Done for 1 client.",
        "Li Jing: The client asked not to be contacted.",
    ]
    [booked] = FollowUp.objects.all()
    assert (booked.client, booked.due_on, booked.purpose) == (zhang, TUESDAY, "The salon")


def test_all_that_fit_are_tagged_at_most_five_hundred(desk, rm, zhang):
    ClientFactory(owner=rm, tier="gold")

    page = desk.post(BULK, {"all": "tag", "back": "tier=platinum"})

    assert [row.pk for row in page.context["clients"]] == [zhang.pk]
    assert MOST == 500


def test_a_day_that_is_over_is_refused_for_each(rm, zhang, now):
    [(_pk, refusal)] = follow_up_many(
        [zhang.pk], channel="call", due_on=date(2026, 11, 20), purpose="", by=rm, at=now
    )

    assert refusal == "This day is over already."


@pytest.mark.parametrize("typed", [{}, {"act": "tag"}, {"act": "tag", "clients": "x"}])
def test_without_a_selection_nothing_happens(desk, typed, zhang):
    page = desk.post(BULK, typed, follow=True)

    assert messages(page) == ["Please select clients first."]


def test_what_is_missing_is_said_beside_the_field(desk, zhang):
    page = desk.post(BULK, {"act": "tag", "go": 1, "clients": [zhang.pk]})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["name"]


def test_who_keeps_no_clients_has_no_selection(client, lobby, zhang):
    client.force_login(lobby)

    assert client.post(BULK, {"act": "tag", "clients": [zhang.pk]}).status_code == 403
