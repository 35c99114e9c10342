"""What holds for follow-ups whatever people do."""

from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.followups import actions, rules
from clients.models import FollowUp
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.workdays import work_calendar
from tests.factories import ClientFactory

DAYS = st.dates(date(2026, 11, 20), date(2026, 12, 20))
HOURS = st.integers(0, 23)
TIMES = st.none() | HOURS.map(time)
ACTS = st.one_of(
    st.tuples(st.just("book"), DAYS, TIMES, st.sampled_from(["manual", "maturity", "birthday"])),
    st.tuples(st.just("done"), st.sampled_from(["reached", "no_answer", "refused"]), DAYS),
    st.tuples(st.just("unanswered")),
    st.tuples(st.just("snooze"), DAYS),
    st.tuples(st.just("cancel")),
    st.tuples(st.just("first_call")),
    st.tuples(st.just("night"), st.integers(1, 12)),
)


def act(client, rm, at, name, *what):
    """One act of a person or the clock; a refusal is an answer as well."""
    item = FollowUp.objects.open().filter(client=client).order_by("-due_at").first()
    try:
        if name == "book":
            day, from_time, trigger = what
            actions.schedule(
                client,
                channel="visit",
                due_on=day,
                from_time=from_time,
                trigger=trigger,
                by=rm,
                at=at,
            )
        elif name == "first_call":
            actions.first_call(client, at)
        elif name == "night":
            actions.mark_missed(at=at)
        elif item and name == "done":
            following = {"channel": "call", "due_on": what[1]}
            actions.complete(item, outcome=what[0], next=following, by=rm, at=at)
        elif item and name == "unanswered":
            actions.unanswered(item, by=rm, at=at)
        elif item and name == "snooze":
            actions.snooze(item, to=what[0], by=rm, at=at)
        elif item and name == "cancel":
            actions.cancel(item, reason="No longer needed", by=rm, at=at)
    except RuleBroken:
        pass


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(ACTS, max_size=10))
def test_next_due_always_is_the_earliest_open_follow_up(rm, now, acts):
    client, at = ClientFactory(owner=rm), now

    for name, *what in acts:
        at += timedelta(days=what[0]) if name == "night" else timedelta(minutes=5)
        act(client, rm, at, name, *what)

        client.refresh_from_db()
        open_ones = FollowUp.objects.open().filter(client=client)
        dues = open_ones.values_list("due_at", flat=True)
        assert client.next_due_at == min(dues, default=clock.SOMEDAY)
        assert open_ones.count() == open_ones.values("trigger", "due_on").distinct().count()


@pytest.mark.django_db
@given(today=st.dates(date(2024, 2, 1), date(2026, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_the_last_missed_day_is_the_last_whose_ten_days_are_over(today):
    last, calendar = rules.missed_when_due_by(today), work_calendar()

    assert calendar.add_working_days(last, 10) < today
    assert calendar.add_working_days(last + timedelta(days=1), 10) >= today


@pytest.mark.django_db
@given(wanted=DAYS, today=DAYS)
@settings(max_examples=60, deadline=None)
def test_what_is_booked_is_due_on_a_working_day_not_before_today(wanted, today):
    day = rules.due_day(wanted, trigger="manual", agreed_time=False, today=min(wanted, today))

    assert work_calendar().is_workday(day)
    assert day >= min(wanted, today)
