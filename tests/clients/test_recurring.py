"""Follow-ups that recur by an RRULE, one open at a time (rules F15)."""

from datetime import date, time, timedelta

import pytest

from clients.followups import actions, recurring
from clients.followups.tasks import plan_contacts
from clients.models import FollowUp, Series
from crm.lib.errors import RuleBroken
from tests.clients.followups import MONDAY, NOTE
from tests.factories import ClientFactory

FRIDAY = date(2026, 11, 27)
SAID = {"outcome": "reached", "notes": NOTE, "next_step": "Call"}


def series(client, rm, now, every="week", due_on=FRIDAY, **what):
    """The series of a call from a day on."""
    what = {"channel": "call", **what}
    return actions.repeat(client, every=every, due_on=due_on, by=rm, at=now, **what).series


def the_open(client):
    return FollowUp.objects.open().get(client=client, trigger="recurring")


@pytest.mark.parametrize(
    ("every", "begins", "days"),
    [
        ("week", FRIDAY, ["2026-11-27", "2026-12-04", "2026-12-11"]),
        ("fortnight", FRIDAY, ["2026-11-27", "2026-12-11", "2026-12-25"]),
        ("month", date(2026, 12, 31), ["2026-12-31", "2027-01-31", "2027-02-28"]),
        ("month", date(2027, 1, 29), ["2027-01-29", "2027-02-28", "2027-03-29"]),
        ("quarter", date(2026, 11, 30), ["2026-11-30", "2027-02-28", "2027-05-30"]),
        ("year", date(2028, 2, 29), ["2028-02-29", "2029-02-28", "2030-02-28"]),
    ],
)
def test_the_plain_choices_are_rules_of_rfc_5545(every, begins, days):
    made = Series(every=every, begins_on=begins, rule=recurring.rrule_of(every, begins))

    assert [str(day) for day in recurring.coming(made, first=begins, number=3)] == days


def test_the_next_one_comes_when_one_is_done_and_never_two_at_once(rm, now):
    client = ClientFactory(owner=rm)
    made = series(client, rm, now, purpose="Rates")

    plan_contacts()
    assert (the_open(client).due_on, the_open(client).rule) == (FRIDAY, made.code)
    actions.complete(the_open(client), **SAID, by=rm, at=now)
    plan_contacts()

    assert (the_open(client).due_on, the_open(client).purpose) == (date(2026, 12, 4), "Rates")
    assert actions.plan_series(at=now) == 0


def test_a_day_off_moves_by_the_rule_and_says_so_but_an_agreed_hour_stays(rm, now):
    client, other = ClientFactory.create_batch(2, owner=rm)
    series(client, rm, now, due_on=date(2026, 11, 29))
    series(other, rm, now, due_on=date(2026, 11, 29), from_time=time(10))

    moved, kept = the_open(client), the_open(other)

    assert (moved.due_on, moved.wanted_on) == (FRIDAY, date(2026, 11, 29))
    assert (kept.due_on, kept.wanted_on) == (date(2026, 11, 29), None)


@pytest.mark.parametrize("end", [{"times": 2}, {"until": date(2026, 12, 4)}])
def test_it_ends_by_number_or_day(rm, now, end):
    client = ClientFactory(owner=rm)
    made = series(client, rm, now, **end)
    for _time in range(2):
        actions.complete(the_open(client), **SAID, by=rm, at=now)

    made.refresh_from_db()
    assert made.ended_at == now
    assert not FollowUp.objects.open().filter(trigger="recurring").exists()


def test_one_is_skipped_by_taking_it_back_and_others_are_left_out_or_moved(rm, now):
    client = ClientFactory(owner=rm)
    made = series(client, rm, now)
    change = {"by": rm, "at": now}

    actions.change_day(made, day=date(2026, 12, 4), **change)
    actions.change_day(made, day=date(2026, 12, 11), to=date(2026, 12, 10), **change)
    with pytest.raises(RuleBroken, match="does not come"):
        actions.change_day(made, day=date(2026, 12, 11), **change)
    with pytest.raises(RuleBroken, match="booked already"):
        actions.change_day(made, day=FRIDAY, **change)

    actions.cancel(the_open(client), reason="Travels", by=rm, at=now)
    assert the_open(client).due_on == date(2026, 12, 10)
    actions.cancel(the_open(client), reason="Travels", by=rm, at=now)
    assert the_open(client).due_on == date(2026, 12, 18)


