"""Scores, places and prizes: the examples to the cent, and what holds for any figures."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.errors import RuleBroken
from managers.competition import scoring
from managers.competition.metrics import RATES, Metric
from managers.competition.rulebook import Goal, Rulebook, usual
from managers.competition.scores import Total
from managers.people.ladder import Grade
from tests.managers.examples import LOBBY, MARKETING, RULES, WEALTH, totals

WHOLE = Fraction(1)


def scored(post, actuals, grade="senior", present=WHOLE, rules=RULES):
    return scoring.score(rules, post, grade, present, totals(actuals))


def test_the_example_of_a_wealth_rm_comes_out_to_the_cent():
    """Rules H8: 33.13+11.25+15.00+18.36+10.25+9.14+5.78+5.07 = 107.98, less 2.00 = 105.98."""
    found = scored("wealth_rm", WEALTH)

    assert [str(line.score) for line in found.lines] == (
        ["33.13", "11.25", "15.00", "18.36", "10.25", "9.14", "5.78", "5.07"]
    )
    assert [line.metric for line in found.lines if line.is_capped] == ["tier_upgrade"]
    assert (str(found.earned), str(found.deducted), str(found.total)) == (
        "107.98",
        "2.00",
        "105.98",
    )


def test_the_example_of_a_marketing_rm_comes_out_to_the_cent():
    """Rules H2: 23 of 20 VIP x 40 = 46.00; 12.60 of 15 introduced x 25 = 21.00; 7,654,321.00 of
    ten million x 20 = 15.308642 -> 15.31; 151 of 150 contacts x 10 = 10.0666.. -> 10.07; 94.24 of
    95 x 5 = 4.96. Sum 97.34; one from the regulator -5.00, one overdue -1.00: 91.34."""
    found = scored("marketing_rm", MARKETING)

    assert [str(line.score) for line in found.lines] == ["46.00", "21.00", "15.31", "10.07", "4.96"]
    assert (str(found.earned), str(found.deducted), str(found.total)) == ("97.34", "6.00", "91.34")


def test_the_example_of_a_lobby_manager_comes_out_to_the_cent():
    """Rules H2: 47 of 60 accepted x 50 = 39.1666.. -> 39.17; 200 of 120 identified is 166%, capped
    at 150% x 30 = 45.00; the mean of the answers 100, 100, 0, 100 is 75.00 of 95 x 20 = 15.789..
    -> 15.79. Sum 99.96."""
    found = scored("lobby_manager", LOBBY)

    assert [str(line.score) for line in found.lines] == ["39.17", "45.00", "15.79"]
    assert str(found.total) == "99.96"


def test_the_pool_of_the_example_is_shared_to_the_cent():
    ranked = [("A", 1, Decimal("105.98")), ("B", 2, Decimal("98.40")), ("C", 3, Decimal("91.27"))]

    won = scoring.prizes(Decimal("30000.00"), 3, [*ranked, ("D", 4, Decimal("90.12"))])

    assert {who: str(sum_) for who, sum_ in won.items()} == {
        "A": "10753.93",
        "B": "9984.78",
        "C": "9261.29",
    }


def test_those_who_share_the_last_place_that_wins_share_its_prize():
    ranked = [("A", 1, Decimal(60)), ("B", 2, Decimal(40)), ("C", 2, Decimal(40))]

    assert scoring.prizes(Decimal("100.01"), 2, ranked) == {
        "A": Decimal("60.01"),
        "B": Decimal("20.00"),
        "C": Decimal("20.00"),
    }


def test_a_half_is_rounded_up_even_where_decimals_never_end():
    """1/3 of 0.03 is exactly 0.01; 231/200 x 5 = 5.775 -> 5.78."""
    assert scoring.half_up(Fraction(1, 3) * Fraction(3, 100)) == Decimal("0.01")
    assert scoring.half_up(Fraction(231, 200) * 5) == Decimal("5.78")
    assert scoring.half_up(Fraction(-1, 200)) == Decimal("-0.01")


def test_whoever_joins_in_mid_period_has_the_target_of_the_days_but_the_same_rate():
    found = scored("lobby_manager", LOBBY, present=Fraction(1, 2))

    assert [(line.metric, str(line.target)) for line in found.lines] == [
        ("referral", "30.00"),
        ("identified", "60.00"),
        ("csat", "95"),
    ]


def test_a_grade_has_its_own_target():
    rules = usual()

    targets = {
        grade: scoring.score(rules, "wealth_rm", grade, WHOLE, {}).lines[1].target
        for grade in ("trainee", "intermediate", "chief")
    }

    assert targets == {"trainee": Decimal("7.20"), "intermediate": 12, "chief": Decimal("21.60")}


def test_deductions_stop_at_their_cap_and_the_score_at_its_floor():
    none = scored("lobby_manager", {"complaint": "9", "transferred": "1", "referral": "6"})

    assert (str(none.deducted), str(none.total)) == ("20.00", "0.00")


def test_ties_are_broken_in_order_and_the_rest_share_a_place():
    clean = scored("wealth_rm", {"new_vip": "12"})
    growth = scored("wealth_rm", {"aum_growth": "12000000"})
    scolded = scored("wealth_rm", {"new_vip": "13.60", "complaint": "1"})
    keys = {
        "scolded": scolded.key,
        "clean": clean.key,
        "twin": clean.key,
        "growth": growth.key,
    }

    assert {clean.total, growth.total, scolded.total} == {Decimal("15.00")}
    assert scoring.places(keys) == {"growth": 1, "clean": 2, "twin": 2, "scolded": 4}


POINTS = st.decimals("0", "150", places=2)


@given(st.lists(POINTS, max_size=30))
def test_places_are_a_competition_ranking(scores):
    found = scoring.places({n: (-points,) for n, points in enumerate(scores)})

    for n, place in found.items():
        assert place == 1 + sum(other > scores[n] for other in scores)


@given(st.decimals("0", "1000000", places=2), st.integers(1, 9), st.lists(POINTS, max_size=12))
def test_a_pool_is_never_overdrawn_and_equals_get_the_same(pool, winners, scores):
    scores.sort(reverse=True)
    found = scoring.places({n: (-points,) for n, points in enumerate(scores)})
    won = scoring.prizes(pool, winners, [(n, found[n], points) for n, points in enumerate(scores)])

    left = pool - sum(won.values())
    assert left >= 0
    if any(scores[:winners]):
        assert left < Decimal(len(scores)) / 100 + Decimal("0.01")
    for n, points in enumerate(scores):
        assert {won.get(m, 0) for m, other in enumerate(scores) if other == points} == {
            won.get(n, 0)
        }


AMOUNTS = st.decimals("-1000000", "100000000", places=2)


@given(AMOUNTS, st.decimals("0.01", "90000000", places=2), st.decimals("0.01", "100", places=2))
def test_a_metric_never_leaves_its_bounds_and_the_way_is_no_longer_than_needed(got, target, weight):
    rules = Rulebook(
        goals={
            "wealth_rm": (
                Goal("sales", weight, target),
                *([Goal("contact", 100 - weight, Decimal(1))] if weight < 100 else []),
            )
        }
    )

    def line(amount):
        found = scoring.score(rules, "wealth_rm", "senior", WHOLE, {"sales": Total.of(amount, 1)})
        return found.lines[0]

    now = line(got)
    assert 0 <= now.score <= scoring.half_up(Fraction(rules.cap * weight))
    more = scoring.needed(now, Decimal("0.01"))
    if more is not None:
        assert line(got + more).score >= now.score + Decimal("0.01")
        if more > Decimal("0.01"):
            assert line(got + more - Decimal("0.01")).score < now.score + Decimal("0.01")


def test_a_forecast_goes_on_at_the_same_pace_and_leaves_rates_alone():
    found = scoring.forecast(totals({"contact": "10", "csat": "90"}), passed=30, days=92)

    assert found["contact"].amount == Decimal("30.67")
    assert scoring.actual("csat", found) == 90
    assert set(RATES) == {"csat", "cross_sell"}


@pytest.mark.parametrize("rules", [RULES, usual()])
def test_rules_are_kept_and_read_back_as_they_are(rules):
    assert Rulebook.load(rules.dump()) == rules


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"goals": {}}, "goals"),
        ({"goals": {"teller_cash": []}}, "goals"),
        ({"goals": {"wealth_rm": [["sales", "99", "1"]]}}, "wealth_rm"),
        ({"goals": {"wealth_rm": [["sales", "100", "0"]]}}, "wealth_rm-sales-target"),
        ({"goals": {"wealth_rm": [["complaint", "100", "1"]]}}, "wealth_rm"),
        ({"goals": {"wealth_rm": [["sales", "50", "1"], ["sales", "50", "1"]]}}, "wealth_rm"),
        ({"goals": {"wealth_rm": [["sales", "NaN", "1"]]}}, "wealth_rm-sales-weight"),
        ({"cap": "0.99"}, "cap"),
        ({"pool": "-1"}, "pool"),
        ({"pool": "0.001"}, "pool"),
        ({"deductions": {"sales": "1"}}, "deductions"),
        ({"gates": {"complaint": "1"}}, "gates"),
        ({"ties": ["csat", "csat"]}, "ties"),
        ({"winners": 0}, "winners"),
        ({"grades": {"trainee": 100}}, "grades"),
    ],
)
def test_rules_that_make_no_sense_are_refused_by_name(change, part):
    with pytest.raises(RuleBroken) as refused:
        Rulebook.load(RULES.dump() | change)

    assert part in refused.value.fields


@pytest.mark.parametrize("kept", [{}, {"version": 2}, [], {"version": 1, "goals": 7}, None])
def test_what_is_no_set_of_rules_is_refused(kept):
    with pytest.raises(RuleBroken, match="not complete"):
        Rulebook.load(kept)


@given(
    amounts=st.dictionaries(
        st.sampled_from([*Metric.values]),
        st.builds(Total.of, st.decimals(-999, 10**8, places=2), st.integers(-1, 9)),
    ),
    post=st.sampled_from(["wealth_rm", "marketing_rm", "lobby_manager"]),
    grade=st.sampled_from(Grade.values),
    days=st.integers(1, 92),
)
def test_places_go_by_the_score_that_is_explained(amounts, post, grade, days):
    present = Fraction(days, 92)
    found = scoring.score(RULES, post, grade, present, amounts)

    assert found.total == max(found.earned - found.deducted, RULES.floor)
    assert found.deducted == min(sum(one.points for one in found.taken), RULES.deduction_cap)
    told = -found.total, found.deducted, -found.actual("aum_growth"), -found.actual("csat")
    assert found.key == tuple(int(100 * part) for part in told)
