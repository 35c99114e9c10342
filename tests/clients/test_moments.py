"""Why a follow-up stands on its day, who made it, and how the first ones are spread (rules F1)."""

from datetime import date, time, timedelta

import pytest
from django.utils import translation

from clients.followups import actions
from clients.models import FollowUp, Preferences
from tests.clients.followups import MONDAY, NOTE
from tests.factories import ClientFactory, FollowUpFactory


@pytest.mark.parametrize(
    ("wanted", "due", "said"),
    [
        (date(2026, 10, 3), date(2026, 9, 30), "moved from Sat 10-03: National Day"),
        (date(2026, 11, 29), date(2026, 11, 27), "moved from Sun 11-29: weekend"),
        (date(2026, 11, 20), MONDAY, "moved from Fri 11-20: that day was over"),
        (date(2026, 11, 26), date(2026, 11, 25), "moved from Thu 11-26: the client's own days"),
        (None, MONDAY, ""),
    ],
)
def test_what_moved_says_from_which_day_and_why(db, wanted, due, said):
    assert FollowUp(due_on=due, wanted_on=wanted).moved == said


def test_a_booking_and_a_snooze_to_a_day_off_say_so_and_an_agreed_hour_stays(rm, now):
    client, sunday = ClientFactory(owner=rm), date(2026, 11, 29)
    book = {"channel": "call", "due_on": sunday, "by": rm, "at": now}

    booked = actions.schedule(client, **book)
    agreed = actions.schedule(client, **book, from_time=time(10))
    assert (booked.wanted_on, agreed.wanted_on) == (sunday, None)

    item = FollowUpFactory(client=ClientFactory(owner=rm))
    later = actions.snooze(item, to=date(2026, 11, 28), by=rm, at=now)
    assert later.moved == "moved from Sat 11-28: weekend"


def test_each_says_who_made_it(rm, now):
    client = ClientFactory(owner=rm, tier="private", last_contact_at=now)
    actions.plan_contacts(at=now)
    regular = FollowUp.objects.get(trigger="cadence")
    assert regular.why == "by the standard for Private"

    actions.begin(client, code="onboarding", by=rm, at=now)
    assert FollowUp.objects.get(trigger="programme").why == "step 1 of “Onboarding of a new VIP”"
    actions.repeat(client, every="month", due_on=MONDAY, channel="call", by=rm, at=now)
    assert FollowUp.objects.get(trigger="recurring").why == "Every month"
    made = FollowUpFactory(trigger="maturity", rule="maturity-7", event_on=date(2026, 11, 30))
    assert made.why == "by the rule maturity-7, event of 11-30"
    assert FollowUpFactory(created_by=rm).why == "booked by Lin Yue"
    assert FollowUp(trigger="new_client").why == "booked by the system"
    with translation.override("zh-hans"):
        assert regular.why == "按联系标准：私行"


def test_the_client_page_says_why_and_from_where(client, rm, now):
    mine = ClientFactory(owner=rm, tier="private", last_contact_at=now)
    Preferences.objects.create(client=mine, days=[3])
    actions.plan_contacts(at=now)
    client.force_login(rm)

    page = client.get(f"/clients/{mine.pk}/").content.decode()

    assert "by the standard for Private" in page
    assert "moved from Mon 12-07: the client&#x27;s own days" in page


def test_the_first_run_spreads_who_is_overdue_over_the_gap_longest_silence_first(rm, peer, now):
    silent = [
        ClientFactory(owner=rm, tier="private", last_contact_at=now - timedelta(days=400 - place))
        for place in range(14)
    ]
    other = ClientFactory(owner=peer, tier="private", last_contact_at=now - timedelta(days=300))
    fresh = ClientFactory(owner=rm, tier="private", last_contact_at=now - timedelta(days=4))

    assert actions.plan_contacts(at=now) == 16
    assert actions.plan_contacts(at=now) == 0

    dues = [FollowUp.objects.open().get(client=client).due_on for client in silent]
    assert dues == sorted(dues)
    assert (dues[0], dues[-1]) == (MONDAY, date(2026, 12, 4))
    assert len(set(dues)) == 10  # each working day of the gap
    assert FollowUp.objects.open().get(client=other).due_on == MONDAY
    assert FollowUp.objects.open().get(client=fresh).due_on == date(2026, 12, 3)


def test_who_was_planned_before_is_not_spread(rm, now):
    silent = ClientFactory.create_batch(
        2, owner=rm, tier="private", last_contact_at=now - timedelta(days=90)
    )
    for client in silent:
        done = FollowUpFactory(client=client, trigger="cadence", state="open")
        actions.complete(done, outcome="no_answer", notes=NOTE, by=rm, at=now)

    dues = {FollowUp.objects.open().get(client=client).due_on for client in silent}
    assert dues == {date(2026, 11, 24)}
