"""Many look at once: one sum of the ledger serves them all, and a result shows a second later."""

import pickle
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from crm.lib import clock
from managers.competition.actions import credit, freeze
from managers.competition.board import board
from managers.competition.shared import share
from managers.competition.wall_views import token
from managers.models import FinalStanding
from tests.factories import CompetitionFactory, DisplayFactory, PointEntryFactory, PostingFactory
from tests.managers.contest import TODAY, give
from tests.managers.examples import RULES
from tests.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared_sums")]
SPAN = timedelta(seconds=1)


@pytest.fixture
def looks(client, quarter):
    """The score of a person as each place where the standings are shown has it."""
    screen = reverse("screen", query={"token": token(DisplayFactory())})
    wallboard = reverse("wallboard", args=[quarter.pk])
    standings = f"/api/v1/competitions/{quarter.pk}/standings/?division=wealth_rm.middle"

    def look(person) -> dict:
        client.force_login(person)
        page = client.get(reverse("competition")).context["own"]
        card = client.get(reverse("today")).context["place"].row
        walls = [client.get(address).context["podium"] for address in (screen, wallboard)]
        program = APIClient()
        program.force_authenticate(person)
        rows = program.get(standings).json()["results"]
        [api] = [row["score"] for row in rows if row["staff"] == person.pk]
        on_walls = [row.score.total for rows in walls for row in rows if row.staff == person]
        return {f"{page.score.total}", f"{card.score.total}", api, *map(str, on_walls)}

    return look


def sums(work) -> int:
    """How often this sums up the ledger, of a division or of all, for today and the days before."""
    with CaptureQueriesContext(connection) as captured:
        work()
    told = [one["sql"] for one in captured.captured_queries if '"sign"' in one["sql"]]
    spans = sum('"written_in" <' not in one for one in told)  # what is settled, once a minute
    return spans // 3  # the first day, those up to yesterday, and today; a forecast asks for one


def test_screens_and_pages_that_ask_within_a_second_cost_one_sum(client, quarter, rm, peer):
    """One of their division, and one of all for the means of the outlets."""
    give(peer, new_vip="8")
    screens = [reverse("screen", query={"token": token(DisplayFactory())}) for _ in range(2)]
    pages = [reverse("wallboard", args=[quarter.pk]), reverse("competition"), reverse("today")]

    def refresh(person):
        client.force_login(person)
        return sums(lambda: [client.get(address) for address in (*screens, *pages)])

    assert [refresh(rm), refresh(peer)] == [2, 0]
    with clock.at(clock.now() + SPAN):
        assert [refresh(rm), refresh(peer)] == [2, 0]


def test_people_of_a_division_share_its_sum(quarter, rm, peer, stranger, marketing):
    def look(division):
        return sums(lambda: board(quarter, today=TODAY, division=division, shared=True))

    wealth, other = board(quarter, today=TODAY).sizes

    assert [look(one) for one in (wealth, other, wealth, other)] == [1, 1, 0, 0]


def test_a_result_shows_on_page_card_api_and_walls_at_the_next_refresh(looks, rm, now):
    give(rm, new_vip="4")
    assert looks(rm) == {"5.00"}

    credit(rm, Decimal(4), metric="new_vip", source="vip:1", day=TODAY, at=now)

    with clock.at(clock.now() + SPAN - timedelta(microseconds=1)):
        assert looks(rm) == {"5.00"}
    with clock.at(clock.now() + SPAN):
        assert looks(rm) == {"10.00"}


def test_a_result_that_is_committed_late_under_an_earlier_key_shows_too(looks, rm):
    entry = PointEntryFactory(staff=rm, metric="new_vip", amount=4, day=TODAY)
    assert looks(rm) == {"5.00"}

    PointEntryFactory(pk=entry.pk - 1, staff=rm, metric="new_vip", amount=4, day=TODAY)

    with clock.at(clock.now() + SPAN):
        assert looks(rm) == {"10.00"}


def test_what_is_kept_are_ids_and_amounts(looks, quarter, rm, peer, outlet):
    PostingFactory(unit=outlet)
    entry = PointEntryFactory(staff=rm, metric="new_vip", amount=4, day=TODAY)
    looks(rm)

    # Amounts are whole hundredths.
    began, _took, [found, _yesterday, _first_day] = cache.get(
        f"standings:{quarter.pk}:{TODAY}:wealth_rm.middle"
    )
    teams = cache.get(f"standings:{quarter.pk}:{TODAY}:teams")
    assert (began, found) == (clock.now(), {rm.pk: {"new_vip": (400, 1)}})
    assert [(team.unit, team.members) for team in teams[-1]] == [(outlet, 3)]
    personal = (rm.name, rm.latin_name, rm.employee_no, rm.email, entry.source)
    assert [one for one in personal if one.encode() in pickle.dumps([found, teams])] == []


def test_who_sees_what_is_settled_for_each_after_the_shared_sum(
    client, rm, peer, stranger, head, outlet
):
    CompetitionFactory(rules=replace(RULES, hides_lower_half=True).dump())
    for n, person in enumerate((peer, stranger, rm, PostingFactory(unit=outlet).staff)):
        give(person, new_vip=f"{9 - n}")

    def places(person):
        client.force_login(person)
        return [row.place for row in client.get(reverse("competition")).context["rows"]]

    assert sums(lambda: places(rm)) == 1
    assert (places(rm), places(peer), places(head)) == ([1, 2, 3], [1, 2], [1, 3, 4])


@pytest.mark.parametrize(("seconds", "shown"), [(2, "four"), (3, "eight")])
def test_what_takes_long_to_find_is_shared_for_that_time(now, seconds, shown):
    """Three seconds, on a clock that the search itself winds on."""

    def find():
        clock.set(clock.now() + timedelta(seconds=3))
        return "four"

    assert share("slow", find) == "four"

    with clock.at(now + timedelta(seconds=seconds)):
        assert share("slow", lambda: "eight") == shown


def test_a_new_day_is_summed_up_anew(quarter, rm):
    with clock.at(clock.local(clock.now()).replace(hour=23, minute=59, second=59)):
        board(quarter, today=TODAY, shared=True)
        give(rm, day=TODAY + timedelta(days=1), new_vip="4")
        table = board(quarter, today=TODAY + timedelta(days=1), shared=True)

    assert table.of(rm.pk).score.actual("new_vip") == 4


def test_a_freeze_counts_what_was_recorded_since_the_last_look(rm, admin, now):
    ripe = CompetitionFactory(is_over=True, state="appeal")
    board(ripe, today=TODAY, shared=True)
    give(rm, day=ripe.last, new_vip="4")

    freeze(ripe, by=admin, at=now)

    assert FinalStanding.objects.get(staff=rm).explained["total"] == "5.00"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one reader in a test")
def test_all_who_ask_at_the_same_moment_wait_for_one_sum(quarter, rm):
    give(rm, new_vip="4")
    scores = []

    def look():
        return sums(lambda: scores.append(board(quarter, today=TODAY, shared=True).rows[0].shown))

    asked = at_once(*[look] * 6)

    assert (sorted(asked), scores) == ([0, 0, 0, 0, 0, 1], [5] * 6)
