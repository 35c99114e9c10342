"""Standings of random results, joiners and leavers equal those worked out by the rules alone."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from managers.competition.actions import Credit, credit, credit_many, reverse
from managers.competition.board import board
from managers.competition.metrics import RATES, Metric
from managers.models import PointEntry
from managers.people.ladder import Grade
from tests.factories import CompetitionFactory, PostingFactory
from tests.managers.contest import TODAY
from tests.managers.examples import RULES

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
DAYS = 92
BANDS = (("trainee", "assistant"), ("intermediate", "senior"), ("principal", "chief"))


# --- The rules once more, in fractions and without the product (rules H1 to H5)


def cents(value: Fraction) -> Fraction:
    """To two places, a half away from zero."""
    sign = -1 if value < 0 else 1
    return sign * Fraction(floor(abs(value) * 100 + Fraction(1, 2)), 100)


def actual(metric, results) -> Fraction:
    mine = [(Fraction(amount), sign) for name, amount, sign in results if name == metric]
    total = sum((amount for amount, _sign in mine), Fraction(0))
    if metric not in RATES:
        return total
    count = sum(sign for _amount, sign in mine)
    return cents(total / count) if count > 0 else Fraction(0)


def worked_out(post, grade, present, results):
    """The total, and what decides between equals: deduction, growth, satisfaction."""
    earned, reached = Fraction(0), {}
    for goal in RULES.goals[post]:
        target = Fraction(goal.target)
        if goal.metric not in RATES:
            percent = Fraction(RULES.grades[grade], 100)
            target = max(cents(target * percent * present), Fraction(1, 100))
        reached[goal.metric] = actual(goal.metric, results)
        share = min(max(reached[goal.metric] / target, Fraction(0)), Fraction(3, 2))
        earned += cents(share * Fraction(goal.weight))
    lost = sum(
        (
            cents(actual(metric, results) * Fraction(points))
            for metric, points in RULES.deductions.items()
        ),
        Fraction(0),
    )
    deducted = min(lost, Fraction(20))
    growth, csat = (reached.get(metric, Fraction(0)) for metric in ("aum_growth", "csat"))
    return -max(earned - deducted, Fraction(0)), deducted, -growth, -csat


def present_days(since, until) -> int:
    end = min(until or date.max, LAST + timedelta(days=1))
    return max((end - max(since, FIRST)).days, 0)


def expected(people, results) -> dict:
    """(place, total) of everybody who was there in the period; no place under 30 % of the days."""
    keys, found = {}, {}
    for pk, (post, grade, since, until) in people.items():
        days = present_days(since, until)
        if days:
            key = worked_out(post, grade, Fraction(days, DAYS), results.get(pk, []))
            band = next(n for n, grades in enumerate(BANDS) if grade in grades)
            keys[pk] = (key, (post, band), 100 * days >= 30 * DAYS)
    for pk, (key, division, ranked) in keys.items():
        rivals = [k for k, where, counts in keys.values() if where == division and counts]
        place = 1 + sum(k < key for k in rivals) if ranked else None
        found[pk] = (place, -key[0])
    return found


# --- The comparison

PERSON = st.tuples(
    st.sampled_from(["wealth_rm", "marketing_rm", "lobby_manager"]),
    st.sampled_from(Grade.values),
    st.dates(date(2026, 8, 1), LAST),
    st.none() | st.integers(1, 150),
)
EVENT = st.tuples(
    st.integers(0, 4),
    st.sampled_from([*Metric.values]),
    st.decimals(-999, 10**7, places=2),
    st.dates(date(2026, 9, 28), TODAY),
    st.booleans(),  # taken back
)


def shown(table) -> dict:
    return {row.staff.pk: (row.place, Fraction(row.score.total)) for row in table.rows}


def counting(entries, until) -> dict:
    """The results of each person up to a day, one by one."""
    found: dict = {}
    for one in entries:
        if FIRST <= one.day <= min(until, LAST):
            sign = 1 if one.reverses_id is None else -1
            found.setdefault(one.staff_id, []).append((one.metric, one.amount, sign))
    return found


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(PERSON, min_size=1, max_size=5), events=st.lists(EVENT, max_size=14))
def test_standings_are_what_the_rules_say_and_a_replay_changes_nothing(outlet, now, people, events):
    with transaction.atomic():
        quarter = CompetitionFactory()
        there = {}
        for post, grade, since, days in people:
            until = days and since + timedelta(days=days)
            posted = {"unit": outlet, "post": post, "grade": grade, "since": since, "until": until}
            posting = PostingFactory(**posted)
            there[posting.staff_id] = (posting.staff, (post, grade, since, until))
        staff = [person for person, _posted in there.values()]
        earned = [
            Credit(staff[who % len(staff)].pk, metric, f"event:{n}", day, amount)
            for n, (who, metric, amount, day, _back) in enumerate(events)
        ]
        credit_many(earned[::2], at=now)
        for one in earned[1::2]:
            person = there[one.staff_id][0]
            event = {"metric": one.metric, "source": one.source, "day": one.day}
            credit(person, one.amount, at=now, **event)
        for n, event in enumerate(events):
            if event[-1]:
                reverse(f"event:{n}", at=now)

        entries = list(PointEntry.objects.all())
        posted = {pk: facts for pk, (_person, facts) in there.items()}
        whole = board(quarter, today=TODAY)
        parts = [board(quarter, today=TODAY, division=one).rows for one in whole.sizes]
        earlier = shown(board(quarter, today=TODAY, as_of=date(2026, 11, 10)))
        credit_many([*reversed(earned)], at=now)
        again = board(quarter, today=TODAY)
        entries_after = PointEntry.objects.count()
        transaction.set_rollback(True)

    assert shown(whole) == expected(posted, counting(entries, TODAY))
    assert earlier == expected(posted, counting(entries, date(2026, 11, 10)))
    assert [row for rows in parts for row in rows] == sorted(
        whole.rows, key=lambda row: [*whole.sizes].index(row.division)
    )
    assert (again.rows, entries_after) == (whole.rows, len(entries))
    assert all(Decimal(0) <= row.score.total for row in whole.rows)
