"""Ids of others in addresses, filters, bodies and searches: no different from ids of nothing."""

import re

import pytest
from django.urls import reverse

from clients.lobby.queries import pick
from managers.people.models import Post
from tests.visibility.stage import NAME
from tests.visibility.table import read
from tests.visibility.walk import ask

pytestmark = [pytest.mark.once, pytest.mark.django_db]

NOTHING = 10**9  # an id that nobody has
EVERYBODY_S_BUSINESS = {
    *("org-unit", "staff", "product"),
    *("competition", "draft", "over", "closed-competition", "provisional", "appealing"),
    *("ripe", "frozen", "cycle"),
}
ROWS = [row for row in read() if row.kind not in {"-", *EVERYBODY_S_BUSINESS}]
FILTERS = [
    ("api-client-list", "owner", "staff"),
    ("api-client-list", "org_unit", "org-unit"),
    ("api-holding-list", "client", "client"),
    ("api-household-list", "client", "client"),
    ("api-follow-up-list", "client", "client"),
    ("api-client-request-list", "client", "client"),
    ("api-contact-list", "client", "client"),
    ("api-contact-list", "staff", "staff"),
    ("api-referral-list", "target", "staff"),
    ("api-referral-list", "org_unit", "org-unit"),
    ("api-handover-list", "from_staff", "staff"),
    ("api-handover-list", "to_staff", "staff"),
    ("api-audit-event-list", "client", "client"),
]
PAGES_WITH_FILTERS = [
    ("client-list", "owner", "staff"),
    ("client-list", "org_unit", "org-unit"),
    ("follow-up-list", "client", "client"),
    ("follow-up-list", "owner", "staff"),
    ("request-list", "client", "client"),
    ("request-list", "owner", "staff"),
    ("branch", "owner", "staff"),
    ("today", "open", "follow-up"),
]


def words_of(answer) -> str:
    """What an answer says, without the tokens and marks that differ from request to request."""
    return re.sub(r"\b(\w{64}|client=[\w%-]+)\b", "", answer.location + answer.text)


@pytest.fixture(params=[Post.WEALTH_RM, Post.BRANCH_HEAD])
def post(request):
    return request.param


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_is_elsewhere_answers_like_what_is_not_there(stage, row, post):
    foreign = ask(stage, row, post, "other")
    nothing = ask(stage, row, post, "other", pk=NOTHING)
    thing = stage.thing(row.kind, post, "other")

    assert foreign.status == nothing.status
    assert words_of(foreign) == words_of(nothing).replace(str(NOTHING), str(thing.pk))
    assert foreign.headers.get("ETag") == nothing.headers.get("ETag")


@pytest.mark.parametrize(("name", "field", "kind"), FILTERS)
def test_a_filter_by_what_is_elsewhere_counts_nothing(stage, post, name, field, kind):
    foreign = stage.thing(kind, post, "other").pk
    found = stage.browser(post).get(reverse(name), {field: foreign, "count": 1})

    assert (found.json()["count"], found.json()["results"]) == (0, [])


@pytest.mark.parametrize(("name", "field", "kind"), PAGES_WITH_FILTERS)
def test_a_page_asked_for_what_is_elsewhere_names_nobody(stage, post, name, field, kind):
    foreign = stage.thing(kind, post, "other")
    page = stage.browser(post).get(reverse(name), {field: foreign.pk}, follow=True)

    assert set(NAME.findall(page.content.decode())) - stage.known[post] == set()


def test_entries_of_the_competition_are_those_of_ones_own_people(stage, post):
    running = stage.thing("competition", post, "other")
    url = reverse("api-competition-entries", args=[running.pk])
    foreign = stage.thing("staff", post, "other")

    found = stage.browser(post).get(url, {"staff": foreign.pk, "count": 1})

    assert (found.json()["count"], found.json()["results"]) == (0, [])


@pytest.mark.parametrize("post", [Post.WEALTH_RM, Post.BRANCH_HEAD, Post.TELLER_CASH])
@pytest.mark.parametrize("told", ["name", "pinyin", "number", "phone"])
def test_a_search_finds_nobody_elsewhere_however_exactly_asked(stage, post, told):
    client = stage.thing("client", post, "other")
    text = client.phone.open() if told == "phone" else getattr(client, told)
    browser = stage.browser(post)

    listed = browser.get(reverse("api-client-list"), {"search": text, "count": 1})
    known = browser.get(reverse("api-client-lookup"), {"q": text})
    page = browser.post(reverse("search"), {"q": text}, follow=True)

    assert listed.json()["count"] == 0
    assert known.json()["results"] == []
    assert f"/clients/{client.pk}/" not in page.content.decode()


def test_a_look_up_of_another_person_is_no_way_to_refer(stage):
    theirs = pick(stage.here.lobby, stage.thing("pooled", Post.TELLER_CASH, "same").pk)

    page = stage.browser(Post.TELLER_CASH).get(reverse("referral-new"), {"client": theirs})

    assert page.context["found"] == []
