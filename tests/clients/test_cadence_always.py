"""What holds for the planned contact whatever happens to a client (rules F1, F2, F3)."""

from contextlib import suppress
from datetime import time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.followups import actions, programmes, recurring, standards
from clients.followups import hours as hours_of
from clients.followups.models import NEXT, Every
from clients.models import FollowUp, Preferences, Series
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.workdays import work_calendar
from tests.clients.cadence_life import FILE, SERVICE, WORLD, happen, next_of, serve
from tests.clients.followups import NOTE
from tests.factories import ClientFactory

TIERS = st.sampled_from(["gold", "platinum", "diamond", "private"])
STATES = st.sampled_from(["prospect", "owned", "won_back", "dormant", "lost"])
OUTCOMES = st.sampled_from(
    [
        *("reached", "no_answer", "call_later", "visited", "refused", "wrong_number"),
        *("message_replied", "other_channel"),
    ]
)
DAYS = st.lists(st.integers(1, 7), max_size=3, unique=True)
SPAN = st.none() | st.tuples(st.integers(0, 23), st.integers(0, 23)).map(sorted)
AHEAD = st.integers(0, 12)
RULES = ["maturity-7", "maturity-0", "birthday", "large-movement"]
ACTS = st.one_of(
    st.tuples(st.just("talk"), OUTCOMES),
    st.tuples(st.just("book"), st.integers(0, 9)),
    st.tuples(st.just("done"), OUTCOMES),
    st.tuples(st.just("unanswered")),
    st.tuples(st.just("cancel")),
    st.tuples(st.just("snooze"), st.integers(1, 5)),
    st.tuples(st.just("tier"), TIERS),
    st.tuples(st.just("state"), STATES),
    st.tuples(st.just("owner")),
    st.tuples(st.just("peace"), st.booleans()),
    st.tuples(st.just("absent"), st.integers(1, 10)),
    st.tuples(st.just("standard"), TIERS, st.integers(3, 60)),
    st.tuples(st.just("days"), st.integers(1, 20)),
    st.tuples(st.just("begin")),
    st.tuples(st.just("call off")),
    st.tuples(st.just("move"), st.integers(0, 3), st.integers(-20, 20), st.booleans()),
    st.tuples(st.just("repeat"), st.sampled_from(Every), st.integers(0, 9), st.integers(1, 4)),
    st.tuples(st.just("answer"), OUTCOMES),
    st.tuples(st.just("except"), st.integers(0, 2), st.none() | st.integers(1, 9)),
    st.tuples(st.just("end")),
    st.tuples(st.just("import"), OUTCOMES, st.integers(0, 200)),
    st.tuples(st.just("wishes"), DAYS, SPAN, SPAN),
    st.tuples(st.just("visit"), st.integers(0, 9), st.integers(9, 15)),
    st.tuples(st.just("visit ends"), st.sampled_from(["cancel", "held", "no show"])),
    st.tuples(st.just("lead"), st.sampled_from(["contacted", "lost"])),
    st.tuples(st.just("ask"), st.integers(0, 5)),
    st.tuples(st.just("told"), st.sampled_from(["call", "visit", "message", "not_told"])),
    st.tuples(st.just("event"), st.sampled_from(["birthday", "maturity", "movement"]), AHEAD),
    st.tuples(st.just("rule"), st.sampled_from(RULES), st.booleans()),
    st.tuples(st.just("events")),
    st.tuples(st.just("merge"), st.booleans()),
    *(st.tuples(st.just(name)) for name in ("unmerge", "close", "reopen", "lock", "erase")),
)

PROGRAMMED = ("begin", "call off", "move")
RECURRING = ("repeat", "answer", "except", "end")
PERSONAL = ("talk", "book", "done", "unanswered", "cancel", "snooze", *PROGRAMMED, *RECURRING)


def person(client, owner, at, name, *what):
    """What the owner does; a refusal is an answer as well."""
    item = FollowUp.objects.open().filter(client=client, trigger__in=NEXT).first()
    said = {"notes": NOTE, "next_step": "Call again", "by": owner, "at": at}
    with suppress(RuleBroken):
        if name in PROGRAMMED:
            follow_a_programme(client, owner, at, name, *what)
        elif name in RECURRING:
            recur(client, owner, at, name, *what)
        elif name == "talk":
            actions.log_contact(client, channel="call", outcome=what[0], **said)
        elif name == "book":
            day = clock.local(at).date() + timedelta(days=what[0])
            actions.schedule(client, channel="call", due_on=day, by=owner, at=at)
        elif item is None:
            return
        elif name == "done":
            actions.complete(item, outcome=what[0], **said)
        elif name == "unanswered":
            actions.unanswered(item, by=owner, at=at)
        elif name == "cancel":
            actions.cancel(item, reason="No longer needed", by=owner, at=at)
        else:
            actions.snooze(item, to=item.due_on + timedelta(days=what[0]), by=owner, at=at)


def follow_a_programme(client, owner, at, name, *what):
    """Begin one, call it off, or move one of its steps."""
    run = programmes.running(client)
    if name == "begin":
        actions.begin(client, code="onboarding", by=owner, at=at)
    elif run and name == "call off":
        actions.call_off(run, by=owner, at=at)
    elif run:
        place, days, with_later = what
        step = list(run.steps.ahead())[place:][:1]
        for one in step:
            to = one.due_on + timedelta(days=days)
            actions.move_step(one, to=to, with_later=with_later, by=owner, at=at)


