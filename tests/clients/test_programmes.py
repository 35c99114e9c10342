"""Programmes: contacts with offsets; a step is the one next contact (rules F14)."""

from datetime import date, time, timedelta

import pytest

from clients.followups import actions, programmes, triggers
from clients.followups.actions.events import raise_events
from clients.models import FollowUp, Programme, ProgrammeRun
from crm.lib.errors import RuleBroken
from tests.clients.followups import MONDAY, NOTE
from tests.clients.programmes import begun, days, the_next
from tests.factories import ClientFactory, PreferencesFactory

SAID = {"outcome": "reached", "notes": NOTE, "next_step": "Call"}


def test_the_steps_come_one_after_the_other(rm, now):
    client = ClientFactory(owner=rm, tier="gold", last_contact_at=now)
    run = begun(client, rm, now)
    seen = []

    for _step in range(5):
        item = the_next(client)
        seen.append((item.trigger, item.wanted_on or item.due_on, item.channel))
        actions.complete(item, **SAID, by=rm, at=now + (item.due_on - MONDAY))

    assert seen == [
        ("programme", date(2026, 11, 23), "call"),
        ("programme", date(2026, 11, 26), "message"),
        ("programme", date(2026, 12, 7), "call"),
        ("programme", date(2026, 12, 23), "visit"),
        ("programme", date(2027, 2, 21), "call"),
    ]
    run.refresh_from_db()
    assert run.state == "done"
    assert the_next(client).trigger == "cadence"


def test_a_step_takes_the_place_of_the_regular_contact(rm, now):
    client = ClientFactory(owner=rm, tier="gold", last_contact_at=now)
    actions.plan_contacts(at=now)

    run = begun(client, rm, now)
    assert (the_next(client).step, the_next(client).owner) == (run.steps.first(), rm)

    actions.call_off(run, by=rm, at=now)
    assert (the_next(client).trigger, the_next(client).step) == ("cadence", None)
    assert actions.plan_contacts(at=now) == 0
    with pytest.raises(RuleBroken, match="ended already"):
        actions.call_off(run, by=rm, at=now)


def test_a_short_standard_goes_on_between_far_steps_and_brings_near_ones_forward(rm, now):
    client = ClientFactory(owner=rm, tier="private", last_contact_at=now)
    run = begun(client, rm, now)
    run.steps.filter(number__lt=4).update(passed_at=now)

    actions.plan_contacts(at=now)
    actions.keep(client, at=now, begin=True, anew=True)
    assert (the_next(client).trigger, the_next(client).due_on) == ("cadence", date(2026, 12, 7))

    run.steps.filter(number=4).update(due_on=date(2026, 12, 14))
    actions.keep(client, at=now, anew=True)
    assert (the_next(client).trigger, the_next(client).due_on) == ("programme", date(2026, 12, 7))


def test_nobody_answers_and_the_step_is_still_to_be_made(rm, now):
    client = ClientFactory(owner=rm, last_contact_at=now)
    run = begun(client, rm, now)

    actions.unanswered(the_next(client), by=rm, at=now)

    item = the_next(client)
    assert (item.trigger, item.due_on, item.step.number) == ("programme", date(2026, 11, 24), 1)
    actions.complete(item, outcome="wrong_number", by=rm, at=now)
    assert the_next(client).step.number == 1
    actions.complete(the_next(client), **SAID, by=rm, at=now)
    assert the_next(client).step == run.steps.get(number=2)


def test_a_step_done_early_leaves_the_others_where_they_are_and_a_late_one_pushes_none(rm, now):
    client = ClientFactory(owner=rm, last_contact_at=now)
    begun(client, rm, now)
    actions.complete(the_next(client), **SAID, by=rm, at=now)

    actions.complete(the_next(client), **SAID, by=rm, at=now)  # that of day 3, on day 0
    assert the_next(client).due_on == date(2026, 12, 7)

    late = now + timedelta(days=40)
    actions.complete(the_next(client), **SAID, by=rm, at=late)
    assert (the_next(client).due_on, the_next(client).step.number) == (date(2027, 1, 4), 4)