def test_a_moved_day_may_be_moved_again_or_left_out(rm, now):
    made = series(ClientFactory(owner=rm), rm, now)
    change = {"by": rm, "at": now}
    first, then = date(2026, 12, 10), date(2026, 12, 9)

    actions.change_day(made, day=date(2026, 12, 11), to=first, **change)
    made = actions.change_day(made, day=first, to=then, **change)
    assert list(recurring.coming(made, first=date(2026, 12, 5)))[:1] == [then]

    made = actions.change_day(made, day=then, **change)
    assert list(recurring.coming(made, first=date(2026, 12, 5)))[:1] == [date(2026, 12, 18)]


def test_what_passed_meanwhile_is_not_made_up(rm, now):
    client = ClientFactory(owner=rm)
    series(client, rm, now, due_on=MONDAY)

    actions.complete(the_open(client), **SAID, by=rm, at=now + timedelta(days=20))

    assert the_open(client).due_on == date(2026, 12, 14)


def test_nobody_answered_and_the_occurrence_is_tried_again(rm, now):
    client = ClientFactory(owner=rm)
    made = series(client, rm, now)

    actions.unanswered(the_open(client), by=rm, at=now)

    again = the_open(client)
    assert (again.series, again.due_on, again.event_on) == (made, date(2026, 11, 24), None)
    actions.complete(again, **SAID, by=rm, at=now)
    assert the_open(client).due_on == date(2026, 12, 4)


def test_it_rests_while_the_client_is_away_and_follows_to_the_next_owner(rm, peer, now):
    client = ClientFactory(owner=rm)
    series(client, rm, now)
    rows = type(client).objects.filter(pk=client.pk)
    rows.update(state="dormant")
    actions.call_off_ordinary(client, reason="Dormant", at=now)
    assert actions.plan_series(at=now) == 0

    rows.update(state="won_back", owner=peer)

    assert (actions.plan_series(at=now), actions.plan_series(at=now)) == (1, 0)
    assert (the_open(client).owner, the_open(client).due_on) == (peer, date(2026, 12, 4))


def test_two_series_of_one_client_stand_on_different_days(rm, now):
    client = ClientFactory(owner=rm)
    series(client, rm, now)
    series(client, rm, now, every="month")

    rows = FollowUp.objects.open().filter(trigger="recurring")
    assert [row.due_on for row in rows] == [FRIDAY, date(2026, 11, 30)]


def test_ending_it_calls_off_what_is_open(rm, peer, now):
    client = ClientFactory(owner=rm)
    made = series(client, rm, now)
    with pytest.raises(RuleBroken, match="Only the client's manager"):
        actions.end(made, by=peer, at=now)

    actions.end(made, by=rm, at=now)

    assert not FollowUp.objects.open().exists()
    assert actions.plan_series(at=now) == 0
    with pytest.raises(RuleBroken, match="ended already"):
        actions.end(made, by=rm, at=now)
    with pytest.raises(RuleBroken, match="before it begins"):
        series(client, rm, now, until=MONDAY)


def test_it_is_booked_changed_and_ended_in_the_pages(client, rm):
    mine = ClientFactory(owner=rm)
    client.force_login(rm)
    new = f"/clients/{mine.pk}/follow-ups/new/"
    typed = {"channel": "call", "due_on": str(FRIDAY), "every": "week", "purpose": "Rates"}

    assert client.post(new, {**typed, "every": "", "times": 3}).status_code == 422
    both = {**typed, "times": 3, "until": "2027-01-01"}
    assert client.post(new, both).status_code == 422
    assert client.post(new, typed).status_code == 302
    made = Series.objects.get()
    page = client.get(f"/follow-ups/{the_open(mine).pk}/").content.decode()
    assert f"/series/{made.pk}/" in page
    assert client.post(f"/series/{made.pk}/", {"day": "2026-12-05"}).status_code == 422
    assert client.post(f"/series/{made.pk}/", {"day": "2026-12-04"}).status_code == 302
    page = client.get(f"/series/{made.pk}/").content.decode()
    assert page.count("2026-12-04") == page.count("2026-12-04 left out") == 1
    assert client.post(f"/series/{made.pk}/end/").status_code == 302
    assert "None any more" in client.get(f"/series/{made.pk}/").content.decode()