def recur(client, owner, at, name, *what):
    """Begin a recurring follow-up, record an occurrence, change a coming day, or end it."""
    day = clock.local(at).date()
    series = Series.objects.filter(client=client, ended_at=None).first()
    item = FollowUp.objects.open().filter(client=client, trigger="recurring").first()
    if name == "repeat":
        every, days, times = what
        due_on = day + timedelta(days=days)
        how = {"every": every, "times": times, "channel": "call"}
        actions.repeat(client, due_on=due_on, **how, by=owner, at=at)
    elif name == "answer" and item:
        said = {"notes": NOTE, "next_step": "Call again"}
        actions.complete(item, outcome=what[0], **said, by=owner, at=at)
    elif name == "except" and series:
        place, days = what
        for coming in list(recurring.coming(series, first=day, number=3))[place:][:1]:
            to = coming + timedelta(days=days) if days else None
            actions.change_day(series, day=coming, to=to, by=owner, at=at)
    elif name == "end" and series:
        actions.end(series, by=owner, at=at)


def check_series(client):
    """At most one occurrence of each is open, on a working day, and none for who has left."""
    rows = FollowUp.objects.open().filter(client=client, trigger="recurring")
    assert len({row.series_id for row in rows}) == len(rows)
    assert all(work_calendar().is_workday(row.due_on) for row in rows)
    assert all(row.owner_id == client.owner_id for row in rows)
    assert not rows or not client.has_left
    made = FollowUp.objects.filter(client=client, series__isnull=False, event_on__isnull=False)
    days = list(made.values_list("series", "event_on"))
    assert len(days) == len(set(days))


def disturbs(client, plan):
    """Whether a planned contact lies in the hours in which the client is left in peace."""
    likes = Preferences.objects.filter(client=client, quiet_from__isnull=False).first()
    return bool(likes and hours_of.disturbs(likes, plan.from_time, plan.to_time))


def check(client, at):
    """One contact for who is to have one, none for others, on a day and in hours that are allowed.

    It is the next step of the programme, or the regular one where that comes first.
    """
    client.refresh_from_db()
    plans = list(next_of(client))
    coming = programmes.next_steps([client]).get(client.pk)
    asked = coming or standards.standard_of(client, on=clock.local(at).date())
    assert all(plan.step in (None, coming) for plan in plans)
    assert len(plans) == bool(standards.is_planned(client) and asked)
    merged = FollowUp.objects.open().filter(client__merged_into=client)
    assert not merged.exists()
    if client.locked_at or client.state == "closed":
        assert not FollowUp.objects.open().filter(client=client).exists()
    for plan in plans:
        assert work_calendar().is_workday(plan.due_on)
        assert not plan.from_time or time(8, 0) <= plan.from_time < plan.to_time <= time(21, 0)
        assert plan.owner_id == client.owner_id
        assert plan.created_by or not disturbs(client, plan)
        others = FollowUp.objects.open().filter(client=client, due_on=plan.due_on)
        chosen = plan.created_by or plan.snoozes or (plan.step and plan.step.is_fixed)
        assert chosen or not others.exclude(pk=plan.pk).exists()
    dues = FollowUp.objects.open().filter(client=client).values_list("due_at", flat=True)
    assert client.next_due_at == min(dues, default=clock.SOMEDAY)
    assert actions.plan_contacts(at=at) == actions.fit_to_wishes(at=at) == 0
    check_series(client)


def plan(at):
    """What the clock does each hour; a second time it finds nothing to do."""
    actions.end_of_the_left(at=at)
    actions.plan_contacts(at=at)
    actions.fit_to_wishes(at=at)
    actions.plan_series(at=at)
    assert actions.plan_series(at=at) == 0


def live(people, now, acts, *, hours, **others):
    client, at = ClientFactory(owner=people[0]), now
    if hours:
        first, last = sorted(hours)
        Preferences.objects.create(
            client=client, days=[2, 4], from_time=time(first), to_time=time(last, 30)
        )
    actions.plan_contacts(at=at)
    for name, *what in acts:
        at += timedelta(days=what[0]) if name == "days" else timedelta(minutes=7)
        if name in PERSONAL:
            person(client, people[0], at, name, *what)
        elif name in SERVICE:
            serve(client, people[0], at, name, *what)
        else:
            happen(client, people, at, name, *what, **others)
        if name in FILE or name in WORLD or name == "wishes":
            plan(at)
        check(client, at)


HOURS = st.none() | st.tuples(st.integers(0, 23), st.integers(0, 23))
QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@pytest.mark.short
@settings(max_examples=30, **QUIET)
@given(acts=st.lists(ACTS, max_size=10), hours=HOURS)
def test_one_contact_is_planned_whatever_happens(rm, peer, head, officer, now, acts, hours):
    live([rm, peer], now, acts, hours=hours, head=head, officer=officer)


@pytest.mark.slow
@settings(max_examples=80, **QUIET)
@given(acts=st.lists(ACTS, max_size=40), hours=HOURS)
def test_one_contact_is_planned_in_long_lives(rm, peer, head, officer, now, acts, hours):
    live([rm, peer], now, acts, hours=hours, head=head, officer=officer)