@pytest.mark.parametrize("how", ["cancel", "miss"])
def test_what_is_taken_back_or_missed_gives_way_to_the_next_step(rm, now, how):
    client = ClientFactory(owner=rm, last_contact_at=now)
    begun(client, rm, now)

    if how == "cancel":
        actions.cancel(the_next(client), reason="Travels", by=rm, at=now)
    else:
        actions.mark_missed(at=now + timedelta(days=20))

    assert the_next(client).step.number == 2


def test_moving_a_step_moves_the_later_ones_if_asked(rm, now):
    client = ClientFactory(owner=rm, last_contact_at=now)
    run = begun(client, rm, now)
    second, third = run.steps.get(number=2), run.steps.get(number=3)

    with pytest.raises(RuleBroken, match="stay in their order"):
        actions.move_step(second, to=date(2026, 12, 9), with_later=False, by=rm, at=now)
    with pytest.raises(RuleBroken, match="put the follow-up off"):
        actions.move_step(run.steps.get(number=1), to=MONDAY, with_later=False, by=rm, at=now)
    actions.move_step(second, to=date(2026, 11, 30), with_later=True, by=rm, at=now)
    assert days(run)[1:3] == [date(2026, 11, 30), date(2026, 12, 11)]

    actions.move_step(third, to=date(2026, 12, 10), with_later=False, by=rm, at=now)
    assert days(run)[2:4] == [date(2026, 12, 10), date(2026, 12, 27)]


@pytest.mark.parametrize(("with_later", "second"), [(True, 28), (False, 26)])
def test_putting_off_the_step_that_is_due_moves_the_later_ones_if_asked(
    rm, now, with_later, second
):
    client = ClientFactory(owner=rm, last_contact_at=now)
    run = begun(client, rm, now)

    actions.snooze(the_next(client), to=date(2026, 11, 25), with_later=with_later, by=rm, at=now)

    assert days(run)[:2] == [date(2026, 11, 25), date(2026, 11, second)]
    assert the_next(client).due_on == date(2026, 11, 25)


def agreed(client, rm, now, day, **when):
    return actions.schedule(client, channel="call", due_on=day, **when, by=rm, at=now)


@pytest.mark.parametrize("first", ["the step", "the call"])
def test_a_step_gives_way_to_a_call_that_was_agreed_for_its_day(rm, now, first):
    client = ClientFactory(owner=rm, last_contact_at=now)
    when = {"day": date(2026, 11, 26), "from_time": time(10)}
    if first == "the call":
        agreed(client, rm, now, **when)
    begun(client, rm, now)
    actions.complete(the_next(client), **SAID, by=rm, at=now)
    if first == "the step":
        agreed(client, rm, now, **when)

    item = the_next(client)
    assert (item.step.number, item.due_on) == (2, date(2026, 11, 27))
    assert item.moved == "moved from Thu 11-26: something else is due with the client then"
    assert days(item.step.run)[1] == date(2026, 11, 26)
    assert actions.plan_contacts(at=now) == 0


def test_so_does_the_regular_contact_whatever_else_comes(rm, now):
    client = ClientFactory(owner=rm, tier="private", last_contact_at=now)
    PreferencesFactory(client=client, days=[1, 3], from_time=None, to_time=None)
    actions.plan_contacts(at=now)
    assert the_next(client).due_on == date(2026, 12, 7)

    rule = triggers.rule_of("large-movement", on=MONDAY)
    raise_events(rule, [(client.pk, date(2026, 12, 4))], at=now)

    assert FollowUp.objects.get(rule="large-movement").due_on == date(2026, 12, 7)
    assert the_next(client).due_on == date(2026, 12, 9)
    client.refresh_from_db()
    assert client.next_due == FollowUp.objects.get(rule="large-movement").due_at


