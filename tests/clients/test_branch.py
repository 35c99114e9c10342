"""The branch board: who waits, and assigning from it."""

from datetime import UTC, datetime

import pytest

from clients.models import Client, FollowUp, TriggerRule
from tests.clients.board import board, waiting
from tests.factories import ClientFactory, ContactFactory, PostingFactory

__all__ = ["board"]


def texts(page) -> list[str]:
    """The messages at the top of the page."""
    return [str(message) for message in page.context["messages"]]


def test_who_waits_longest_stands_first_with_the_days_and_the_suggestion(board, rm, outlet):
    today, old = (
        waiting(outlet),
        waiting(outlet, responsible_since=datetime(2026, 11, 16, 2, tzinfo=UTC)),
    )

    rows = board.get("/branch/").context["rows"]

    assert [(row.client, row.waited, row.allowed, row.tone) for row in rows] == [
        (old, 5, 5, "late"),
        (today, 1, 5, ""),
    ]
    assert [row.suggestion.staff for row in rows] == [rm, rm]


def test_an_rm_who_spoke_with_the_client_is_suggested(board, rm, peer, outlet):
    ClientFactory.create_batch(9, owner=peer)
    ContactFactory(client=waiting(outlet), staff=peer)

    [row] = board.get("/branch/").context["rows"]

    assert (row.suggestion.staff, row.suggestion.why) == (
        peer,
        "has spoken with this client · 107 hours free",
    )


def test_the_row_says_the_reason_and_the_hours_left(board, rm, outlet):
    waiting(outlet)

    assert "lowest load · 110 hours free" in board.get("/branch/").content.decode()


def test_only_the_own_outlets_are_on_the_board(board, rm, stranger, outlet, other_outlet):
    mine = waiting(outlet)
    foreign = waiting(other_outlet)

    page = board.get("/branch/")

    assert [row.client for row in page.context["rows"]] == [mine]
    assert [member.staff for member in page.context["team"].members] == [rm]
    assert foreign.number not in page.content.decode()


def test_a_branch_head_sees_all_outlets_below(client, branch_unit, outlet, other_outlet):
    client.force_login(PostingFactory(unit=branch_unit, post="branch_head").staff)
    waiting(outlet), waiting(other_outlet)

    page = client.get("/branch/")

    assert page.context["counts"] == {"all": 2, "top": 0}
    assert len(client.get(f"/branch/?org_unit={outlet.pk}").context["rows"]) == 1


@pytest.mark.parametrize("who", ["rm", "marketing", "lobby", "teller", "officer", "admin"])
@pytest.mark.parametrize("way", ["get", "post"])
def test_who_is_no_head_has_no_board(who, way, request, client, outlet):
    row = waiting(outlet)
    client.force_login(request.getfixturevalue(who))

    if way == "get":
        assert client.get("/branch/").status_code == 403
    else:
        assert client.post("/branch/assign/", {"one": row.pk}).status_code == 403
        assert client.post("/branch/effect/", {"clients": row.pk}).status_code == 403


def test_one_click_assigns_as_shown(board, rm, outlet):
    row = waiting(outlet, name="白若溪")

    page = board.post("/branch/assign/", {"one": row.pk, f"to-{row.pk}": rm.pk}, follow=True)

    row.refresh_from_db()
    assert row.owner == rm
    assert FollowUp.objects.get().trigger == "new_client"
    assert texts(page) == ["Lin Yue has Bai Ruoxi now; the first call is booked."]


def test_no_first_call_is_promised_while_its_rule_is_off(board, rm, outlet):
    off = {"code": "new-client", "trigger": "new_client", "is_on": False}
    TriggerRule.objects.create(**off, valid_from="2026-11-23")
    one, two, three = (waiting(outlet, name=name) for name in ("白若溪", "韦舟", "高霖"))
    chosen = {f"to-{row.pk}": rm.pk for row in (one, two, three)}

    shown = board.post("/branch/assign/", {"act": "look", "clients": two.pk, **chosen})
    page = board.post("/branch/assign/", {"one": one.pk, **chosen}, follow=True)
    both = {"act": "suggested", "clients": [two.pk, three.pk], **chosen}
    many = board.post("/branch/assign/", both, follow=True)

    assert "first call" not in shown.content.decode()
    assert texts(page) == ["Lin Yue has Bai Ruoxi now."]
    assert texts(many) == ["2 clients assigned."]
    assert not FollowUp.objects.exists()


