import pytest
from django.contrib.auth.models import AnonymousUser

from crm.context import shell
from managers.people import scope
from managers.people.scope import Right

PATHS = {
    "today": "/today/",
    "branch": "/branch/",
    "client-list": "/clients/",
    "follow-up-list": "/follow-ups/",
    "request-list": "/requests/",
    "coverage": "/coverage/",
    "work-logs": "/work-log/",
    "career": "/career/",
    "relay": "/relay/",
    "prospects": "/prospects/",
    "market": "/market/",
    "calendar": "/calendar/",
    "visits": "/visits/",
    "competition": "/competition/",
    "audit": "/audit/",
    "import-list": "/imports/",
    "access-log": "/access-log/",
    "privacy-request-list": "/privacy/",
    "mailbox": "/mailbox/",
    "contact-rules": "/contact-rules/",
    "admin:index": "/admin/",
}
RMS_PLACES = [
    "today",
    "client-list",
    "follow-up-list",
    "relay",
    "request-list",
    "coverage",
    "work-logs",
    "calendar",
    "competition",
    "career",
]
HEADS_PLACES = [
    "branch",
    "client-list",
    "follow-up-list",
    "relay",
    "request-list",
    "prospects",
    "market",
    "coverage",
    "work-logs",
    "calendar",
    "competition",
    "career",
    "import-list",
]


@pytest.fixture
def navigation(rf, settings):
    """The navigation that a person gets at an address, in production."""
    settings.DEMO = False
    settings.NAVIGATION_COUNTS = "tests.crm.test_context.counted"

    def see(person, path="/"):
        request = rf.get(path)
        request.user = person
        return shell(request)["navigation"]

    return see


def counted(person, pages, *, at):
    return {page: place + 98 for place, page in enumerate(pages)} | {"inbox": 7}


def pages(entries):
    return [entry.page for entry in entries]


@pytest.mark.parametrize(
    ("who", "places"),
    [
        ("rm", RMS_PLACES),
        ("marketing", [*RMS_PLACES[:5], "prospects", "market", *RMS_PLACES[5:]]),
        ("head", HEADS_PLACES),
        ("lobby", ["relay", "visits", "competition", "career"]),
        ("teller", ["relay"]),
        (
            "admin",
            [
                "competition",
                "career",
                "contact-rules",
                "audit",
                "access-log",
                "import-list",
                "admin:index",
            ],
        ),
        ("auditor", ["audit", "access-log", "privacy-request-list"]),
        ("officer", ["audit", "access-log", "privacy-request-list"]),
    ],
)
def test_everybody_sees_the_places_of_the_own_post(request, navigation, who, places):
    seen = navigation(request.getfixturevalue(who)).entries
    assert pages(seen) == places
    assert [entry.url for entry in seen] == [PATHS[page] for page in places]


def test_the_place_of_the_page_is_marked(navigation, rm):
    seen = navigation(rm, path="/clients/17/").entries
    assert pages(entry for entry in seen if entry.current) == ["client-list"]


def test_places_where_something_waits_tell_how_much(navigation, head):
    seen = navigation(head)

    assert seen.unread == 7
    shown = {entry.page: (entry.count_shown, entry.counted) for entry in seen.entries}
    assert shown == dict.fromkeys(HEADS_PLACES, ("", "")) | {
        "branch": ("98", "without an RM"),
        "follow-up-list": ("99", "overdue"),
        "relay": ("99+", "waiting for you"),
        "request-list": ("99+", "overdue"),
    }


def test_a_few_places_all_stand_in_the_bar_of_a_phone(navigation, lobby):
    seen = navigation(lobby)
    assert (len(seen.bar), seen.more) == (4, [])


def test_a_sixth_place_moves_the_last_ones_behind_more(navigation, rm):
    seen = navigation(rm)
    assert pages(seen.bar) == RMS_PLACES[:4]
    assert pages(seen.more) == RMS_PLACES[4:]


@pytest.mark.parametrize(
    "who", ["rm", "marketing", "head", "lobby", "teller", "officer", "admin", "auditor"]
)
def test_the_search_is_offered_to_those_who_may_look_clients_up(request, navigation, who):
    person = request.getfixturevalue(who)
    offered = "/search/" if scope.may(person, Right.LOOK_UP) else ""
    assert navigation(person).search_url == offered


def test_a_stranger_at_the_door_gets_a_frame_without_places(rf, now):
    request = rf.get("/")
    request.user = AnonymousUser()
    frame = shell(request)
    assert (frame["theme"], frame["now"], frame["today"]) == ("auto", now, now.date())
    assert frame["navigation"].entries == []


def test_a_persons_theme_is_kept(rf, rm):
    request = rf.get("/")
    rm.theme = "dark"
    request.user = rm
    assert shell(request)["theme"] == "dark"
