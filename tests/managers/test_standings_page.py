"""The standings of one person: the own place, why, and the page."""

from decimal import Decimal

import pytest
from django.urls import reverse

from managers.competition import queries, rules
from managers.competition.actions import credit
from managers.competition.actions import reverse as take_back
from tests.factories import PostingFactory
from tests.managers.points import Q4, TODAY, give

# --- My place, and why


@pytest.mark.django_db
def test_my_place_is_in_my_division_this_quarter(rm, peer, marketing, teller):
    give(peer, "4.50")
    give(rm, "2.50")
    give(marketing, "9.00", post="marketing_rm")

    place = queries.standing_of(rm, on=TODAY)

    assert (place.standing.place, place.of, place.best) == (2, 2, Decimal("4.50"))
    assert (place.standing.to_next, place.above.staff) == (Decimal("2.00"), peer)
    assert place.period == Q4
    assert queries.standing_of(teller, on=TODAY) is None


@pytest.mark.django_db
def test_a_score_is_explained_by_its_metrics_to_the_cent(rm, now):
    for number in range(3):
        source = f"contact:{number}"
        credit(rm, Decimal("0.50"), metric="contact", source=source, day=TODAY, at=now)
    credit(rm, Decimal("4.00"), metric="handover", source="handover:1:to", day=TODAY, at=now)
    take_back("contact:0", at=now)

    shares = queries.shares(rm, Q4)

    assert [(share.metric, share.count, share.points) for share in shares] == [
        ("handover", 1, Decimal("4.00")),
        ("contact", 3, Decimal("1.00")),
    ]
    total = queries.standings(Q4, today=TODAY).of(rm.pk).points
    assert sum(share.points for share in shares) == total


@pytest.mark.django_db
def test_the_way_to_the_next_place_is_told_in_events():
    ways = rules.ways("wealth_rm", Decimal("4.01"), on=TODAY)

    assert [(way.metric, way.count, way.points) for way in ways] == [
        ("handover", 2, Decimal("8.00")),
        ("contact", 9, Decimal("4.50")),
    ]
    assert rules.ways("wealth_rm", Decimal("100000.00"), on=TODAY) == []


# --- The page


def page(client, person, **query):
    client.force_login(person)
    return client.get(reverse("competition"), query)


@pytest.mark.django_db
def test_my_row_is_pinned_and_my_place_told(client, rm, peer, stranger):
    give(peer, "4.50")
    give(stranger, "3.00")
    give(rm, "2.50")

    answer = page(client, rm)

    html = answer.content.decode()
    assert "3rd of 3" in html
    assert "0.50 more points take you to Tao Ran in 2nd place." in html
    assert answer.context["own"].staff == rm
    assert html.count('class="pinned"') == 0  # the podium shows all three


@pytest.mark.django_db
@pytest.mark.parametrize("people", [1, 3, 20])
def test_the_page_costs_the_same_for_any_number(
    client, rm, outlet, people, django_assert_num_queries
):
    for number in range(people):
        give(PostingFactory(unit=outlet).staff, number + 1)
    client.force_login(rm)

    # Session, person, posting, calendar, people, sums; why: metrics, the bank's points.
    with django_assert_num_queries(9):
        html = client.get(reverse("competition")).content.decode()

    assert html.count("data-place") == people + 1


@pytest.mark.django_db
def test_a_head_sees_the_people_of_the_outlet_with_their_place_in_the_bank(
    client, head, rm, peer, stranger
):
    give(stranger, "9.00")
    give(rm, "2.50")

    html = page(client, head).content.decode()

    assert "Lin Yue" in html
    assert "Tao Ran" not in html
    assert page(client, head, why=stranger.pk).status_code == 404


@pytest.mark.django_db
def test_entries_are_for_the_person_the_head_and_the_administrator(client, rm, peer, head, admin):
    give(rm, "4.00", metric="handover", source="handover:4711:to")

    def shows_entry(person):
        answer = page(client, person, post="all", why=rm.pk, metric="handover")
        return "handover:4711:to" in answer.content.decode()

    assert [shows_entry(person) for person in (rm, head, admin, peer)] == [True, True, True, False]


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["teller", "auditor", "officer"])
def test_posts_outside_the_competition_are_told_so(client, request, who):
    assert page(client, request.getfixturevalue(who)).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        {"period": "x"},
        {"post": "king"},
        {"after": "x"},
        {"before": "9"},
        {"metric": "gold"},
        {"period": "2100"},
    ],
)
def test_nonsense_in_the_address_shows_the_usual_page(client, rm, query):
    assert page(client, rm, **query).status_code == 200


@pytest.mark.django_db
def test_a_long_table_comes_in_pages_without_gaps(client, rm, outlet):
    for number in range(60):
        give(PostingFactory(unit=outlet).staff, number + 1)

    first = page(client, rm).context
    pages, cursor = [first["page"]], first["page"].next_cursor
    while cursor:
        pages.append(page(client, rm, after=cursor).context["page"])
        cursor = pages[-1].next_cursor

    shown = [row.staff for one in pages for row in one.rows]
    podium = [row.staff for row in first["podium"]]
    assert len(pages) == 3
    assert [*podium, *shown] == [row.staff for row in first["rows"]]
    back = page(client, rm, before=pages[1].previous_cursor).context["page"]
    assert back.rows == pages[0].rows
