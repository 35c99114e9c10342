"""The life of a competition: two persons, appeals, the freeze, and what comes after it."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.core.management import call_command

from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from managers.audit.queries import verify
from managers.competition import actions, frozen
from managers.competition.actions import credit
from managers.competition.actions import reverse as take_back
from managers.competition.actions.announcing import announce
from managers.competition.board import board
from managers.competition.rulebook import usual
from managers.competition.sums import late
from managers.models import AuditEvent, Competition, Notification, PointEntry
from tests.conftest import _person
from tests.factories import AppealFactory, CompetitionFactory
from tests.managers.contest import give, scores
from tests.managers.examples import RULES

pytestmark = pytest.mark.django_db
Q4 = {"name": "Q4", "first": date(2026, 10, 1), "last": date(2026, 12, 31)}
DAY = date(2026, 9, 15)  # of the quarter that is over


@pytest.fixture
def second(head_office):
    """Fang Min, the other administrator at head office."""
    return _person("880009", "方敏", "Fang Min", head_office, "hq_admin")


@pytest.fixture
def appealing(db):
    """The last quarter, while appeals are open since this morning."""
    return CompetitionFactory(is_over=True, state="appeal", steps__at=clock.now())


@pytest.fixture
def ripe(db):
    """The last quarter, the time for appeals over."""
    return CompetitionFactory(is_over=True, state="appeal")


def test_a_competition_goes_through_its_life_by_two_persons(admin, second, rm):
    def at(day, month=10):
        return datetime(2026, month, day, 9, tzinfo=clock.SHANGHAI)

    drafted = actions.draft(
        **{**Q4, "first": date(2026, 7, 1), "last": date(2026, 9, 30)},
        rulebook=RULES,
        by=admin,
        at=at(1, 7),
    )
    running = actions.start(drafted, by=second, at=at(1, 7))
    give(rm, DAY, new_vip="12")
    with pytest.raises(RuleBroken, match="last day is not over"):
        actions.close(running, by=admin, at=at(30, 9))
    closed = actions.close(running, by=admin, at=at(1))
    provisional = actions.publish(closed, by=admin, at=at(9))
    appealing = actions.open_appeals(provisional, by=admin, at=at(9))
    with pytest.raises(RuleBroken, match="time for appeals is not over"):
        actions.freeze(appealing, by=second, at=at(13))
    final = actions.freeze(appealing, by=second, at=at(20))
    paid = actions.pay(final, by=admin, at=at(21))

    assert [step.state for step in paid.steps.all()] == [
        *("draft", "running", "closed", "provisional", "appeal", "frozen", "paid")
    ]
    assert frozen.is_untouched(paid)
    assert AuditEvent.objects.get(verb="competition.frozen").facts["digest"] == paid.digest
    assert verify().fault is None


@pytest.mark.parametrize(
    ("state", "act", "same"),
    [("draft", "start", "draft"), ("appeal", "freeze", "provisional"), ("frozen", "pay", "frozen")],
)
def test_who_did_the_step_before_cannot_do_the_next(admin, state, act, same):
    found = CompetitionFactory(is_over=state != "draft", state=state)
    found.steps.filter(state=same).update(by=admin)

    with pytest.raises(RuleBroken, match="second person") as refused:
        getattr(actions, act)(found, by=admin, at=clock.now())

    assert refused.value.code == "forbidden"


def test_steps_out_of_turn_and_by_others_are_refused(ripe, head, admin):
    for by, act in ((admin, actions.start), (admin, actions.pay), (head, actions.freeze)):
        with pytest.raises(RuleBroken):
            act(ripe, by=by, at=clock.now())


def test_rules_change_in_a_draft_only_and_not_behind_anybody_s_back(admin, second):
    found = actions.draft(**Q4, rulebook=RULES, by=admin, at=clock.now())
    changed = actions.redraft(found, **Q4, rulebook=usual(), version=1, by=second, at=clock.now())
    assert changed.rulebook == usual()
    with pytest.raises(Stale):
        actions.redraft(found, **Q4, rulebook=RULES, version=1, by=admin, at=clock.now())

    running = actions.start(changed, by=admin, at=clock.now())

    with pytest.raises(RuleBroken, match="never change"):
        actions.redraft(running, **Q4, rulebook=RULES, by=second, at=clock.now())


def test_what_was_cancelled_says_why_and_its_results_stay(admin, rm):
    running = CompetitionFactory()
    give(rm, new_vip="3")
    with pytest.raises(RuleBroken, match="everybody is told"):
        actions.cancel(running, reason=" ", by=admin, at=clock.now())

    actions.cancel(running, reason="A target was wrong", by=admin, at=clock.now())

    announce(clock.now())
    assert Notification.objects.get(to=rm).kind == "competition-cancelled"
    assert scores(CompetitionFactory()) == [(1, "Lin Yue", "3.75")]


def test_an_appeal_is_upheld_by_an_entry_that_counts(appealing, admin, rm):
    made = actions.appeal(
        appealing, metric="contact", reason="Missing", evidence="Log 7", by=rm, at=clock.now()
    )
    with pytest.raises(RuleBroken, match="waits for its decision"):
        actions.appeal(
            appealing, metric="contact", reason="Again", evidence="7", by=rm, at=clock.now()
        )

    decided = actions.decide(
        made, uphold=True, answer="Counted now.", amount=Decimal(40), by=admin, at=clock.now()
    )

    assert (decided.entry.source, decided.entry.day) == (f"appeal:{made.pk}", appealing.last)
    assert scores(appealing) == [(1, "Lin Yue", "1.00")]
    assert Notification.objects.get(to=rm).kind == "appeal-decided"
    with pytest.raises(RuleBroken, match="decided already"):
        actions.decide(made, uphold=False, answer="No", by=admin, at=clock.now())


@pytest.mark.parametrize(
    ("readings", "added", "mean"),
    [("90 80", "5", "90.00"), ("90 80 71", "-0.33", "80.00"), ("", "88.5", "88.50")],
)
def test_an_appeal_about_a_rate_moves_its_mean_by_what_is_added(
    appealing, admin, rm, readings, added, mean
):
    for reading in readings.split():
        give(rm, DAY, csat=reading)
    made = AppealFactory(competition=appealing, staff=rm, metric="csat")

    told = {"uphold": True, "answer": "Counted now.", "amount": Decimal(added)}
    actions.decide(made, **told, by=admin, at=clock.now())

    row = board(appealing, today=clock.today()).of(rm.pk)
    assert str(row.score.actual("csat")) == mean


@pytest.mark.parametrize("who", ["head", "teller", "admin"])
def test_only_who_takes_part_may_appeal(appealing, request, who):
    person = request.getfixturevalue(who)

    with pytest.raises(RuleBroken, match="takes part"):
        actions.appeal(
            appealing, metric="contact", reason="x", evidence="x", by=person, at=clock.now()
        )


def test_appeals_end_after_three_working_days(appealing, rm):
    thursday = clock.at_time(date(2026, 11, 27), datetime.min.time())  # opened on Monday

    with pytest.raises(RuleBroken, match="not open"):
        actions.appeal(appealing, metric="csat", reason="x", evidence="x", by=rm, at=thursday)


def test_nothing_is_frozen_while_an_appeal_waits(ripe, admin, rm):
    AppealFactory(competition=ripe, staff=rm)

    with pytest.raises(RuleBroken, match="wait for their decision"):
        actions.freeze(ripe, by=admin, at=clock.now())


def test_after_the_freeze_nothing_moves_and_late_entries_are_listed(ripe, admin, rm, peer, now):
    give(rm, DAY, new_vip="6", contact="20", csat="90")
    give(peer, DAY, new_vip="3")
    credit(peer, Decimal(1), metric="tier_upgrade", source="up:1", day=DAY, at=now)
    before = board(ripe, today=DAY).rows

    final = actions.freeze(ripe, by=admin, at=now)
    give(peer, DAY, new_vip="99")
    correction = take_back("up:1", at=now)

    after = board(final, today=DAY).rows
    assert [(r.place, r.staff, r.score, r.prize, r.to_next, r.ahead) for r in after] == [
        (r.place, r.staff, r.score, r.prize, r.to_next, r.ahead) for r in before
    ]
    assert [entry.amount for entry in late(final).order_by("pk")] == [99, -1]
    assert correction.day == clock.today()  # of the next period


def test_a_correction_before_the_freeze_counts_in_the_period(ripe, rm, now):
    credit(rm, Decimal(2), metric="new_vip", source="vip:1", day=DAY, at=now)

    assert take_back("vip:1", at=now).day == ripe.last
    assert scores(ripe) == [(1, "Lin Yue", "0.00")]


def test_a_correction_counts_in_each_competition_that_is_not_frozen(ripe, rm, now):
    """September is in appeals while a longer one that began in September still runs."""
    long = CompetitionFactory(first=date(2026, 9, 1), last=date(2026, 12, 31))
    give(rm, date(2026, 9, 15), new_vip="4")
    entry = PointEntry.objects.get()

    correction = take_back(entry.source, at=now)

    assert correction.day == ripe.last
    for one in (ripe, long):
        assert board(one, today=clock.local(now).date()).of(rm.pk).score.total == 0


def test_head_office_hears_of_an_appeal_and_the_appellant_does_not(appealing, admin, second, rm):
    told = {"metric": "contact", "reason": "Nine September is missing", "evidence": "Log 7"}

    actions.appeal(appealing, **told, by=rm, at=clock.now())

    heard = Notification.objects.filter(kind="appeal-made")
    assert {one.to for one in heard} == {admin, second}


def test_frozen_standings_that_were_tampered_with_are_found_out(ripe, admin, rm, capsys):
    final = actions.freeze(ripe, by=admin, at=clock.now())
    call_command("verify_audit")
    assert frozen.is_untouched(final)

    final.final.update(place=7)

    assert not frozen.is_untouched(final)
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_audit")
    assert f"the standings of competition {final.pk} are not" in capsys.readouterr().out
    # Nor does a new hash help: the audit has the one under which they were frozen.
    Competition.objects.update(digest=frozen.digest(final, list(final.final.all())))
    assert frozen.bent() == [final.pk]


def test_everybody_who_takes_part_is_told_of_a_step_once(admin, rm, peer, teller):
    found = CompetitionFactory(state="draft")

    actions.start(found, by=admin, at=clock.now())
    told = [announce(clock.now()), announce(clock.now() + timedelta(minutes=5))]

    assert told == [2, 0]
    assert set(Notification.objects.values_list("to", "kind")) == {
        (rm.pk, "competition-started"),
        (peer.pk, "competition-started"),
    }
    assert mail.outbox == []  # the courier brings them


def test_old_steps_tell_nobody_anything(rm):
    CompetitionFactory()

    assert announce(clock.now()) == 0
    assert Competition.objects.get().steps.filter(told_at=None).count() == 1  # the draft


def test_the_final_standings_hold_everybody_even_without_results(ripe, admin, rm, peer):
    final = actions.freeze(ripe, by=admin, at=clock.now())

    assert set(final.final.values_list("staff", "place")) == {(rm.pk, 1), (peer.pk, 1)}
    assert PointEntry.objects.count() == 0 == final.cutoff