def test_who_asks_for_both_on_one_day_has_both(rm, now):
    client = ClientFactory(owner=rm, last_contact_at=now)
    run = begun(client, rm, now)
    call = agreed(client, rm, now, date(2026, 11, 25))

    actions.snooze(the_next(client), to=call.due_on, by=rm, at=now)
    assert the_next(client).due_on == call.due_on

    actions.complete(the_next(client), **SAID, by=rm, at=now)
    chosen = agreed(client, rm, now, date(2026, 12, 1))
    third = run.steps.get(number=3)
    actions.move_step(third, to=chosen.due_on, with_later=False, by=rm, at=now)
    actions.complete(the_next(client), **SAID, by=rm, at=now)
    assert (the_next(client).step, the_next(client).due_on) == (third, chosen.due_on)
    again = {"channel": "visit", "due_on": chosen.due_on, "trigger": "callback"}
    actions.schedule(client, **again, by=rm, at=now)
    assert the_next(client).due_on == chosen.due_on


def test_a_new_client_begins_with_the_first_call_as_the_first_step(rm, now):
    client = ClientFactory(owner=rm, tier="diamond", last_contact_at=now)

    call = actions.first_call(client, at=now)
    actions.first_call(client, at=now)
    actions.plan_contacts(at=now)

    run = ProgrammeRun.objects.get(client=client)
    assert (call.step_id, run.started_by) == (run.steps.get(number=1).pk, None)
    assert the_next(client).step.number == 2


@pytest.mark.parametrize("who", [{"tier": "regular"}, {"do_not_contact": True}])
def test_nothing_begins_for_other_tiers_and_who_is_left_in_peace(rm, now, who):
    actions.first_call(ClientFactory(owner=rm, **who), at=now)

    assert not ProgrammeRun.objects.exists()


def test_what_runs_keeps_its_steps_and_what_begins_later_has_the_new_ones(rm, now):
    old, new = ClientFactory.create_batch(2, owner=rm)
    run = begun(old, rm, now)
    Programme.objects.create(
        code="onboarding",
        name="Short",
        steps=[{"day": 1, "channel": "visit", "purpose": "Meet"}],
        valid_from=MONDAY + timedelta(days=1),
    )

    later = begun(new, rm, now + timedelta(days=1))

    assert (run.steps.count(), run.name) == (5, "Onboarding of a new VIP")
    assert (later.steps.count(), later.name) == (1, "Short")
    assert programmes.begun_by("assigned", new, on=MONDAY + timedelta(days=1)) is None


def test_steps_follow_the_client_to_the_new_owner_and_end_with_the_client(rm, peer, now):
    client = ClientFactory(owner=rm, last_contact_at=now)
    run = begun(client, rm, now)
    rows = type(client).objects.filter(pk=client.pk)
    rows.update(owner=peer)

    actions.move_open(client, to=peer, by=None, at=now)
    assert (the_next(client).owner, the_next(client).step.run) == (peer, run)

    rows.update(owner=None, pool=rm.current_unit, state="identified")
    actions.plan_contacts(at=now)
    assert actions.end_of_the_left(at=now) == 0  # waits in a pool

    rows.update(owner=peer, pool=None, state="lost")
    assert (actions.end_of_the_left(at=now), actions.end_of_the_left(at=now)) == (1, 0)
    assert not FollowUp.objects.open().exists()


def test_a_client_without_a_standard_has_steps_and_nothing_after(rm, now):
    client = ClientFactory(owner=rm, tier="regular")
    run = begun(client, rm, now)
    FollowUp.objects.all().delete()

    assert actions.plan_contacts(at=now) == 1  # what went lost is planned again
    assert actions.plan_contacts(at=now) == 0
    actions.call_off(run, by=rm, at=now)

    assert not FollowUp.objects.open().exists()


def test_one_programme_at_a_time_and_only_of_the_own_clients(rm, peer, now):
    client = ClientFactory(owner=rm, last_contact_at=now)
    with pytest.raises(RuleBroken, match="Only the client's manager"):
        begun(client, peer, now)
    with pytest.raises(RuleBroken, match="no such"):
        actions.begin(client, code="other", by=rm, at=now)
    begun(client, rm, now)

    with pytest.raises(RuleBroken, match="already"):
        begun(client, rm, now)
    client.do_not_contact = True
    client.save()
    with pytest.raises(RuleBroken, match="No contacts"):
        begun(client, rm, now)
