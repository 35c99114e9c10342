"""The search box forgives slips, knows tags and households, and says why somebody was found."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from clients.book.actions import open_client
from clients.book.search import find
from clients.models import Household, Member
from crm.lib.spelling import distance
from tests.factories import ClientFactory
from tests.factories.lists import TagFactory


@pytest.fixture
def zhang(rm, outlet, now):
    """Zhang Wei, own client with a phone."""
    return open_client(
        name="张玮",
        number="G880936",
        phone="161 3456 7890",
        outlet=outlet,
        owner=rm,
        by=rm,
        at=now,
    )


def found(person, text):
    return [(hit.client, hit.why) for hit in find(person, text)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("张玮", "name"),
        ("玮", "name"),
        ("zhangwei", "pinyin"),
        ("Zhang Wei", "pinyin"),
        ("zw", "initials"),
        ("G8809", "number"),
        ("161 3456 7890", "phone"),
        ("+8616134567890", "phone"),
        ("7890", "last_four"),
        ("张伟", "sound"),
        ("章玮", "sound"),
        ("张佳", "spelling"),
        ("李玮", "spelling"),
        ("zhagnwei", "spelling"),
        ("zhangwie", "spelling"),
        ("zangwei", "spelling"),
        ("zhanwgei", "spelling"),
        ("zhagnw", "spelling"),
    ],
)
def test_a_client_is_found_and_the_reason_is_told(text, why, zhang, rm):
    assert found(rm, text) == [(zhang, why)]


def test_exact_hits_come_first_then_the_same_sound_then_other_slips(rm):
    apart = ClientFactory(owner=rm, name="张佳")
    sound = ClientFactory(owner=rm, name="张玮")
    exact = ClientFactory(owner=rm, name="张伟")

    assert found(rm, "张伟") == [(exact, "name"), (sound, "sound"), (apart, "spelling")]


@pytest.mark.parametrize("text", ["李娜", "lisi", "zhang wu ji", "wang", "zz", "张", "1", "ab12"])
def test_who_is_not_nearly_called_so_is_not_found(text, rm):
    ClientFactory(owner=rm, name="欧阳修", number="X1")

    assert found(rm, text) == []


def test_nobody_is_found_by_a_slip_in_a_colleagues_book(zhang, peer, stranger):
    assert found(peer, "zhagnwei") == []
    assert found(stranger, "张伟") == []


def test_the_household_of_who_was_found_comes_along(zhang, rm, peer):
    spouse = ClientFactory(owner=rm, name="李娜")
    foreign = ClientFactory(owner=peer, name="张小玮")
    home = Household.objects.create()
    for member in (zhang, spouse, foreign):
        Member.objects.create(household=home, client=member, relation="other")

    assert found(rm, "zw") == [(zhang, "initials"), (spouse, "household")]


def test_a_tag_finds_its_clients(zhang, rm, peer):
    TagFactory(name="高尔夫", owner=rm, clients=[zhang])
    TagFactory(name="围棋", owner=peer, clients=[zhang])

    assert found(rm, "高尔夫") == [(zhang, "tag")]
    assert found(rm, "围棋") == []


def test_a_guess_is_shown_and_never_opened_at_once(client, zhang, rm):
    client.force_login(rm)

    page = client.post("/search/", {"q": "zhagnwei"}, follow=True)

    assert page.status_code == 200
    assert "similar spelling" in page.content.decode()


def test_hits_show_under_the_box_while_one_types(client, zhang, rm):
    client.force_login(rm)

    page = client.post("/search/live/", {"q": "zhangw"}).content.decode()

    assert f'href="/clients/{zhang.pk}/"' in page
    assert "pinyin" in page
    assert "<html" not in page


def test_who_keeps_no_clients_has_no_live_hits(client, zhang, lobby):
    client.force_login(lobby)

    assert client.post("/search/live/", {"q": "zw"}).status_code == 403
    assert "search/live" not in client.get("/relay/").content.decode()


@pytest.mark.parametrize("text", ["zw", "张伟", "zhagnwei"])
def test_a_search_asks_as_much_for_one_as_for_three(text, rm, django_assert_max_num_queries, zhang):
    with django_assert_max_num_queries(14) as one:
        find(rm, text)
    ClientFactory.create_batch(2, owner=rm, name="张玮")
    with django_assert_max_num_queries(len(one)):
        find(rm, text)


@given(st.text("abcd", max_size=7), st.text("abcd", max_size=7))
def test_the_distance_of_two_words_is_symmetric_and_bounded(a, b):
    whole = distance(a, b, most=9)

    assert whole == distance(b, a, most=9)
    assert (whole == 0) == (a == b)
    assert abs(len(a) - len(b)) <= whole <= max(len(a), len(b))
    assert distance(a, b, most=1) == (whole if whole <= 1 else None)


@given(st.text("abcdefgh", min_size=2, max_size=9), st.integers(0, 7))
def test_two_swapped_neighbours_are_one_slip(word, place):
    place %= len(word) - 1
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]

    assert distance(word, swapped, most=1) == (0 if word == swapped else 1)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no trigrams")
def test_postgresql_has_an_index_for_slips():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'clients_by_trigram'")
        [[definition]] = cursor.fetchall()

    assert "gin_trgm_ops" in definition