def test_the_api_books_what_recurs(client, rm):
    mine = ClientFactory(owner=rm)
    client.force_login(rm)
    given = {"client": mine.pk, "channel": "call", "due_on": str(FRIDAY), "times": 2}
    send = {"content_type": "application/json"}

    refused = client.post("/api/v1/follow-ups/", given, **send)
    made = client.post("/api/v1/follow-ups/", {**given, "every": "week"}, **send)

    assert (refused.status_code, made.status_code) == (400, 201)
    assert made.json()["series"] == Series.objects.get().pk


def test_the_rule_changes_from_a_day_on_and_what_is_booked_stays(rm, peer, now):
    client = ClientFactory(owner=rm)
    made = series(client, rm, now)
    actions.change_day(made, day=date(2026, 12, 4), to=date(2026, 12, 3), by=rm, at=now)
    new = {"every": "month", "begins_on": date(2026, 12, 10), "until": date(2027, 2, 28)}

    with pytest.raises(RuleBroken, match="Only the client's manager"):
        actions.change_rule(made, **new, by=peer, at=now)
    with pytest.raises(RuleBroken, match="before it begins"):
        actions.change_rule(made, **new | {"until": FRIDAY}, by=rm, at=now)
    with pytest.raises(RuleBroken, match="over already"):
        actions.change_rule(made, **new | {"begins_on": date(2026, 11, 20)}, by=rm, at=now)
    actions.change_rule(made, **new, by=rm, at=now)

    assert the_open(client).due_on == FRIDAY
    seen = []
    while item := FollowUp.objects.open().filter(series=made).first():
        seen.append(str(item.event_on))
        actions.complete(item, **SAID, by=rm, at=now)
    assert seen == ["2026-11-27", "2026-12-10", "2027-01-10", "2027-02-10"]
    made.refresh_from_db()
    assert (made.every, made.exceptions, made.ended_at) == ("month", {}, now)


def test_the_page_changes_the_rule(client, rm, now):
    made = series(ClientFactory(owner=rm), rm, now)
    client.force_login(rm)
    url = f"/series/{made.pk}/rule/"
    typed = {"every": "month", "begins_on": "2026-12-10"}

    assert client.post(url, {**typed, "times": 2, "until": "2027-01-01"}).status_code == 422
    assert client.post(url, {**typed, "times": 2}).status_code == 302

    page = client.get(f"/series/{made.pk}/").content.decode()
    assert "Every month" in page
    assert "2027-01-10" in page


def test_the_api_changes_and_ends_what_recurs(client, rm, peer, now):
    mine = ClientFactory(owner=rm)
    made = series(mine, rm, now)
    address, send = f"/api/v1/series/{made.pk}/", {"content_type": "application/json"}
    client.force_login(peer)
    assert client.get(address).status_code == 404
    client.force_login(rm)

    moved = client.post(address + "change-day/", {"day": "2026-12-04", "to": "2026-12-03"}, **send)
    other = client.post(address + "change-day/", {"day": "2026-12-05"}, **send)
    both = {"every": "month", "begins_on": "2026-12-10", "times": 2, "until": "2027-01-01"}
    refused = client.post(address + "change-rule/", both, **send)
    changed = client.post(address + "change-rule/", {**both, "until": None}, **send)
    going_on = client.get(f"/api/v1/series/?client={mine.pk}&ended=false").json()["results"]
    ended = client.post(address + "end/", **send)
    again = client.post(address + "end/", **send)

    assert moved.json()["exceptions"] == {"2026-12-04": "2026-12-03"}
    assert (other.status_code, refused.status_code, again.status_code) == (409, 400, 409)
    assert changed.json()["coming"] == ["2026-12-10", "2027-01-10"]
    assert (changed.json()["rule"], changed.json()["exceptions"]) == ("FREQ=MONTHLY;COUNT=2", {})
    assert [row["id"] for row in going_on] == [made.pk]
    assert (ended.json()["coming"], ended.json()["ended_at"] is None) == ([], False)
    assert client.get("/api/v1/series/?ended=false").json()["results"] == []


def test_the_page_names_the_day_on_which_it_is_due_and_where_a_day_went(client, rm, now):
    mine = ClientFactory(owner=rm)
    how = {"every": "month", "channel": "call", "due_on": date(2026, 11, 28)}
    actions.repeat(mine, **how, by=rm, at=now)
    made = Series.objects.get()
    actions.change_day(made, day=date(2027, 1, 28), to=date(2027, 2, 3), by=rm, at=now)
    client.force_login(rm)

    page = client.get(f"/series/{made.pk}/").content.decode()

    assert "2027-01-28 moved to 2027-02-03" in page
    assert "Fri 2027-02-26" in page
    assert "instead of Sun" in page