def test_the_selected_are_assigned_each_as_shown(board, rm, peer, outlet):
    first, second, third = (waiting(outlet) for _number in range(3))

    page = board.post(
        "/branch/assign/",
        {
            "act": "suggested",
            "clients": [first.pk, second.pk],
            f"to-{first.pk}": rm.pk,
            f"to-{second.pk}": peer.pk,
            f"to-{third.pk}": peer.pk,
            "back": "tier=platinum",
        },
        follow=True,
    )

    owners = dict(Client.objects.values_list("pk", "owner"))
    assert owners == {first.pk: rm.pk, second.pk: peer.pk, third.pk: None}
    assert texts(page) == ["2 clients assigned; their first calls are booked."]
    assert page.request["QUERY_STRING"] == "tier=platinum"


def test_one_rm_for_all_selected_is_chosen_on_a_page_that_shows_the_effect(board, rm, peer, outlet):
    clients = [waiting(outlet, tier="private") for _number in range(6)]
    picked = {"clients": [one.pk for one in clients]}

    page = board.post("/branch/assign/", {"act": "choose", **picked})

    assert [(one["staff"], one["before"], one["after"]) for one in page.context["options"]] == [
        (rm, 0, 10),
        (peer, 0, 10),
    ]

    board.post("/branch/assign/", {"to": peer.pk, **picked})

    assert peer.book.count() == 6


def test_all_that_wait_are_assigned_after_a_look_at_the_effect(board, rm, peer, outlet):
    for _number in range(30):
        waiting(outlet)

    page = board.post("/branch/assign/", {"act": "all", "back": ""})

    pairs = page.context["pairs"]
    assert [(one.staff, one.clients, one.after) for one in page.context["effects"]] == [
        (rm, 15, 5),
        (peer, 15, 5),
    ]

    typed = {"clients": [one.pk for one, _to in pairs]}
    board.post("/branch/assign/", typed | {f"to-{one.pk}": to for one, to in pairs})

    assert (rm.book.count(), peer.book.count()) == (15, 15)


def test_what_cannot_be_assigned_is_told_and_the_rest_is_done(board, rm, peer, stranger, outlet):
    taken, strange, fine = (waiting(outlet, name=name) for name in ("任军", "程澜", "魏舟"))
    board.post("/branch/assign/", {"one": taken.pk, f"to-{taken.pk}": peer.pk}, follow=True)

    page = board.post(
        "/branch/assign/",
        {
            "clients": [taken.pk, strange.pk, fine.pk],
            f"to-{taken.pk}": rm.pk,
            f"to-{strange.pk}": stranger.pk,
            f"to-{fine.pk}": rm.pk,
        },
        follow=True,
    )

    assert texts(page) == [
        "Lin Yue has Wei Zhou now; the first call is booked.",
        "Ren Jun: Xu Ke has this client since 2026-11-23 09:10.",
        "Cheng Lan: Tao Ran works for another outlet.",
    ]


@pytest.mark.parametrize(
    "typed",
    [{}, {"act": "suggested"}, {"one": "x"}, {"one": "0"}, {"clients": "999999999999999999999"}],
)
def test_nothing_sensible_selected_changes_nothing(typed, board, rm, outlet):
    waiting(outlet)

    page = board.post("/branch/assign/", typed, follow=True)

    assert len(texts(page)) == 1
    assert not Client.objects.filter(owner__isnull=False).exists()


def test_a_client_of_another_outlet_cannot_be_slipped_in(board, rm, other_outlet):
    foreign = waiting(other_outlet)

    board.post("/branch/assign/", {"one": foreign.pk, f"to-{foreign.pk}": rm.pk})

    foreign.refresh_from_db()
    assert foreign.owner is None


def test_another_rm_is_chosen_in_the_row(board, rm, peer, outlet):
    row = waiting(outlet)

    page = board.get(f"/branch/?choose={row.pk}")

    chosen = page.context["chosen"]
    assert [one.staff for one in chosen["candidates"]] == [rm, peer]
    assert f'<select class="form-select" name="to-{row.pk}"' in page.content.decode()
