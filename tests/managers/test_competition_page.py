"""The page of the standings: the own place, why, and who sees what."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse

from crm.lib import clock
from managers.competition import actions, queries
from tests.factories import CompetitionFactory, PostingFactory
from tests.managers.contest import TODAY, give
from tests.managers.examples import RULES, WEALTH

pytestmark = pytest.mark.django_db


def page(client, person, name="competition", *args, **query):
    client.force_login(person)
    return client.get(reverse(name, args=args), query)


def test_the_example_is_explained_on_the_page_to_the_cent(client, quarter, rm):
    """Rules H8: 107.98 less 2.00 is 105.98, and the whole pool for the only one."""
    give(rm, **WEALTH)

    html = page(client, rm, open="csat").content.decode()

    for shown in ("105.98", "107.98", "−2.00", "33.13", "5.78", "¥26.50M", "96.40", "¥30,000.00"):
        assert shown in html
    assert "Capped; without the cap it would be 17.50." in html
    assert "1st of 1" in html


def test_my_row_is_pinned_and_my_place_told(client, quarter, rm, peer, stranger, outlet):
    for n, person in enumerate((peer, stranger, PostingFactory(unit=outlet).staff)):
        give(person, new_vip=f"{9 - n}")
    give(rm, new_vip="2")

    html = page(client, rm).content.decode()

    assert "4th of 4" in html
    assert html.count('class="pinned"') == 1
    assert "Each of these alone takes you past" in html


def test_my_place_stands_on_today(quarter, rm, peer, marketing, teller):
    give(peer, new_vip="8")
    give(rm, new_vip="4")

    place = queries.standing_of(rm, on=TODAY)

    assert (place.row.place, place.of, place.above.staff) == (2, 2, peer)
    assert queries.standing_of(teller, on=TODAY) is None


def test_nothing_is_shown_before_the_first_start(client, rm, admin):
    CompetitionFactory(state="draft")

    assert "No competition runs" in page(client, rm).content.decode()
    assert queries.standing_of(rm, on=TODAY) is None


@pytest.mark.parametrize("people", [1, 3, 20])
def test_the_page_costs_the_same_for_any_number(
    client, quarter, rm, outlet, people, django_assert_num_queries
):
    for number in range(people):
        give(PostingFactory(unit=outlet).staff, new_vip=f"{number + 1}")
    client.force_login(rm)

    # Session, person, inbox, posting; competition, own posting, row and outlet, calendar, units,
    # members, postings, people, outlets, three sums;
    # why: what is at hand for six metrics, own days and forecast, history; other competitions.
    with django_assert_num_queries(37):
        html = client.get(reverse("competition")).content.decode()

    assert html.count("data-place") == people + 1


def test_why_says_where_deductions_stop_and_that_a_score_has_a_floor(client, quarter, rm):
    give(rm, new_vip="3", complaint="12")

    html = page(client, rm).content.decode()

    assert "Deductions of 24.00 in all; no more than 20.00 is taken off." in html
    assert "A score never falls below 0.00." in html


def test_a_head_sees_the_people_of_the_outlet_with_their_place_in_the_bank(
    client, quarter, head, rm, peer, stranger
):
    give(stranger, new_vip="9")
    give(rm, new_vip="2")

    html = page(client, head).content.decode()

    assert "Lin Yue" in html
    assert "Tao Ran" not in html
    assert page(client, head, why=stranger.pk).status_code == 404


def test_a_head_is_not_told_that_the_best_of_the_outlet_is_the_best_of_all(
    client, quarter, head, rm, peer, stranger
):
    """The first three are of another outlet; the head reads where the own people stand."""
    for n in range(3):
        give(PostingFactory(unit=stranger.current_unit).staff, new_vip=f"{9 - n}")
    give(rm, new_vip="2")

    found = page(client, head)
    html = found.content.decode()

    assert "Lin Yue stands highest of your units: 4th of 6 with 2.50 points." in html
    assert ("Top three" in html, "Of your units" in html) == (False, True)
    assert found.context["page"].rows[0].staff == rm


def test_a_head_sees_all_the_own_people_whatever_their_division(
    client, quarter, head, rm, marketing, stranger
):
    give(stranger, new_vip="9")
    give(rm, new_vip="2")
    give(marketing, new_vip="2")

    found = page(client, head, show="own")

    shown = {row.staff: (row.place, size) for row, size in found.context["rows"]}
    assert (shown[rm], shown[marketing][0]) == ((2, 2), 1)
    assert stranger not in shown
    assert "My people" not in page(client, rm, show="own").content.decode()


def test_a_head_whose_people_are_all_on_the_podium_is_not_told_that_nobody_else_takes_part(
    client, quarter, head, rm, stranger
):
    give(rm, new_vip="9")

    html = page(client, head).content.decode()

    assert ("Nobody else takes part" in html, "Nobody else whom you see" in html) == (False, True)


@pytest.mark.parametrize("state", ["appeal", "frozen"])
def test_once_the_days_are_over_nothing_promises_the_next_place(client, rm, peer, admin, state):
    over = CompetitionFactory(is_over=True, state="appeal")
    give(peer, over.last, new_vip="8")
    give(rm, over.last, new_vip="4")
    if state == "frozen":
        actions.freeze(over, by=admin, at=clock.now())

    found = page(client, rm, "competition-board", over.pk)
    html = found.content.decode()

    assert "5.00 points behind" in html
    assert found.context["why"]["ways"] == []
    assert "take you" not in html


def test_every_single_entry_can_be_read(client, quarter, rm):
    for _n in range(130):
        give(rm, contact="1")

    first = page(client, rm, open="contact")
    whole = page(client, rm, open="contact", shown=first.context["why"]["more"])
    last = page(client, rm, open="contact", shown=whole.context["why"]["more"])

    assert [len(one.context["why"]["entries"]) for one in (first, whole, last)] == [20, 120, 130]
    assert "Show more" in first.content.decode()
    assert "Show more" not in last.content.decode()


def test_a_prize_below_the_first_three_is_told_to_who_wins_it(client, rm, peer, outlet):
    CompetitionFactory(rules=replace(RULES, milestones=((Decimal(2), Decimal(500)),)).dump())
    for n in range(3):
        give(PostingFactory(unit=outlet).staff, new_vip=f"{9 - n}")
    give(rm, new_vip="2")

    html = page(client, rm).content.decode()

    assert ("Prize as it stands" in html, "¥500.00" in html) == (True, True)


def test_a_place_by_metric_stands_beside_what_was_reached(client, quarter, rm, peer):
    give(peer, aum_growth="1000000", new_vip="9")
    give(rm, aum_growth="2000000")

    html = page(client, rm, metric="aum_growth").content.decode()

    assert "1st of 2: Net growth of assets" in html
    assert "In the whole score you are 2nd" in html
    assert ("¥2.00M" in html, "¥1.00M" in html) == (True, True)


def test_entries_are_for_the_person_the_head_and_the_administrator(
    client, quarter, rm, peer, head, admin
):
    give(rm, new_vip="4")
    source = queries.entries(quarter, rm).get().source

    def shows_entry(person):
        return source in page(client, person, why=rm.pk, open="new_vip").content.decode()

    assert [shows_entry(person) for person in (rm, head, admin, peer)] == [True, True, True, False]


def test_the_lower_half_can_be_hidden_from_colleagues(client, rm, peer, stranger, head, outlet):
    CompetitionFactory(rules=replace(RULES, hides_lower_half=True).dump())
    for n, person in enumerate((peer, stranger, rm, PostingFactory(unit=outlet).staff)):
        give(person, new_vip=f"{9 - n}")

    def places(person):
        return [row.place for row in page(client, person).context["rows"]]

    assert (places(rm), places(peer), places(head)) == ([1, 2, 3], [1, 2], [1, 3, 4])


def test_a_place_by_metric_counts_whom_one_does_not_see_too(
    client, rm, peer, stranger, head, outlet
):
    """By contacts the stranger is first, who is last by score second, then the other two."""
    CompetitionFactory(rules=replace(RULES, hides_lower_half=True).dump())
    last = PostingFactory(unit=outlet).staff
    for person, vips, contacts in (
        *((rm, "9", "30"), (peer, "8", "20")),
        *((stranger, "7", "90"), (last, "1", "60")),
    ):
        give(person, new_vip=vips, contact=contacts)

    def places(person):
        rows = page(client, person, metric="contact").context["rows"]
        return [(row.place, row.staff) for row in rows]

    assert places(head) == [(2, last), (3, rm), (4, peer)]
    assert places(peer) == [(1, stranger), (3, rm), (4, peer)]


@pytest.mark.parametrize("who", ["teller", "auditor", "officer"])
def test_posts_outside_the_competition_are_told_so(client, quarter, request, who):
    assert page(client, request.getfixturevalue(who)).status_code == 403


@pytest.mark.parametrize(
    "query",
    [{"division": "king"}, {"metric": "gold"}, {"after": "x"}, {"open": "gold"}, {"show": "x"}],
)
def test_nonsense_in_the_address_shows_the_usual_page(client, quarter, rm, query):
    assert page(client, rm, **query).status_code == 200


def test_people_can_be_ranked_by_a_metric_and_outlets_by_their_mean(client, quarter, rm, outlet):
    for n in range(3):
        give(PostingFactory(unit=outlet).staff, contact=f"{40 * n}", new_vip="12")

    by_metric = page(client, rm, metric="contact").content.decode()
    teams = page(client, rm, show="teams").content.decode()

    assert "Valid contacts" in by_metric
    assert ("Nanhu Road outlet" in teams, "12.00" in teams) == (True, True)


def test_a_long_table_comes_in_pages_without_gaps(client, quarter, rm, outlet):
    for number in range(60):
        give(PostingFactory(unit=outlet).staff, contact=f"{number + 1}")

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
