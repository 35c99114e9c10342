"""The numbers beside the navigation: on every page those of the lists behind it, for each post."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from clients.desk.counts import MOST, counts
from tests.factories import (
    AbsenceFactory,
    ClientFactory,
    ClientRequestFactory,
    FollowUpFactory,
    HandoverFactory,
    NotificationFactory,
    ReferralFactory,
)

pytestmark = pytest.mark.django_db

FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
OF_RMS = ["today", "follow-up-list", "relay", "request-list"]
OF_HEADS = ["branch", *OF_RMS[1:]]


def due(owner, day, **client):
    return FollowUpFactory(client=ClientFactory(owner=owner, **client), due_on=day)


def beside(page) -> dict[str, str]:
    """What the sidebar of a page reads out, by address: "2 overdue"."""
    side = re.search(r'<nav class="side".*?</nav>', page.content.decode(), re.DOTALL).group()
    links = [link.split('class="count">') for link in side.split("</a>")]
    return {
        re.search('href="(.*?)"', link[0]).group(1): re.sub("<.*?>", "", link[1]).strip()
        for link in links
        if len(link) == 2
    }


def test_an_rm_reads_on_any_page_what_waits(client, rm, lobby):
    due(rm, FRIDAY)
    due(rm, MONDAY)
    due(rm, TUESDAY)
    ClientRequestFactory(client=ClientFactory(owner=rm), due_on=FRIDAY)
    ReferralFactory(referrer=lobby, target=rm)
    client.force_login(rm)

    for page in ("today", "client-list", "competition", "inbox"):
        assert beside(client.get(reverse(page))) == {
            "/today/": "2 due by today",
            "/follow-ups/": "1 overdue",
            "/relay/": "1 waiting for you",
            "/requests/": "1 overdue",
        }


def test_in_chinese_the_numbers_are_read_in_chinese(client, rm):
    due(rm, FRIDAY)
    rm.language = "zh-hans"
    rm.save()
    client.force_login(rm)

    assert beside(client.get(reverse("competition"))) == {
        "/today/": "1 项今日待办",
        "/follow-ups/": "1 项已逾期",
    }


def test_a_head_reads_the_numbers_of_the_own_outlets(client, head, rm, stranger, outlet):
    ClientFactory(outlet=outlet)
    for owner in (rm, stranger):
        due(owner, FRIDAY)
        ClientRequestFactory(client=ClientFactory(owner=owner), due_on=FRIDAY)
    client.force_login(head)

    assert beside(client.get(reverse("coverage"))) == {
        "/branch/": "1 without an RM",
        "/follow-ups/": "1 overdue",
        "/requests/": "1 overdue",
    }


@pytest.mark.parametrize("who", ["lobby", "teller", "admin", "auditor", "officer"])
def test_who_serves_no_clients_reads_no_number(client, request, rm, who):
    due(rm, FRIDAY)
    client.force_login(request.getfixturevalue(who))

    assert beside(client.get(reverse("inbox"))) == {}


def test_each_number_is_that_of_the_list_behind_it(client, head, rm, marketing, lobby, outlet, now):
    ClientFactory.create_batch(2, outlet=outlet)
    due(rm, FRIDAY)
    due(rm, FRIDAY, restricted=True)
    due(rm, MONDAY)
    ClientRequestFactory(client=ClientFactory(owner=rm), due_on=FRIDAY)
    ReferralFactory(referrer=lobby, target=rm)
    HandoverFactory(from_staff=marketing, to_staff=rm, state="submitted")
    HandoverFactory(from_staff=marketing, to_staff=rm, state="returned", returns=3)

    for person, places in ((rm, OF_RMS), (marketing, OF_RMS), (head, OF_HEADS)):
        client.force_login(person)
        found = counts(person, places, at=now)
        lists = {
            "follow-up-list": client.get("/follow-ups/?overdue=true").context["page"].rows,
            "request-list": client.get("/requests/?overdue=true").context["page"].rows,
            "relay": client.get("/relay/").context["waiting"],
        }
        assert {place: found[place] for place in lists} == {
            place: len(rows) for place, rows in lists.items()
        }
    client.force_login(rm)
    assert counts(rm, OF_RMS, at=now)["today"] == client.get("/today/").context["day"].total == 3
    client.force_login(head)
    board = client.get("/branch/").context["counts"]["all"]
    assert counts(head, OF_HEADS, at=now) == {
        "branch": board,
        "follow-up-list": 2,
        "relay": 1,
        "request-list": 1,
        "inbox": 0,
    }
    assert board == 2


def test_a_deputy_counts_whom_they_cover_but_no_restricted_file(rm, peer, now):
    due(rm, FRIDAY)
    due(rm, FRIDAY, restricted=True)
    AbsenceFactory(staff=rm, deputy=peer)

    assert counts(peer, ["today", "follow-up-list"], at=now) == {
        "today": 1,
        "follow-up-list": 1,
        "inbox": 0,
    }


def test_the_list_that_one_works_off_tells_what_is_left(client, rm):
    first, _second = due(rm, FRIDAY), due(rm, FRIDAY)
    client.force_login(rm)

    page = client.post(
        reverse("today-call", args=[first.pk]),
        {"version": first.version, "quick": ""},
        headers={"HX-Request": "true"},
        follow=True,
    )

    assert beside(page)["/today/"] == "1 due by today"
    assert 'id="side" hx-swap-oob="true"' in page.content.decode()


def test_where_very_much_waits_counting_ends(client, rm, now):
    file = ClientFactory(owner=rm)
    for days in range(MOST + 2):
        FollowUpFactory(client=file, due_on=FRIDAY - timedelta(days=days))
    client.force_login(rm)

    assert counts(rm, ["today"], at=now)["today"] == MOST
    assert beside(client.get(reverse("competition")))["/today/"] == "99+ due by today"


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("who", "places", "before"),
    [("rm", OF_RMS, 1), ("head", OF_HEADS, 1), ("lobby", ["relay"], 0), ("admin", [], 0)],
)
def test_all_numbers_and_the_bell_are_one_query(
    request, rm, now, rows, who, places, before, django_assert_num_queries
):
    person = request.getfixturevalue(who)
    for _number in range(rows):
        due(rm, FRIDAY)
        NotificationFactory(to=person)
    assert person.current_post  # known to every page

    with django_assert_num_queries(before + 1):  # whom an RM covers, what a head decides; then all
        assert counts(person, places, at=now)["inbox"] == rows
