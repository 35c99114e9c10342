"""The standings: places, gaps, moves and prizes, straight from the ledger."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from managers.competition import queries, scoring
from managers.competition.actions import credit
from managers.competition.actions import reverse as take_back
from managers.competition.board import board, ranked_by, teams
from managers.competition.divisions import Division
from managers.competition.metrics import Metric
from managers.models import PointEntry, Posting
from tests.factories import CompetitionFactory, OrgUnitFactory, PostingFactory, StaffFactory
from tests.managers.contest import TODAY, give, scores, totals_by_hand
from tests.managers.examples import LOBBY, MARKETING, RULES, SECOND, THIRD, WEALTH

pytestmark = pytest.mark.django_db
MIDDLE = Division("wealth_rm", "middle")


def test_the_examples_come_out_of_the_ledger_to_the_cent(quarter, rm, marketing, lobby):
    """Rules H8: 105.98; the marketing RM 91.34, the lobby manager 99.96 (see test_scoring)."""
    give(rm, **WEALTH)
    give(marketing, **MARKETING)
    give(lobby, **LOBBY)

    assert scores(quarter) == [
        (1, "Sun Li", "99.96"),
        (1, "Guo Feng", "91.34"),
        (1, "Lin Yue", "105.98"),
    ]


def test_the_prizes_of_the_example_are_shared_to_the_cent(quarter, rm, peer, stranger):
    """Rules H8: A 105.98, B 98.40, C 91.27 share 30,000.00."""
    give(rm, **WEALTH)
    give(peer, **SECOND)
    give(stranger, **THIRD)

    rows = board(quarter, today=TODAY).rows

    assert [(row.staff, str(row.score.total), str(row.prize)) for row in rows] == [
        (rm, "105.98", "10753.93"),
        (peer, "98.40", "9984.78"),
        (stranger, "91.27", "9261.29"),
    ]


def test_equal_scores_share_a_place_and_the_next_one_is_left_out(
    quarter, rm, peer, stranger, outlet
):
    last = PostingFactory(unit=outlet, staff__employee_no="999999").staff
    for person, amount in ((rm, "5"), (peer, "9"), (stranger, "5"), (last, "1")):
        give(person, new_vip=amount)

    rows = board(quarter, today=TODAY).rows

    assert [(row.place, row.staff, str(row.score.total)) for row in rows] == [
        (1, peer, "11.25"),
        (2, rm, "6.25"),
        (2, stranger, "6.25"),
        (4, last, "1.25"),
    ]
    assert [row.to_next and str(row.to_next) for row in rows] == [None, "5.00", "5.00", "5.00"]
    assert [row.ahead and str(row.ahead) for row in rows] == ["5.00", "5.00", "5.00", None]


def test_divisions_are_role_and_band_at_the_start(quarter, outlet, other_outlet):
    person = StaffFactory()
    PostingFactory(staff=person, unit=outlet, post="marketing_rm", until=date(2026, 11, 1))
    PostingFactory(staff=person, unit=other_outlet, grade="chief", since=date(2026, 11, 1))

    [row] = board(quarter, today=TODAY).rows

    assert (row.division.code, row.unit, row.who.present_days) == (
        "marketing_rm.middle",
        other_outlet,
        92,
    )


def test_only_units_that_take_part_are_ranked(rm, stranger, outlet, other_outlet):
    quarter = CompetitionFactory(state="draft")
    quarter.units.add(outlet)

    assert [row.staff for row in board(quarter, today=TODAY).rows] == [rm]


def test_who_came_late_has_smaller_targets_and_who_was_hardly_there_no_place(quarter, rm, outlet):
    late = PostingFactory(unit=outlet, since=date(2026, 11, 16)).staff  # 46 of 92 days
    hardly = PostingFactory(unit=outlet, since=date(2026, 12, 5)).staff  # 27 of 92 days: 29.3%
    give(late, new_vip="6")
    give(hardly, new_vip="6")
    give(rm, new_vip="6")

    rows = {row.staff: row for row in board(quarter, today=TODAY).rows}

    assert (str(rows[late].score.total), str(rows[rm].score.total)) == ("15.00", "7.50")
    assert (rows[hardly].place, rows[hardly].bar) == (None, "absent")


def test_points_taken_back_count_no_more(quarter, rm, now):
    for n in (1, 2):
        credit(rm, Decimal(1), metric="new_vip", source=f"vip:{n}", day=TODAY, at=now)
    take_back("vip:1", at=now)
    for n, answer in enumerate((100, 0)):
        credit(rm, Decimal(answer), metric="csat", source=f"csat:{n}", day=TODAY, at=now)
    take_back("csat:1", at=now)

    [row] = board(quarter, today=TODAY).rows

    assert (row.score.actual("new_vip"), row.score.actual("csat")) == (1, 100)


def test_moves_are_counted_since_the_last_working_day_and_since_the_start(quarter, rm, peer):
    give(rm, date(2026, 10, 1), new_vip="1")
    give(peer, date(2026, 11, 20), new_vip="2")
    give(rm, date(2026, 11, 21), new_vip="2")

    table = board(quarter, today=TODAY)

    assert table.since == date(2026, 11, 20)
    assert [(row.staff, row.move, row.climb) for row in table.rows] == [(rm, 1, 0), (peer, -1, 0)]


def test_a_table_as_of_a_day_knows_nothing_later(quarter, rm):
    give(rm, date(2026, 10, 5), new_vip="1")
    give(rm, new_vip="2")

    assert scores(quarter, as_of=date(2026, 10, 5)) == [(1, "Lin Yue", "1.25")]


def test_teams_are_ranked_by_the_mean_of_three_or_more(quarter, outlet, other_outlet, rm):
    for n in range(2):
        give(PostingFactory(unit=outlet).staff, new_vip=f"{4 * n + 4}")
    for _n in range(2):
        give(PostingFactory(unit=other_outlet).staff, new_vip="12")
    give(rm, new_vip="12")

    table = board(quarter, today=TODAY)
    [team] = teams(table.rows, table.rules)

    assert (team.place, team.unit, team.members, str(team.mean)) == (1, outlet, 3, "10.00")


def test_people_can_be_ranked_by_one_metric(quarter, rm, peer):
    give(rm, new_vip="12", contact="1")
    give(peer, contact="100")

    rows = ranked_by(board(quarter, today=TODAY).rows, "contact")

    assert [(row.place, row.staff) for row in rows] == [(1, peer), (2, rm)]


def test_the_forecast_goes_on_at_todays_pace(quarter, rm):
    give(rm, date(2026, 10, 5), new_vip="3")

    table = board(quarter, today=TODAY)

    # 54 of 92 days: 3 x 92 / 54 = 5.11 of 12 x 15 = 6.39.
    assert str(queries.forecast(table, table.of(rm.pk))) == "6.39"


def test_the_forecast_of_who_came_late_goes_on_at_the_pace_since_then(quarter, outlet):
    """8 of 46 days, and 6 of 12 x 46 / 92: 3 x 46 / 8 = 17.25 of 6, of which 1.5 times count."""
    late = PostingFactory(unit=outlet, since=date(2026, 11, 16)).staff
    gone = PostingFactory(unit=outlet, until=date(2026, 11, 16)).staff  # after 46 of 92 days
    for person in (late, gone):
        give(person, date(2026, 11, 15), new_vip="3")

    table = board(quarter, today=TODAY)

    found = {one: str(queries.forecast(table, table.of(one.pk))) for one in (late, gone)}
    assert found == {late: "22.50", gone: "7.50"}


def test_the_history_ends_at_the_score_of_today(quarter, rm, now):
    give(rm, date(2026, 10, 5), new_vip="3", csat="90")
    give(rm, date(2026, 11, 5), csat="100")

    table = board(quarter, today=TODAY)
    history = queries.history(table, table.of(rm.pk))

    assert (len(history), history[0][1]) == (54, 0)
    assert history[-1] == (TODAY, table.of(rm.pk).score.total)
    assert [str(points) for day, points in history if day.day == 5] == ["8.49", "8.75"]


@pytest.mark.parametrize("people", [1, 3, 9])
def test_a_table_costs_the_same_for_any_number(quarter, outlet, people, django_assert_num_queries):
    for n in range(people):
        give(PostingFactory(unit=outlet).staff, new_vip=f"{n}")

    # Calendar, units, members, postings, people, outlets, three sums.
    with django_assert_num_queries(9):
        assert len(board(quarter, today=TODAY, division=MIDDLE).rows) == people


def test_a_division_of_newcomers_alone_has_a_table_without_places(quarter, outlet):
    newcomer = PostingFactory(unit=outlet, since=date(2026, 12, 20)).staff

    [row] = board(quarter, today=TODAY).rows
    assert (row.staff, row.place, row.bar) == (newcomer, None, "absent")


ACT = st.tuples(
    st.sampled_from(["credit", "credit", "reverse", "transfer"]),
    st.integers(0, 2),  # who
    st.integers(0, 5),  # which event
    st.sampled_from([*Metric.values]),
    st.decimals(-999, 99999, places=2),
    st.dates(date(2026, 9, 28), date(2026, 11, 23)),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACT, max_size=14), data=st.data())
def test_any_order_replay_and_reversal_gives_what_is_added_up_by_hand(quarter, now, acts, data):
    with transaction.atomic():
        units = [OrgUnitFactory() for _n in range(2)]
        people = [PostingFactory(unit=units[0], since=date(2026, 1, 1)).staff for _n in range(3)]
        for act, who, n, metric, amount, day in acts + data.draw(st.permutations(acts)):
            _act(act, people[who], n, metric, amount, day, units[1], now)

        rows = board(quarter, today=TODAY).rows
        by_hand = totals_by_hand(quarter)
        wanted = {
            person.pk: scoring.score(
                RULES, "wealth_rm", "senior", Fraction(1), by_hand.get(person.pk, {})
            )
            for person in people
        }
        transaction.set_rollback(True)

    assert {row.staff.pk: row.score for row in rows} == wanted
    keys = [row.score.key for row in rows]
    assert [row.place for row in rows] == [1 + sum(k < key for k in keys) for key in keys]


def _act(act, person, n, metric, amount, day, elsewhere, now):
    source = f"event:{person.pk}:{n}"
    if act == "credit":
        credit(person, amount, metric=metric, source=source, day=day, at=now)
    elif act == "reverse" and PointEntry.objects.filter(source=source).exists():
        take_back(source, at=now)
    elif act == "transfer" and person.postings.count() == 1:
        Posting.objects.filter(staff=person).update(until=TODAY)
        PostingFactory(staff=person, unit=elsewhere, since=TODAY)


def test_totals_agree_with_sql_of_our_own(quarter, rm, peer):
    for n in range(7):
        give(rm, date(2026, 10, 1 + n), sales=f"{n}.37")
        give(peer, date(2026, 9, 28 + (n % 2)), sales="100")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT staff_id, SUM(amount) FROM managers_pointentry"
            " WHERE day BETWEEN '2026-10-01' AND '2026-12-31' GROUP BY staff_id"
        )
        by_hand = dict(cursor.fetchall())

    found = {row.staff.pk: row.score.actual("sales") for row in board(quarter, today=TODAY).rows}
    assert found == {rm.pk: Decimal(by_hand[rm.pk]) / 100, peer.pk: 0}
